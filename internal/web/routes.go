package web

import "slices"

// routes are all addresses: those of the shell, and those of each area.
func (s *server) routes() []Route {
	all := s.commonRoutes()
	for i := range s.Areas {
		all = slices.Concat(all, s.Areas[i].Routes)
	}
	return all
}

// commonRoutes are those that belong to no area.
func (s *server) commonRoutes() []Route {
	return []Route{
		{Pattern: "POST /language", Handle: setLanguage, Early: true},
		{Pattern: "GET /static/{name}", Handle: s.static, Early: true},
		{Pattern: "GET /manifest.webmanifest", Handle: manifest, Early: true},
		{Pattern: "GET /healthz", Handle: healthy, Early: true},
		{Pattern: "GET /readyz", Handle: ready, Early: true},
	}
}

// Patterns lists the addresses of all routes, for the test that asks each of
// them as everybody.
func Patterns(areas []Area) []string {
	var all []string
	for _, r := range (&server{Deps: Deps{Areas: areas}}).routes() {
		all = append(all, r.Pattern)
	}
	return all
}
