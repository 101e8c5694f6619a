package server

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"renkei/internal/channel/mattermost"
	mattermoststore "renkei/internal/channel/mattermost/store"
	"renkei/internal/exercise/chat"
)

// openTime is how long a chat server waits for a dialog.
const openTime = 3 * time.Second

// press takes what somebody presses under an inject. Only a button of ours has its
// code, which readers never get, and each press comes once.
func (c *commands) press(w http.ResponseWriter, r *http.Request) {
	in := &mattermost.Press{}
	place, ok := c.posted(w, r, in)
	if !ok {
		return
	}
	link := linkOf(place, in.ChannelID)
	if link == nil || place.TeamID != in.TeamID && in.TeamID != "" || !c.s.chatTokens.IsPress(place.Exercise, in) {
		c.refuse(w, http.StatusForbidden, "code")
		return
	}
	if in.TriggerID == "" || in.UserID == "" || in.PostID == "" {
		c.refuse(w, http.StatusForbidden, "channel")
		return
	}
	name := shortSum(in.TriggerID)
	if !c.first(place.Exercise + "/press/" + name) {
		c.refuse(w, http.StatusConflict, "replay")
		return
	}
	opened := false
	if task, answers := strings.CutPrefix(in.Context.Do, chat.DoAnswer+"/"); answers {
		var instead string
		var err error
		if opened, instead, err = c.open(r.Context(), place, in, chatRoom(link), task); err != nil {
			c.s.o.Log.Warn("dialog_not_opened", "exercise", place.Exercise, "error", err)
			c.answer(w, map[string]string{"ephemeral_text": instead})
			return
		}
	}
	said := chat.Said{
		ID: "press/" + name, What: chat.Posted, Room: chatRoom(link), At: time.Now(), Post: "press-" + name, Root: in.PostID, Account: in.UserID,
		Name: in.UserName, Text: chat.Typed(in.Context.Do, ""),
	}
	if !opened && !c.take(w, r, place.Exercise, &said, "/press/"+name) {
		return
	}
	c.answer(w, struct{}{})
}

// open opens the window in which a task is answered, for who has pressed; false for
// who does not answer it. instead says how to answer without.
func (c *commands) open(ctx context.Context, place *mattermost.Place, in *mattermost.Press, room, task string) (opened bool, instead string, err error) {
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	q, ok, err := c.s.bridge.Ask(ctx, place.Exercise, room, in.UserID, task)
	if err != nil || !ok {
		return false, q.Instead, err
	}
	state, err := c.s.chatTokens.SignState(place.Exercise, in.ChannelID, &mattermost.FilledState{
		User: in.UserID, Post: in.PostID, Name: in.UserName, Do: in.Context.Do, Once: rand.Text(),
	})
	if err != nil {
		return false, q.Instead, err
	}
	client, err := mattermost.NewClient(place.Server, c.s.chatTokens.Of(place.Server, place.BotID))
	if err != nil {
		return false, q.Instead, err
	}
	d := &mattermost.Dialog{Title: q.Title, About: q.About, Submit: q.Send, State: state, Callback: task}
	for _, part := range q.Parts {
		f := mattermost.Field{Display: part.Title, Name: "p" + part.Key, Type: "textarea", Help: part.Help, Optional: part.Key != ""}
		if len(part.Options) > 0 {
			f.Type = "text"
		}
		for _, o := range part.Options {
			d.About += "\n" + o
		}
		d.Fields = append(d.Fields, f)
	}
	return true, q.Instead, client.OpenDialog(ctx, in.TriggerID, place.Callback+mattermost.DialogPath, d)
}

// dialog takes what somebody has written in a window that we opened for them, once.
func (c *commands) dialog(w http.ResponseWriter, r *http.Request) {
	in := &mattermost.Filled{}
	place, ok := c.posted(w, r, in)
	if !ok {
		return
	}
	link := linkOf(place, in.ChannelID)
	state, ours := c.s.chatTokens.IsFilled(place.Exercise, in)
	switch {
	case link == nil || !ours:
		c.refuse(w, http.StatusForbidden, "code")
		return
	case in.Cancelled:
		c.answer(w, struct{}{})
		return
	case !c.first(place.Exercise + "/dialog/" + state.Once):
		c.refuse(w, http.StatusConflict, "replay")
		return
	}
	said := chat.Said{
		ID: "dialog/" + state.Once, What: chat.Posted, Room: chatRoom(link), At: time.Now(), Post: "dialog-" + strings.ToLower(state.Once), Root: state.Post,
		Account: in.UserID, Name: state.Name, Text: chat.Typed(state.Do, writtenIn(in)),
	}
	if c.take(w, r, place.Exercise, &said, "/dialog/"+state.Once) {
		c.answer(w, struct{}{})
	}
}

// writtenIn is what stands in the fields of a dialog, as somebody would type it.
func writtenIn(in *mattermost.Filled) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(in.Values)) {
		key, field := strings.CutPrefix(name, "p")
		text := strings.TrimSpace(in.Value(name))
		switch {
		case !field || text == "":
		case key == "":
			lines = append(lines, text)
		default:
			lines = append(lines, key+": "+text)
		}
	}
	return strings.Join(lines, "\n")
}

// posted reads what a chat server posts about an exercise that is on it; false where
// it was refused.
func (c *commands) posted(w http.ResponseWriter, r *http.Request, into any) (*mattermost.Place, bool) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCommand))
	if err != nil || json.Unmarshal(raw, into) != nil {
		c.refuse(w, http.StatusBadRequest, "unreadable")
		return nil, false
	}
	place, err := mattermoststore.New(c.s.db.Database).Place(r.Context(), r.PathValue("exercise"))
	if err != nil && !errors.Is(err, mattermost.ErrAbsent) {
		c.refuse(w, http.StatusServiceUnavailable, "database")
		return nil, false
	}
	if c.s.bridge == nil || err != nil || place.Archived { // what is not there answers like what is forged
		c.refuse(w, http.StatusForbidden, "code")
		return nil, false
	}
	return place, true
}

// take brings what was said into its exercise; false where that failed and may be
// tried again.
func (c *commands) take(w http.ResponseWriter, r *http.Request, id string, said *chat.Said, once string) bool {
	if err := c.s.bridge.Take(r.Context(), id, []chat.Said{*said}); err != nil {
		c.forget(id + once)
		c.s.o.Log.Warn("command_failed", "exercise", id, "error", err)
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		return false
	}
	return true
}

func (c *commands) refuse(w http.ResponseWriter, code int, why string) {
	c.s.o.Log.Warn("command_refused", "why", why)
	http.Error(w, http.StatusText(code), code)
}

func (c *commands) answer(w http.ResponseWriter, what any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(what) // who has gone needs no answer
}
