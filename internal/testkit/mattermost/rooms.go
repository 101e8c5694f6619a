package mattermost

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"
)

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// page is the part of a list of members that is asked for.
func page(r *request, ids []string) []object {
	n, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
	size = min(max(size, 1), 200)
	all := []object{}
	for i := n * size; i < min(len(ids), (n+1)*size); i++ {
		all = append(all, object{"user_id": ids[i]})
	}
	return all
}

func (rm *room) object() object {
	return object{
		"id": rm.ID, "team_id": rm.Team, "type": rm.Type, "name": rm.Name, "display_name": rm.Display, "header": rm.Header, "purpose": rm.Purpose,
		"delete_at": rm.DeleteAt,
	}
}

func (s *Server) named(r *request, t *team, name string) (int, any) {
	for _, rm := range s.rooms {
		if rm.Team == t.ID && rm.Name == name && (rm.members[r.who.ID] || r.who.Admin) {
			return 200, rm.object()
		}
	}
	return absent()
}

func (s *Server) answerRooms(r *request) (int, any) {
	p := r.path
	if len(p) == 1 {
		t := s.teams[r.text("team_id")]
		if t == nil || !s.may(r.who, "create_private_channel", t, nil) {
			return forbidden()
		}
		for _, rm := range s.rooms {
			if rm.Team == t.ID && rm.Name == r.text("name") {
				return 0, refusal{400, "store.sql_channel.save_channel.exists.app_error", "A channel with that name already exists on the same team."}
			}
		}
		rm := &room{
			ID: s.id(), Team: t.ID, Type: r.text("type"), Name: r.text("name"), Display: r.text("display_name"), Header: r.text("header"),
			Purpose: r.text("purpose"), members: map[string]bool{r.who.ID: true},
		}
		s.rooms[rm.ID] = rm
		return 201, rm.object()
	}
	rm := s.rooms[p[1]]
	if rm == nil {
		return absent()
	}
	if !rm.members[r.who.ID] && !r.who.Admin {
		return forbidden()
	}
	t := s.teams[rm.Team]
	switch {
	case len(p) == 2 && r.Method == http.MethodGet:
		return 200, rm.object()
	case len(p) == 2 && r.Method == http.MethodDelete:
		if !s.may(r.who, "delete_private_channel", t, rm) {
			return forbidden()
		}
		rm.DeleteAt = s.now()
		s.tell(rm, "channel_deleted", object{"channel_id": rm.ID, "delete_at": rm.DeleteAt})
	case len(p) == 3 && p[2] == "restore":
		if !s.may(r.who, "manage_team", t, rm) {
			return forbidden()
		}
		rm.DeleteAt = 0
		s.tell(rm, "channel_restored", object{"channel_id": rm.ID})
	case len(p) == 3 && p[2] == "patch":
		if !s.may(r.who, "manage_private_channel_properties", t, rm) {
			return forbidden()
		}
		rm.Display, rm.Header, rm.Purpose = r.text("display_name"), r.text("header"), r.text("purpose")
	case len(p) == 3 && p[2] == "privacy":
		rm.Type = r.text("privacy")
		s.tell(rm, "channel_updated", object{"channel": text(rm.object())})
	case len(p) == 3 && p[2] == "posts":
		return s.list(r, rm)
	case len(p) >= 3 && p[2] == "members":
		return s.answerMembers(r, rm, t)
	default:
		return absent()
	}
	return 200, rm.object()
}

