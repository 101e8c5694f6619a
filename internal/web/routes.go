package web

import "renkei/internal/auth"

// need decides whether somebody may use a route, of an exercise and a unit
// where its address names them. Without one anybody may, signed in or not.
type need func(a *auth.Access, exercise, unit string) bool

func known(a *auth.Access, _, _ string) bool         { return a.Known() }
func takes(a *auth.Access, ex, _ string) bool        { return a.Takes(ex) }
func observes(a *auth.Access, ex, _ string) bool     { return a.Observes(ex) }
func controls(a *auth.Access, ex, _ string) bool     { return a.Controls(ex) }
func directs(a *auth.Access, ex, _ string) bool      { return a.Directs(ex) }
func readsUnit(a *auth.Access, ex, unit string) bool { return a.Reads(ex, unit) }
func playsUnit(a *auth.Access, ex, unit string) bool { return a.Plays(ex, unit) }

// route is an address, who may use it, and what it does.
type route struct {
	pattern string
	need    need
	handle  func(*request) error
}

// routes are all addresses.
func (s *server) routes() []route {
	return []route{
		{"GET /{$}", nil, home},
		{"POST /sign-in", nil, signIn},
		{"POST /sign-out", known, signOut},
		{"GET /in/{link}", nil, lookAtLink},
		{"POST /in/{link}", nil, takeLink},
		{"POST /language", nil, setLanguage},
		{"GET /static/{name}", nil, s.static},
		{"GET /healthz", nil, healthy},

		{"GET /x/{exercise}/{$}", takes, place},
		{"GET /x/{exercise}/stream", takes, stream},
		{"GET /x/{exercise}/board", observes, showBoard},
		{"POST /x/{exercise}/clock", directs, setClock},
		{"POST /x/{exercise}/pause", controls, pauseOrResume},
		{"POST /x/{exercise}/stand-in", controls, setStandIn},

		{"GET /x/{exercise}/desk/{unit...}", readsUnit, showDesk},
		{"POST /x/{exercise}/acknowledge/{unit...}", playsUnit, acknowledge},
		{"POST /x/{exercise}/answer/{unit...}", playsUnit, answer},
		{"POST /x/{exercise}/message/{unit...}", playsUnit, sendMessage},
	}
}

// Patterns lists the addresses of all routes, for the test that asks each of
// them as everybody.
func Patterns() []string {
	var all []string
	for _, r := range (&server{}).routes() {
		all = append(all, r.pattern)
	}
	return all
}
