package area

import (
	"slices"

	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/pages/after"
	"renkei/internal/exercise/pages/cells"
	"renkei/internal/exercise/pages/desk"
	"renkei/internal/exercise/pages/evaluation"
	"renkei/internal/exercise/pages/excon"
	"renkei/internal/exercise/pages/printed"
	"renkei/internal/exercise/pages/replay"
	"renkei/internal/exercise/pages/setup"
)

// exerciseRoutes are all addresses of exercises. Each file of pages lists its
// own.
func exerciseRoutes() []pages.Route {
	return slices.Concat(
		placeRoutes(), pages.SignalRoutes(), pages.ViewAsRoutes(), pages.HelpRoutes(), setup.ExercisesRoutes(), setup.InviteRoutes(), setup.ChangeRoutes(), setup.ChatRoutes(),
		excon.BoardRoutes(), excon.MselRoutes(), excon.ComposeRoutes(), excon.InboxRoutes(), evaluation.MarksRoutes(),
		unitRoutes(), cells.Routes(), evaluation.EvaluateRoutes(),
		after.Routes(), after.DownloadRoutes(), after.PlanRoutes(), printed.Routes(), replay.Routes(),
	)
}

// placeRoutes are those of an exercise as a whole.
func placeRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/{$}", Need: pages.TakesPart, Handle: pages.Place},
		{Pattern: "GET /x/{exercise}/exercise.ics", Need: pages.TakesPart, Handle: pages.Calendar},
		{Pattern: "GET /x/{exercise}/position", Need: pages.TakesPart, Handle: pages.Position},
		{Pattern: "GET /x/{exercise}/stream", Need: pages.TakesPart, Handle: pages.Stream, Stream: true},
	}
}

// unitRoutes are the addresses of everything that a unit has.
func unitRoutes() []pages.Route {
	var all []pages.Route
	for _, some := range [][]pages.Route{desk.Routes(), desk.InjectRoutes(), pages.FileRoutes(), desk.AnswerRoutes(), desk.ActRoutes(), desk.TalkRoutes(), desk.ContactRoutes(), desk.EntryRoutes()} {
		all = append(all, some...)
	}
	return all
}
