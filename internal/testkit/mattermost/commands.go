package mattermost

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// answerCommands lists, makes and deletes slash commands.
func (s *Server) answerCommands(r *request) (int, any) {
	t := s.teams[r.text("team_id")]
	if r.Method != http.MethodPost {
		t = s.teams[r.URL.Query().Get("team_id")]
	}
	if !s.may(r.who, "manage_slash_commands", t, nil) {
		return forbidden()
	}
	switch {
	case r.Method == http.MethodGet:
		return 200, append([]object{}, s.slash...)
	case r.Method == http.MethodPost:
		taken := func(o object) bool { return o["trigger"] == r.in["trigger"] && o["team_id"] == r.in["team_id"] }
		if slices.ContainsFunc(s.slash, taken) {
			return 0, refusal{400, "api.command.duplicate_trigger.app_error", "This trigger word is already in use."}
		}
		made := r.in
		made["id"], made["token"] = s.id(), s.id()
		s.slash = append(s.slash, made)
		return 201, made
	case r.Method == http.MethodDelete && len(r.path) == 2:
		s.slash = slices.DeleteFunc(s.slash, func(o object) bool { return o["id"] == r.path[1] })
		return 200, object{"status": "OK"}
	}
	return absent()
}

// Slash is what the server posts for a command that somebody types: to where, and
// the form. It is there once a command was made.
func (s *Server) Slash(tb testing.TB, user, room, text string) (at string, form url.Values) {
	tb.Helper()
	defer s.lock()()
	if len(s.slash) == 0 {
		tb.Fatal("there is no command")
	}
	c := s.slash[0]
	word := func(name string) string {
		v, _ := c[name].(string)
		return v
	}
	return word("url"), url.Values{
		"token": {word("token")}, "team_id": {word("team_id")}, "channel_id": {room}, "user_id": {user}, "user_name": {s.users[user].Username},
		"command": {"/" + word("trigger")}, "text": {strings.TrimSpace(text)}, "trigger_id": {s.id()},
	}
}

// dialog is a window that we opened.
type dialog struct{ user, room, url, state string }

// answerActions opens a dialog for who has just pressed something.
func (s *Server) answerActions(r *request) (int, any) {
	who, ok := s.triggers[r.text("trigger_id")]
	if !ok {
		return 0, refusal{400, "interactive_message.decode_trigger_id.invalid", "Invalid trigger."}
	}
	delete(s.triggers, r.text("trigger_id"))
	d, _ := r.in["dialog"].(object)
	state, _ := d["state"].(string)
	who.url, who.state = r.text("url"), state
	s.dialogs, s.asked = append(s.dialogs, who), append(s.asked, d)
	return 200, object{"status": "OK"}
}

// Press is what the server posts when somebody presses the button of a post that
// says name: to where, and as what. It is false where there is none.
func (s *Server) Press(user, post, name string) (at string, what map[string]any, ok bool) {
	defer s.lock()()
	p := s.posts[post]
	if p == nil {
		return "", nil, false
	}
	all, _ := p.secret["attachments"].([]any)
	for _, a := range all {
		attachment, _ := a.(object)
		actions, _ := attachment["actions"].([]any)
		for _, x := range actions {
			action, _ := x.(object)
			to, _ := action["integration"].(object)
			if action["name"] != name || to == nil {
				continue
			}
			trigger := s.id()
			s.triggers[trigger] = dialog{user: user, room: p.ChannelID}
			at, _ = to["url"].(string)
			return at, object{
				"user_id": user, "user_name": s.users[user].Username, "channel_id": p.ChannelID, "team_id": s.rooms[p.ChannelID].Team, "post_id": p.ID,
				"trigger_id": trigger, "context": to["context"],
			}, true
		}
	}
	return "", nil, false
}

// Dialogs are those that were opened, as they were asked for.
func (s *Server) Dialogs() []map[string]any {
	defer s.lock()()
	return slices.Clone(s.asked)
}

// HandIn is what the server posts when somebody hands in the dialog that was opened
// last.
func (s *Server) HandIn(values map[string]any) (at string, what map[string]any) {
	defer s.lock()()
	d := s.dialogs[len(s.dialogs)-1]
	return d.url, object{
		"type": "dialog_submission", "user_id": d.user, "channel_id": d.room, "team_id": s.rooms[d.room].Team, "state": d.state, "submission": values, "cancelled": false,
	}
}

// hide keeps what only the server knows of a post: where its actions lead.
func (p *post) hide() {
	all, _ := p.Props["attachments"].([]any)
	if len(all) == 0 {
		return
	}
	raw := text(p.Props)
	if json.Unmarshal([]byte(raw), &p.secret) != nil {
		return
	}
	for _, a := range all {
		attachment, _ := a.(object)
		actions, _ := attachment["actions"].([]any)
		for _, x := range actions {
			if action, ok := x.(object); ok {
				delete(action, "integration")
			}
		}
	}
}
