// Package mattermost is a small server for tests that behaves as Mattermost 5.37
// was seen to do, and where that is said, as newer ones are documented to do. It
// keeps everything in memory, and fails when it is told to.
//
// Start reading at [Start] and [Server.Fault].
package mattermost

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// object is anything that the server tells as JSON.
type object = map[string]any

// Server is one that runs until the test ends.
type Server struct {
	URL   string
	Admin string // token of the system administrator

	http *httptest.Server

	mu      sync.Mutex
	count   int
	shift   time.Duration
	last    int64
	users   map[string]*user
	tokens  map[string]string // user by token
	teams   map[string]*team
	rooms   map[string]*room
	posts   map[string]*post
	order   []*post // as they were made
	files   map[string]object
	data    map[string][]byte // of files
	deny    map[string]bool   // permissions
	off     map[string]bool   // settings
	away    bool
	fault   func(*http.Request) *Fault
	sockets map[*socket]bool
	skip    int
	calls   []string
	slash   []object // commands

	triggers map[string]dialog // of what was pressed
	dialogs  []dialog
	asked    []map[string]any
}

type user struct {
	ID, Username, Email, Display string
	Admin, Bot                   bool
	DeleteAt                     int64
}

type team struct {
	ID, Name, Display string
	DeleteAt          int64
	members           map[string]string // roles by user
}

type room struct {
	ID, Team, Type, Name, Display, Header, Purpose string
	DeleteAt                                       int64
	members                                        map[string]bool
}

type post struct {
	ID        string   `json:"id"`
	CreateAt  int64    `json:"create_at"`
	UpdateAt  int64    `json:"update_at"`
	EditAt    int64    `json:"edit_at"`
	DeleteAt  int64    `json:"delete_at"`
	UserID    string   `json:"user_id"`
	ChannelID string   `json:"channel_id"`
	RootID    string   `json:"root_id"`
	Original  string   `json:"original_id"`
	Message   string   `json:"message"`
	Type      string   `json:"type"`
	Props     object   `json:"props"`
	FileIDs   []string `json:"file_ids"`
	Reactions []object `json:"-"`
	place     int
	secret    object
}

// Fault is how a call fails.
type Fault struct {
	Status int // told instead of an answer
	ID     string
	Header map[string]string
	// Drop breaks the connection off without an answer; with Done, after the
	// call was done.
	Drop, Done bool
	// Wait is how long it takes before anything of that, or an answer without a
	// Status.
	Wait time.Duration
}

// Start starts a server with one administrator.
func Start(tb testing.TB) *Server {
	tb.Helper()
	s := &Server{
		users: map[string]*user{}, tokens: map[string]string{}, teams: map[string]*team{}, rooms: map[string]*room{}, posts: map[string]*post{},
		files: map[string]object{}, data: map[string][]byte{}, deny: map[string]bool{}, off: map[string]bool{}, sockets: map[*socket]bool{}, triggers: map[string]dialog{},
	}
	admin := &user{ID: s.id(), Username: "admin", Email: "admin@chat.internal", Admin: true}
	s.users[admin.ID] = admin
	s.Admin = s.token(admin.ID)
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = s.http.URL
	tb.Cleanup(func() {
		s.Cut()
		s.http.CloseClientConnections()
		s.http.Close()
	})
	return s
}

// Deny takes a permission from everybody, or gives it back.
func (s *Server) Deny(permission string, denied bool) {
	defer s.lock()()
	s.deny[permission] = denied
}

// Off switches a setting off or on: bots, files.
func (s *Server) Off(setting string, off bool) {
	defer s.lock()()
	s.off[setting] = off
}

// Fault has calls fail for which it returns something; nil for none. It is
// called with the server locked.
func (s *Server) Fault(of func(*http.Request) *Fault) {
	defer s.lock()()
	s.fault = of
}

// Shift puts the server's clock forward, or back.
func (s *Server) Shift(by time.Duration) {
	defer s.lock()()
	s.shift, s.last = s.shift+by, 0
}

// Away stops the server, or starts it again: nothing is lost.
func (s *Server) Away(away bool) {
	s.mu.Lock()
	s.away = away
	s.mu.Unlock()
	if away {
		s.Cut()
	}
}

// Cut breaks all WebSockets off.
func (s *Server) Cut() {
	s.mu.Lock()
	all := s.sockets
	s.sockets = map[*socket]bool{}
	s.mu.Unlock()
	for k := range all {
		k.stop()
	}
}

