package web

import (
	"slices"

	"renkei/internal/exercise/access"
)

// need decides whether somebody may use a route, of an exercise and a unit
// where its address names them. Without one anybody may, signed in or not.
type need func(a access.Access, exercise, unit string) bool

func known(a access.Access, _, _ string) bool          { return a.Known() }
func keepsHouse(a access.Access, _, _ string) bool     { return a.Secretary() }
func takes(a access.Access, ex, _ string) bool         { return a.Takes(ex) }
func observes(a access.Access, ex, _ string) bool      { return a.Observes(ex) }
func controls(a access.Access, ex, _ string) bool      { return a.Controls(ex) }
func directs(a access.Access, ex, _ string) bool       { return a.Directs(ex) }
func readsUnit(a access.Access, ex, unit string) bool  { return a.Reads(ex, unit) }
func playsUnit(a access.Access, ex, unit string) bool  { return a.Plays(ex, unit) }
func leadsCells(a access.Access, ex, unit string) bool { return a.Has(access.National, ex, unit) }

// marksUnit: evaluators of the unit, and those of EXCON who look at the marks.
func marksUnit(a access.Access, ex, unit string) bool {
	return a.Evaluates(ex, unit) || a.Controls(ex)
}

// route is an address, who may use it, and what it does.
type route struct {
	pattern string
	need    need
	handle  func(*request) error
	limit   int64 // of the body in bytes; 0 for maxForm
	upload  bool  // it takes a file: fewer of them are allowed
}

// maxForm is the most that a form may weigh: the longest text a command may
// carry, as a browser sends it, and some more.
const maxForm = 256 << 10

// routes are all addresses. Each file of pages lists its own.
func (s *server) routes() []route {
	return slices.Concat(
		s.commonRoutes(), linkRoutes(), meRoutes(), houseRoutes(), inviteRoutes(),
		boardRoutes(), mselRoutes(), composeRoutes(), inboxRoutes(), marksRoutes(),
		unitRoutes(), cellsRoutes(), evaluateRoutes(),
		afterRoutes(), downloadRoutes(), replayRoutes(),
	)
}

// commonRoutes are those outside the pages of an exercise, and its stream.
func (s *server) commonRoutes() []route {
	return []route{
		{pattern: "GET /{$}", handle: home},
		{pattern: "POST /sign-in", handle: signIn},
		{pattern: "POST /sign-out", need: known, handle: signOut},
		{pattern: "POST /language", handle: setLanguage},
		{pattern: "GET /static/{name}", handle: s.static},
		{pattern: "GET /healthz", handle: healthy},
		{pattern: "GET /readyz", handle: ready},
		{pattern: "GET /x/{exercise}/{$}", need: takes, handle: place},
		{pattern: "GET /x/{exercise}/stream", need: takes, handle: stream},
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
