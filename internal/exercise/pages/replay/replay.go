package replay

import (
	"net/http"

	"github.com/a-h/templ"

	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/pages/desk"
	"renkei/internal/exercise/pages/excon"
)

// Routes are the addresses of the replay.
func Routes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/replay", Need: pages.Observes, Handle: replayBoard},
		{Pattern: "GET /x/{exercise}/replay/{unit...}", Need: pages.ReadsUnit, Handle: replayDesk},
	}
}

// replayBoard shows the board as it was.
func replayBoard(r *pages.Request) error { return replay(r, boardAt) }

// replayDesk shows a unit's desk as it was.
func replayDesk(r *pages.Request) error { return replay(r, deskAt) }

// boardAt is the board at the moment that the address names.
func boardAt(r *pages.Request) (templ.Component, error) {
	var b excon.Board
	err := r.At(func(s *pages.Moment) error {
		b = excon.BoardOf(s)
		return nil
	})
	return excon.BoardPart(r, &b), err
}

// deskAt is the desk of the request's unit at the moment that the address names.
func deskAt(r *pages.Request) (templ.Component, error) {
	d, err := desk.Of(r)
	if err != nil {
		return nil, err
	}
	return desk.DeskPart(r, d), nil
}

func replay(r *pages.Request, part func(*pages.Request) (templ.Component, error)) error {
	if !r.SeesPast() {
		return r.Show(http.StatusOK, replayEarly(r))
	}
	if !r.IsPast() {
		return r.Back(pages.AtLink(r.URL.Path, 0))
	}
	c, err := part(r)
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, replayPage(r, c))
}

// replayTitle says whose replay it is.
func replayTitle(r *pages.Request) string {
	if r.Unit == "" {
		return r.T("replay.title")
	}
	return r.T("replay.of", map[string]any{"Unit": r.UnitName(r.Exercise, r.Unit)})
}