// Skip leaves out the next n messages of every WebSocket, with their numbers.
func (s *Server) Skip(n int) {
	defer s.lock()()
	s.skip = n
}

// Withdraw makes all tokens of a user void.
func (s *Server) Withdraw(userID string) {
	defer s.lock()()
	for token, id := range s.tokens {
		if id == userID {
			delete(s.tokens, token)
		}
	}
}

// Listeners returns how many WebSockets are open.
func (s *Server) Listeners() int {
	defer s.lock()()
	return len(s.sockets)
}

// Calls returns the calls since it was asked last, as "POST /posts".
func (s *Server) Calls() []string {
	defer s.lock()()
	all := s.calls
	s.calls = nil
	return all
}

func (s *Server) lock() func() {
	s.mu.Lock()
	return s.mu.Unlock
}

// id makes an id as the server does: 26 small letters and digits.
func (s *Server) id() string {
	s.count++
	return fmt.Sprintf("z%025x", s.count*7919)
}

func (s *Server) token(user string) string {
	word := s.id()
	s.tokens[word] = user
	return word
}

// now is the server's clock, in milliseconds. No two are equal, unless the clock
// is put back.
func (s *Server) now() int64 {
	s.last = max(s.last+1, time.Now().Add(s.shift).UnixMilli())
	return s.last
}

// request is a call with who makes it.
type request struct {
	*http.Request
	who  *user
	path []string
	in   object
}

func (r *request) text(name string) string {
	text, _ := r.in[name].(string)
	return text
}

// refusal is what the server answers instead.
type refusal struct {
	status      int
	id, message string
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/api/v4/")
	r.Body = http.MaxBytesReader(w, r.Body, 64<<20)
	req := &request{Request: r, path: strings.Split(path, "/"), in: object{}}
	word, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	s.calls = append(s.calls, r.Method+" /"+path)
	var f *Fault
	if s.fault != nil {
		f = s.fault(r)
	}
	if s.away {
		f = &Fault{Drop: true}
	}
	req.who = s.users[s.tokens[word]]
	if f != nil && f.Wait > 0 { // the server answers others meanwhile
		s.mu.Unlock()
		<-time.After(f.Wait)
		if f.Status == 0 && !f.Drop {
			f = nil
		}
		s.mu.Lock()
	}
	if f != nil && !f.Done {
		s.mu.Unlock()
		fail(w, f)
		return
	}
	if path == "websocket" {
		s.mu.Unlock()
		s.listen(w, req)
		return
	}
	code, out := s.answer(w, req)
	at := time.Now().Add(s.shift).UTC().Format(http.TimeFormat)
	s.mu.Unlock()
	if f != nil {
		fail(w, f)
		return
	}
	if no, ok := out.(refusal); ok {
		code, out = no.status, object{"id": no.id, "message": no.message, "status_code": no.status}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Date", at)
	w.WriteHeader(code)
	if raw, ok := out.([]byte); ok {
		_, _ = w.Write(raw) // as below
		return
	}
	_ = json.NewEncoder(w).Encode(out) // who has gone needs no answer
}

func fail(w http.ResponseWriter, f *Fault) {
	if f.Drop {
		panic(http.ErrAbortHandler)
	}
	for name, value := range f.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(f.Status)
	_ = json.NewEncoder(w).Encode(object{"id": f.ID, "message": "told to fail", "status_code": f.Status}) // as above
}

// answer does a call.
func (s *Server) answer(w http.ResponseWriter, r *request) (int, any) {
	public := r.Method == http.MethodPost && len(r.path) == 2 && r.path[0] == "users" && r.path[1] == "login"
	if r.who == nil && !public && r.path[0] != "config" {
		return 0, refusal{401, "api.context.session_expired.app_error", "Invalid or expired session, please login again."}
	}
	if r.path[0] == "files" && r.Method == http.MethodGet && len(r.path) == 2 {
		if raw, ok := s.data[r.path[1]]; ok {
			return 200, raw
		}
		return absent()
	}
	if r.path[0] == "files" {
		return s.upload(r)
	}
	list := r.path[0] == "roles" || len(r.path) == 2 && r.path[1] == "ids"
	if r.Method != http.MethodGet && r.ContentLength != 0 && !list {
		_ = json.NewDecoder(r.Body).Decode(&r.in) // what is not there is missed below
	}
	switch r.path[0] {
	case "config":
		return 200, object{"Version": "5.37.0", "EnableBotAccountCreation": fmt.Sprint(!s.off["bots"])}
	case "system":
		return 200, object{"status": "OK"}
	case "roles":
		return s.roles(r)
	case "users":
		return s.answerUsers(w, r)
	case "bots":
		return s.answerBots(r)
	case "teams":
		return s.answerTeams(r)
	case "channels":
		return s.answerRooms(r)
	case "posts":
		return s.answerPosts(r)
	case "reactions":
		return s.react(r)
	case "actions":
		return s.answerActions(r)
	case "commands":
		return s.answerCommands(r)
	}
	return 0, refusal{404, "api.context.404.app_error", "Sorry, we could not find the page."}
}

// socket is a WebSocket of a user.
type socket struct {
	user string
	to   chan object
	seq  int64
	end  context.CancelFunc
}

func (k *socket) stop() { k.end() }

func (s *Server) listen(w http.ResponseWriter, r *request) {
	if r.who == nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	conn, err := websocket.Accept(w, r.Request, nil)
	if err != nil {
		return
	}
	ctx, end := context.WithCancel(conn.CloseRead(context.WithoutCancel(r.Context())))
	defer end()
	k := &socket{user: r.who.ID, to: make(chan object, 100_000), end: end}
	k.to <- object{"event": "hello", "data": object{"connection_id": "c"}, "broadcast": object{}, "seq": 0}
	s.mu.Lock()
	s.sockets[k] = true
	s.mu.Unlock()
	for {
		select {
		case <-ctx.Done():
			s.mu.Lock()
			delete(s.sockets, k)
			s.mu.Unlock()
			_ = conn.CloseNow() // it is cut off
			return
		case m := <-k.to:
			raw, err := json.Marshal(m)
			if err == nil {
				err = conn.Write(ctx, websocket.MessageText, raw)
			}
			if err != nil {
				end()
			}
		}
	}
}

// tell tells the members of a channel, and who is named.
func (s *Server) tell(rm *room, event string, data object, also ...string) {
	skipped := s.skip > 0
	if skipped {
		s.skip--
	}
	for k := range s.sockets {
		if !rm.members[k.user] && !slices.Contains(also, k.user) {
			continue
		}
		k.seq++
		if !skipped {
			k.to <- object{"event": event, "data": data, "broadcast": object{"channel_id": rm.ID}, "seq": k.seq}
		}
	}
}

func text(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // it is ours
	}
	return string(raw)
}

