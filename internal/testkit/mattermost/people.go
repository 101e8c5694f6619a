package mattermost

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// rolePermissions are those of roles, as far as they matter here.
func rolePermissions() map[string][]string {
	return map[string][]string{
		"system_user": {"create_team", "view_members"},
		"team_user":   {"create_private_channel", "view_team", "read_channel"},
		"team_admin":  {"manage_team", "add_user_to_team"},
		"channel_user": {
			"create_post", "read_channel", "upload_file", "manage_private_channel_members", "manage_private_channel_properties", "delete_private_channel",
		},
		"system_admin": {
			"create_bot", "manage_slash_commands", "manage_bots", "create_user_access_token", "create_team", "manage_team", "add_user_to_team", "create_private_channel",
			"manage_private_channel_members", "manage_private_channel_properties", "delete_private_channel", "create_post", "read_channel", "upload_file",
		},
	}
}

// may reports whether somebody has a permission, in a team and a channel.
func (s *Server) may(u *user, permission string, t *team, rm *room) bool {
	roles := "system_user"
	if u.Admin {
		roles += " system_admin"
	}
	if t != nil {
		roles += " " + t.members[u.ID]
	}
	if rm != nil && rm.members[u.ID] {
		roles += " channel_user"
	}
	if s.deny[permission] {
		return false
	}
	return slices.ContainsFunc(strings.Fields(roles), func(r string) bool { return slices.Contains(rolePermissions()[r], permission) })
}

func forbidden() (int, any) {
	return 0, refusal{403, "api.context.permissions.app_error", "You do not have the appropriate permissions."}
}

func absent() (int, any) {
	return 0, refusal{404, "store.sql.missing.app_error", "Unable to find it."}
}

func (s *Server) roles(r *request) (int, any) {
	var names []string
	if json.NewDecoder(r.Body).Decode(&names) != nil {
		return 0, refusal{400, "api.context.invalid_body_param.app_error", "Invalid body."}
	}
	var all []object
	for _, name := range names {
		permissions := slices.DeleteFunc(slices.Clone(rolePermissions()[name]), func(p string) bool { return s.deny[p] })
		all = append(all, object{"name": name, "permissions": permissions})
	}
	return 200, all
}

func (u *user) object() object {
	roles := "system_user"
	if u.Admin {
		roles += " system_admin"
	}
	return object{"id": u.ID, "username": u.Username, "email": u.Email, "roles": roles, "is_bot": u.Bot, "delete_at": u.DeleteAt}
}

func (s *Server) user(by func(*user) bool) *user {
	for _, u := range s.users {
		if by(u) {
			return u
		}
	}
	return nil
}

func (s *Server) answerUsers(w http.ResponseWriter, r *request) (int, any) {
	p := r.path
	switch {
	case r.Method == http.MethodPost && len(p) == 1:
		if !r.who.Admin {
			return forbidden()
		}
		u := &user{ID: s.id(), Username: r.text("username"), Email: r.text("email")}
		if s.user(func(o *user) bool { return o.Username == u.Username || o.Email == u.Email }) != nil {
			return 0, refusal{400, "app.user.save.username_exists.app_error", "That name is taken."}
		}
		s.users[u.ID] = u
		return 201, u.object()
	case len(p) == 2 && p[1] == "login":
		u := s.user(func(u *user) bool { return u.Username == r.text("login_id") })
		if u == nil {
			return 0, refusal{401, "api.user.login.invalid_credentials", "Wrong."}
		}
		w.Header().Set("Token", s.token(u.ID))
		return 200, u.object()
	case len(p) == 2 && p[1] == "me":
		return 200, r.who.object()
	case len(p) == 2 && p[1] == "ids":
		var ids []string
		all := []object{}
		_ = json.NewDecoder(r.Body).Decode(&ids) // none then
		for _, id := range ids {
			if u := s.users[id]; u != nil {
				all = append(all, u.object())
			}
		}
		return 200, all
	case len(p) == 3 && (p[1] == "email" || p[1] == "username"):
		u := s.user(func(u *user) bool {
			return p[1] == "email" && u.Email == p[2] || p[1] == "username" && u.Username == p[2]
		})
		if u == nil {
			return absent()
		}
		return 200, u.object()
	case len(p) == 3 && p[2] == "tokens":
		u := s.users[p[1]]
		if u == nil || !s.may(r.who, "create_user_access_token", nil, nil) {
			return forbidden()
		}
		return 200, object{"token": s.token(u.ID)}
	case len(p) == 6 && p[4] == "reactions" && r.Method == http.MethodDelete:
		return s.unreact(r, p[3], p[5])
	}
	return absent()
}