func (s *Server) answerMembers(r *request, rm *room, t *team) (int, any) {
	switch {
	case r.Method == http.MethodGet:
		return 200, page(r, sortedKeys(rm.members))
	case !s.may(r.who, "manage_private_channel_members", t, rm):
		return forbidden()
	case r.Method == http.MethodDelete:
		gone := s.users[r.path[3]]
		delete(rm.members, gone.ID)
		s.say(&post{UserID: r.who.ID, ChannelID: rm.ID, Type: "system_remove_from_channel", Message: gone.Username + " was removed.", Props: object{
			"removedUserId": gone.ID, "removedUsername": gone.Username,
		}})
		s.tell(rm, "user_removed", object{"user_id": gone.ID, "channel_id": rm.ID}, gone.ID)
		return 200, object{}
	}
	u := s.users[r.text("user_id")]
	if u == nil || t.members[u.ID] == "" {
		return absent() // into the team first
	}
	rm.members[u.ID] = true
	s.say(&post{UserID: r.who.ID, ChannelID: rm.ID, Type: "system_add_to_channel", Message: u.Username + " was added.", Props: object{
		"addedUserId": u.ID, "addedUsername": u.Username, "username": r.who.Username,
	}})
	s.tell(rm, "user_added", object{"user_id": u.ID, "team_id": rm.Team})
	return 201, object{"user_id": u.ID, "channel_id": rm.ID}
}