// Join makes an account, and returns its id.
func (s *Server) Join(name, mail string) string {
	defer s.lock()()
	u := &user{ID: s.id(), Username: name, Email: mail}
	s.users[u.ID] = u
	return u.ID
}

// Say has somebody say something, and returns the id of the post.
func (s *Server) Say(user, room, text string) string {
	defer s.lock()()
	p := &post{UserID: user, ChannelID: room, Message: text}
	s.say(p)
	return p.ID
}

// Reply has somebody answer in a thread, and returns the id of the post.
func (s *Server) Reply(user, room, root, text string) string {
	defer s.lock()()
	p := &post{UserID: user, ChannelID: room, RootID: root, Message: text}
	s.say(p)
	return p.ID
}

// Posted is something that stands in a channel.
type Posted struct {
	ID, Root, User, Text, About string
	Key                         string // of ours, with its part
	At                          time.Time
}

// Standing returns what stands in the channel of a name in addresses, of the
// latest team; its id is "" where there is none.
func (s *Server) Standing(name string) (room string, all []Posted) {
	defer s.lock()()
	for _, id := range sortedKeys(s.rooms) {
		if s.rooms[id].Name == name {
			room = id
		}
	}
	for _, p := range s.order {
		if p.ChannelID == room && p.Type == "" && p.DeleteAt == 0 {
			about, _ := p.Props["renkei_about"].(string)
			key := ""
			if p.Props["renkei_key"] != nil {
				key = fmt.Sprint(p.Props["renkei_key"], "/", p.Props["renkei_part"])
			}
			all = append(all, Posted{p.ID, p.RootID, s.users[p.UserID].Username, p.Message, about, key, time.UnixMilli(p.CreateAt)})
		}
	}
	return room, all
}

// In reports whether somebody is in a channel, by their name.
func (s *Server) In(room, name string) bool {
	defer s.lock()()
	u := s.user(func(u *user) bool { return u.Username == name })
	return u != nil && s.rooms[room] != nil && s.rooms[room].members[u.ID]
}

// ID is that of somebody, by their name; "" for nobody.
func (s *Server) ID(name string) string {
	defer s.lock()()
	u := s.user(func(u *user) bool { return u.Username == name })
	if u == nil {
		return ""
	}
	return u.ID
}