func (s *Server) answerBots(r *request) (int, any) {
	if len(r.path) == 1 {
		if s.off["bots"] {
			return 0, refusal{403, "api.bot.create_disabled", "Bot creation has been disabled."}
		}
		if !s.may(r.who, "create_bot", nil, nil) {
			return forbidden()
		}
		u := &user{ID: s.id(), Username: r.text("username"), Display: r.text("display_name"), Bot: true}
		u.Email = u.Username + "@localhost"
		if s.user(func(o *user) bool { return o.Username == u.Username }) != nil {
			return 0, refusal{400, "app.user.save.username_exists.app_error", "That name is taken."}
		}
		s.users[u.ID] = u
		return 201, u.bot()
	}
	u := s.users[r.path[1]]
	if u == nil || !u.Bot {
		return absent()
	}
	if !s.may(r.who, "manage_bots", nil, nil) {
		return forbidden()
	}
	switch {
	case r.Method == http.MethodPut:
		u.Display, u.Username = r.text("display_name"), r.text("username")
	case len(r.path) == 3 && r.path[2] == "disable":
		u.DeleteAt = s.now()
		for token, id := range s.tokens {
			if id == u.ID {
				delete(s.tokens, token)
			}
		}
	case len(r.path) == 3 && r.path[2] == "enable":
		u.DeleteAt = 0
	}
	return 200, u.bot()
}

func (u *user) bot() object {
	return object{"user_id": u.ID, "username": u.Username, "display_name": u.Display, "delete_at": u.DeleteAt}
}

func (t *team) object() object {
	return object{"id": t.ID, "name": t.Name, "display_name": t.Display, "delete_at": t.DeleteAt, "type": "I"}
}

func (s *Server) answerTeams(r *request) (int, any) {
	p := r.path
	if len(p) == 1 {
		if !s.may(r.who, "create_team", nil, nil) {
			return forbidden()
		}
		t := &team{ID: s.id(), Name: r.text("name"), Display: r.text("display_name"), members: map[string]string{r.who.ID: "team_user team_admin"}}
		s.teams[t.ID] = t
		return 201, t.object()
	}
	t := s.teams[p[1]]
	if p[1] == "name" && len(p) == 3 {
		for _, one := range s.teams {
			if one.Name == p[2] {
				t = one
			}
		}
	}
	if t == nil {
		return absent()
	}
	if t.members[r.who.ID] == "" && !r.who.Admin {
		return forbidden()
	}
	switch {
	case p[1] == "name", len(p) == 2 && r.Method == http.MethodGet:
		return 200, t.object()
	case len(p) == 5 && p[2] == "channels":
		return s.named(r, t, p[4])
	case len(p) == 4 && p[3] == "me":
		if t.members[r.who.ID] == "" {
			return absent()
		}
		return 200, object{"user_id": r.who.ID, "roles": t.members[r.who.ID]}
	case len(p) == 3 && p[2] == "members" && r.Method == http.MethodGet:
		return 200, page(r, sortedKeys(t.members))
	case len(p) == 3 && p[2] == "members":
		if !s.may(r.who, "add_user_to_team", t, nil) {
			return forbidden()
		}
		t.members[r.text("user_id")] = "team_user"
		return 201, object{}
	case !s.may(r.who, "manage_team", t, nil):
		return forbidden()
	case r.Method == http.MethodDelete:
		t.DeleteAt = s.now()
	default:
		t.Display = r.text("display_name")
	}
	return 200, t.object()
}
