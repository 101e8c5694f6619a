package server

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"time"

	"renkei/internal/channel/mattermost"
	mattermoststore "renkei/internal/channel/mattermost/store"
	"renkei/internal/exercise/chat"
)

// commandPath is where a chat server posts what is typed after /renkei: behind it
// stands the exercise.
const commandPath = "/hook/mattermost/"

// Bounds of what is posted there.
const (
	maxCommand  = 64 << 10
	maxTriggers = 10_000
)

// commands takes what is typed after /renkei. Only the server of the exercise knows
// the token with which it comes, and each comes once.
type commands struct {
	s    *server
	mu   sync.Mutex
	seen map[string]bool // by the id of what was typed
}

// ServeHTTP answers with nothing: what comes of it is posted by the bot.
func (c *commands) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	refuse := func(code int, why string) { c.refuse(w, code, why) }
	r.Body = http.MaxBytesReader(w, r.Body, maxCommand)
	if err := r.ParseForm(); err != nil {
		refuse(http.StatusBadRequest, "unreadable")
		return
	}
	id := r.PathValue("exercise")
	form := r.PostForm
	place, err := mattermoststore.New(c.s.db.Database).Place(r.Context(), id)
	if c.s.bridge == nil || err != nil || place.Archived || place.TeamID != form.Get("team_id") || !c.s.chatTokens.IsCommand(place.Server, place.TeamID, form.Get("token")) {
		refuse(http.StatusForbidden, "token") // what is not there answers like what is forged
		return
	}
	link := linkOf(place, form.Get("channel_id"))
	trigger, user := form.Get("trigger_id"), form.Get("user_id")
	if link == nil || trigger == "" || user == "" {
		refuse(http.StatusForbidden, "channel")
		return
	}
	name := shortSum(trigger)
	if !c.first(id + "/" + name) {
		refuse(http.StatusConflict, "replay")
		return
	}
	said := chat.Said{
		ID: "command/" + name, What: chat.Posted, Room: chatRoom(link), At: time.Now(), Post: "command-" + name, Account: user, Name: form.Get("user_name"),
		Text: strings.TrimSpace("/" + mattermost.Trigger + " " + form.Get("text")), Alone: true,
	}
	if c.take(w, r, id, &said, "/"+name) {
		w.WriteHeader(http.StatusOK)
	}
}

// shortSum names what has a long name: 128 bits, in hexadecimal.
func shortSum(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:16])
}

// linkOf is the channel of an exercise with an id; nil for none of its.
func linkOf(p *mattermost.Place, room string) *mattermost.Link {
	if room == "" {
		return nil
	}
	return p.Link(room)
}

// first reports whether something comes for the first time. What came before a
// restart is in the log, and does nothing again.
func (c *commands) first(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[id] {
		return false
	}
	if c.seen == nil || len(c.seen) >= maxTriggers {
		c.seen = map[string]bool{}
	}
	c.seen[id] = true
	return true
}

func (c *commands) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.seen, id)
}
