package mattermost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"renkei/internal/outbox"
)

// Permission is what a server asks for, by its own name.
type Permission string

// Permissions that setting up and posting need.
const (
	NeedNothing        Permission = ""
	NeedTeam           Permission = "create_team"
	NeedManageTeam     Permission = "manage_team"
	NeedTeamMember     Permission = "add_user_to_team"
	NeedChannel        Permission = "create_private_channel"
	NeedChannelText    Permission = "manage_private_channel_properties"
	NeedChannelMember  Permission = "manage_private_channel_members"
	NeedArchive        Permission = "delete_private_channel"
	NeedBot            Permission = "create_bot"
	NeedManageBots     Permission = "manage_bots"
	NeedToken          Permission = "create_user_access_token" //nolint:gosec // the name of a permission
	NeedPost           Permission = "create_post"
	NeedCommand        Permission = "manage_slash_commands"
	NeedRead           Permission = "read_channel"
	NeedUpload         Permission = "upload_file"
	NeedViewMembers    Permission = "view_members"
	NeedNothingButLook Permission = "view_team"
)

// Error is a refusal of the server.
type Error struct {
	Status  int
	ID      string // of the server's, such as api.context.permissions.app_error
	Message string // in the server's language
	What    string // method and path
	Needs   Permission
	After   time.Duration // that the server wants us to wait
}

// Error says what was asked, and what the server answered.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %d %s", e.What, e.Status, e.Message)
	if e.ID != "" {
		text += " (" + e.ID + ")"
	}
	return line(text)
}

// settings are the errors of servers on which something is switched off, with
// the key of the sentence that says where to switch it on.
func settings() map[string]string {
	return map[string]string{
		"public":                                              "public", // our own
		"api.bot.create_disabled":                             "bots",
		"app.user_access_token.disabled":                      "tokens",
		"api.file.attachments.disabled.app_error":             "files",
		"api.file.upload_file.too_large_detailed.app_error":   "file_size",
		"api.file.upload_file.large_image_detailed.app_error": "image_size",
		"api.post.create_post.can_not_post_to_deleted.error":  "archived",
		"api.channel.add_user.to.channel.deleted.app_error":   "archived",
		"store.sql_channel.save_channel.limit.app_error":      "channels",
		"app.team.join_user_to_team.max_accounts.app_error":   "team_size",
		"store.sql_team.save_member.exceeded.app_error":       "team_size",
		"api.context.session_expired.app_error":               "token",
		"api.context.invalid_token.error":                     "token",
		"api.context.invalid_session.app_error":               "token",
	}
}

// UserText is the sentence that says which permission or setting is missing.
func (e *Error) UserText(...string) (key string, args map[string]any) {
	args = map[string]any{"Said": line(e.Message), "Permission": string(e.Needs), "Status": e.Status, "What": e.What}
	if name, ok := settings()[e.ID]; ok {
		return "mattermost.setting." + name, args
	}
	switch {
	case e.Status == http.StatusUnauthorized:
		return "mattermost.setting.token", args
	case e.Status == http.StatusForbidden && e.Needs != NeedNothing:
		return "mattermost.permission", args
	case e.Status == http.StatusTooManyRequests:
		return "mattermost.busy", args
	case e.Status >= 300 && e.Status < 400:
		return "mattermost.moved", args
	}
	return "mattermost.refused", args
}

// refusal reads why the server refused a call.
func refusal(k *call, res *http.Response) error {
	e := &Error{Status: res.StatusCode, What: k.method + " " + bare(k.path), Needs: k.needs, After: waitOf(res.Header)}
	if where := res.Header.Get("Location"); where != "" && res.StatusCode < 400 {
		e.Message = "moved to " + where
		return e
	}
	raw, _ := io.ReadAll(io.LimitReader(res.Body, maxRefusal)) // what is there says enough
	var said struct {
		ID      string `json:"id"`
		Message string `json:"message"`
	}
	if json.Unmarshal(raw, &said) == nil && said.Message != "" {
		e.ID, e.Message = said.ID, said.Message
		return e
	}
	e.Message = http.StatusText(res.StatusCode)
	return e
}

// longWait is the most that is believed of what a server wants us to wait.
const longWait = time.Hour

// waitOf is how long a server wants us to wait: Retry-After in seconds or as a
// date, or X-Ratelimit-Reset in seconds from now or from 1970.
func waitOf(h http.Header) time.Duration {
	for _, name := range []string{"Retry-After", "X-Ratelimit-Reset"} {
		text := h.Get(name)
		n, err := strconv.ParseInt(text, 10, 64)
		at := time.Unix(n, 0)
		switch {
		case text == "":
			continue
		case err == nil && n >= 0 && n <= int64(longWait/time.Second):
			return time.Duration(n) * time.Second
		case err != nil:
			if at, err = http.ParseTime(text); err != nil {
				continue
			}
		}
		return min(longWait, max(0, time.Until(at)))
	}
	return 0
}

// is reports whether an error is the server's, with that status.
func is(err error, status int) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == status
}

// Pauses of a server that refuses us, or is busy and names no time.
const (
	refusedPause = time.Minute
	busyPause    = 10 * time.Second
)

// failure says what an error means for a delivery. sending means that it is of
// the call that posts, which the server may have done before it failed.
func failure(err error, sending bool) *outbox.Failure {
	f := &outbox.Failure{Reason: line(err.Error())}
	var e *Error
	switch {
	case errors.Is(err, ErrToken):
		f.Channel, f.After = true, refusedPause
	case !errors.As(err, &e):
		f.Channel = errors.Is(err, ErrNoAnswer) || errors.Is(err, context.DeadlineExceeded)
		f.Doubt = sending
	case e.Status == http.StatusTooManyRequests:
		f.Channel, f.After = true, max(e.After, time.Second)
		if e.After == 0 {
			f.After = busyPause
		}
	case e.Status == http.StatusUnauthorized:
		f.Channel, f.After = true, refusedPause
	case e.Status == http.StatusInternalServerError, e.Status == http.StatusNotImplemented:
		f.Doubt, f.After = sending, e.After
	case e.Status > http.StatusNotImplemented:
		f.Channel, f.Doubt, f.After = true, sending, e.After
	case e.Status == http.StatusForbidden:
		// Somebody may let us in again.
	default:
		f.Final = true
	}
	return f
}

// maxReason bounds what is kept of a server's words.
const maxReason = 300

// line is a text in one line, short.
func line(s string) string {
	runes := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " "))
	return string(runes[:min(len(runes), maxReason)])
}