func (s *Server) upload(r *request) (int, any) {
	q := r.URL.Query()
	rm := s.rooms[q.Get("channel_id")]
	if s.off["files"] {
		return 0, refusal{501, "api.file.attachments.disabled.app_error", "File attachments have been disabled."}
	}
	if rm == nil || !s.may(r.who, "upload_file", nil, rm) {
		return forbidden()
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil || len(raw) == 0 {
		return 0, refusal{400, "api.file.upload_file.read_request.app_error", "Empty."}
	}
	id := s.id()
	s.files[id] = object{"id": id, "name": q.Get("filename"), "size": len(raw), "mime_type": "application/octet-stream"}
	s.data[id] = raw
	return 201, object{"file_infos": []object{s.files[id]}}
}

// maxMessage is how many characters a post has at most.
const maxMessage = 16_383

func (s *Server) answerPosts(r *request) (int, any) {
	if len(r.path) == 1 {
		return s.createPost(r)
	}
	p := s.posts[r.path[1]]
	if p == nil || p.DeleteAt > 0 {
		return absent()
	}
	rm := s.rooms[p.ChannelID]
	if !rm.members[r.who.ID] && !r.who.Admin {
		return forbidden()
	}
	switch r.Method {
	case http.MethodGet:
		return 200, s.object(p)
	case http.MethodDelete:
		s.remove(rm, p)
		return 200, object{"status": "OK"}
	}
	old := *p // the old version stays as a deleted post
	old.ID, old.Original, old.Message = s.id(), p.ID, ""
	p.Message = r.text("message")
	p.EditAt = s.now()
	p.UpdateAt = p.EditAt
	old.DeleteAt, old.UpdateAt = p.EditAt, p.EditAt
	s.add(&old)
	s.tell(rm, "post_edited", object{"post": text(s.object(p))})
	return 200, s.object(p)
}

// remove deletes a post with its replies; only the first is told of.
func (s *Server) remove(rm *room, p *post) {
	at := s.now()
	s.tell(rm, "post_deleted", object{"post": text(s.object(p))})
	for _, one := range s.order {
		if (one.ID == p.ID || one.RootID == p.ID) && one.DeleteAt == 0 {
			one.DeleteAt, one.UpdateAt = at, at
		}
	}
}

func (s *Server) createPost(r *request) (int, any) {
	raw := text(r.in)
	p := &post{}
	if json.Unmarshal([]byte(raw), p) != nil {
		return 0, refusal{400, "api.context.invalid_body_param.app_error", "Invalid post."}
	}
	rm := s.rooms[p.ChannelID]
	root := s.posts[p.RootID]
	switch {
	case rm == nil || !s.may(r.who, "create_post", nil, rm):
		return forbidden()
	case rm.DeleteAt > 0:
		return 0, refusal{400, "api.post.create_post.can_not_post_to_deleted.error", "Can not post to deleted channel."}
	case utf8.RuneCountInString(p.Message) > maxMessage:
		return 0, refusal{400, "model.post.is_valid.msg.app_error", "Invalid message."}
	case p.Message == "" && len(p.FileIDs) == 0, len(p.FileIDs) > 5:
		return 0, refusal{400, "model.post.is_valid.app_error", "Invalid post."}
	case p.RootID != "" && (root == nil || root.DeleteAt > 0 || root.ChannelID != rm.ID || root.RootID != ""):
		return 0, refusal{400, "api.post.create_post.root_id.app_error", "Invalid RootId parameter."}
	}
	p.ID, p.UserID, p.EditAt, p.DeleteAt, p.Type, p.Original = "", r.who.ID, 0, 0, "", ""
	s.say(p)
	return 201, s.object(p)
}

// say adds a post and tells of it.
func (s *Server) say(p *post) {
	p.ID, p.CreateAt = s.id(), s.now()
	p.UpdateAt = p.CreateAt
	p.hide()
	s.add(p)
	s.tell(s.rooms[p.ChannelID], "posted", object{"post": text(s.object(p)), "sender_name": "@" + s.users[p.UserID].Username})
}

func (s *Server) add(p *post) {
	p.place = len(s.order)
	s.posts[p.ID] = p
	s.order = append(s.order, p)
}

// object is a post with what belongs to it.
func (s *Server) object(p *post) object {
	var out object
	_ = json.Unmarshal([]byte(text(p)), &out) // it was written just now
	files := []object{}
	for _, id := range p.FileIDs {
		files = append(files, s.files[id])
	}
	out["has_reactions"] = len(p.Reactions) > 0
	out["metadata"] = object{"files": files, "reactions": p.Reactions}
	return out
}

func (s *Server) react(r *request) (int, any) {
	p := s.posts[r.text("post_id")]
	if p == nil {
		return absent()
	}
	at := s.now()
	p.UpdateAt = at
	one := object{"user_id": r.who.ID, "post_id": p.ID, "emoji_name": r.text("emoji_name"), "create_at": at}
	p.Reactions = append(p.Reactions, one)
	s.tell(s.rooms[p.ChannelID], "reaction_added", object{"reaction": text(one)})
	return 201, one
}

func (s *Server) unreact(r *request, id, emoji string) (int, any) {
	p := s.posts[id]
	i := slices.IndexFunc(p.Reactions, func(o object) bool { return o["emoji_name"] == emoji && o["user_id"] == r.who.ID })
	if i < 0 {
		return absent()
	}
	one := p.Reactions[i]
	p.Reactions = slices.Delete(slices.Clone(p.Reactions), i, i+1)
	p.UpdateAt = s.now()
	s.tell(s.rooms[p.ChannelID], "reaction_removed", object{"reaction": text(one)})
	return 200, object{"status": "OK"}
}

// sinceCap is how much a server gives at most of what was changed.
const sinceCap = 1000

// list gives what was said in a channel, as a page, after a post, or as what was
// changed since a time.
func (s *Server) list(r *request, rm *room) (int, any) {
	q := r.URL.Query()
	size, _ := strconv.Atoi(q.Get("per_page"))
	size = min(max(size, 1), 200)
	var all []*post
	since, _ := strconv.ParseInt(q.Get("since"), 10, 64)
	for _, p := range s.order {
		if p.ChannelID == rm.ID && (since > 0 && p.UpdateAt > since || since == 0 && p.DeleteAt == 0) {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b *post) int { return cmp.Compare(a.CreateAt, b.CreateAt) })
	switch after := s.posts[q.Get("after")]; {
	case since > 0:
		all = all[:min(len(all), sinceCap)]
	case q.Has("after"):
		if after == nil {
			all = nil
		}
		all = slices.DeleteFunc(all, func(p *post) bool { return p.CreateAt <= after.CreateAt })
		all = all[:min(len(all), size)]
	default:
		n, _ := strconv.Atoi(q.Get("page"))
		to := max(0, len(all)-n*size)
		all = all[max(0, to-size):to]
	}
	order, posts := []string{}, object{}
	for _, p := range slices.Backward(all) {
		order = append(order, p.ID)
		told := s.object(p)
		if p.DeleteAt > 0 {
			told["message"] = ""
		}
		posts[p.ID] = told
	}
	return 200, object{"order": order, "posts": posts}
}
