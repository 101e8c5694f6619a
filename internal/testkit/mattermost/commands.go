package mattermost

import (
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
