package pages

import (
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise/follow"
	xpages "renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/tabletop"
	"renkei/internal/web"
)

// Kind is what the pages of exercises have to know of tabletops.
func Kind() xpages.Kind {
	return xpages.Kind{Name: scenario.KindTTX, Home: home, Tabs: tabs, Class: class}
}

// Outside is what pages of tabletops work with beside the exercise. Programme and
// Handbook are nil where there is none.
type Outside struct {
	Programme Programme
	Handbook  Handbook
	Joining   Joining
}

// places are the pages of tabletops.
type places struct {
	programme Programme
	handbook  Handbook
	joining   Joining
}

// Routes are the addresses of tabletops.
func Routes(out Outside) []xpages.Route {
	p := &places{out.Programme, out.Handbook, out.Joining}
	all := []xpages.Route{
		{Pattern: "GET /x/{exercise}/table", Need: xpages.Controls, Handle: p.showTable},
		{Pattern: "POST /x/{exercise}/table/step", Need: xpages.Controls, Handle: p.takeStep},
		{Pattern: "POST /x/{exercise}/table/floor", Need: xpages.Controls, Handle: p.steerFloor},
		{Pattern: "POST /x/{exercise}/table/quote", Need: xpages.Controls, Handle: p.quote},
		{Pattern: "POST /x/{exercise}/table/tick", Need: xpages.Controls, Handle: p.tickPaper},
		{Pattern: "POST /x/{exercise}/table/news", Need: xpages.Controls, Handle: p.releaseNews},
		{Pattern: "POST /x/{exercise}/table/recall", Need: xpages.Controls, Handle: p.recall},
		{Pattern: "POST /x/{exercise}/outcome/actions", Need: xpages.Controls, Handle: p.enterActions},
		{Pattern: "GET /x/{exercise}/paper/{poll}", Need: xpages.Controls, Handle: showPaper},
		{Pattern: "POST /x/{exercise}/paper/{poll}", Need: xpages.Controls, Handle: enterPaper},
		{Pattern: "POST /x/{exercise}/table/joining", Need: xpages.Controls, Handle: p.steerJoining},
		{Pattern: "GET /join", Handle: p.askCode},
		{Pattern: "GET /join/{code}", Handle: p.showJoin},
		{Pattern: "POST /join/{code}", Handle: p.join},
		{Pattern: "GET /t/{code}", Need: xpages.Known, Handle: followCode},
		{Pattern: "GET /x/{exercise}/projector", Need: xpages.TakesPart, Handle: p.showProjector},
		{Pattern: "GET /x/{exercise}/material/{module}/{file}", Need: xpages.TakesPart, Handle: sendMaterial},
		{Pattern: "GET /x/{exercise}/outcome", Need: xpages.TakesPart, Handle: p.showOutcome},
		{Pattern: "GET /x/{exercise}/outcome/{reader}/{form}", Need: xpages.TakesPart, Handle: sendOutcome},
		{Pattern: "GET /x/{exercise}/phone/{unit...}", Need: xpages.PlaysUnit, Handle: p.showPhone},
		{Pattern: "POST /x/{exercise}/reply/{unit...}", Need: xpages.PlaysUnit, Handle: p.answer},
		{Pattern: "POST /x/{exercise}/stands/{unit...}", Need: xpages.PlaysUnit, Handle: p.confirm},
		{Pattern: "POST /x/{exercise}/speak/{unit...}", Need: xpages.PlaysUnit, Handle: p.askFloor},
		{Pattern: "POST /x/{exercise}/handover/{unit...}", Need: xpages.PlaysUnit, Handle: p.handOver},
		{Pattern: "POST /x/{exercise}/commit/{unit...}", Need: xpages.PlaysUnit, Handle: p.commit},
	}
	for i := range all {
		if handle := all[i].Handle; strings.Contains(all[i].Pattern, "/x/{exercise}/") {
			all[i].Handle = func(r *xpages.Request) error { return atTabletop(r, handle) }
		}
	}
	return all
}

// atTabletop handles a request about a tabletop; an exercise of another kind has
// none of these pages.
func atTabletop(r *xpages.Request, handle func(*xpages.Request) error) error {
	kind := ""
	r.Exercise.Live.Now(func(m *follow.Moment) { kind = m.State.Play().Pack.Kind })
	if kind != scenario.KindTTX {
		return web.ErrNotFound
	}
	tableOf(r) // read before a moment is held: within one, nobody may ask for another
	return handle(r)
}

// home is where somebody works: the facilitator at the table, a delegation on its
// phones, everybody else before the projector.
func home(r *xpages.Request) string {
	if r.Access.Controls(r.Exercise.ID) {
		return r.Path("/table")
	}
	for _, unit := range r.Access.Units(r.Exercise.ID) {
		if r.Access.Plays(r.Exercise.ID, unit) {
			return r.Path("/phone/" + unit)
		}
	}
	return r.Path("/projector")
}

func tabs(r *xpages.Request) []web.TabGroup {
	var groups []web.TabGroup
	if r.Access.Observes(r.Exercise.ID) {
		var all []web.Tab
		if r.Access.Controls(r.Exercise.ID) {
			all = append(all, r.PlaceTab(r.T("tabletop.tab.table"), "/table"))
		}
		all = append(all, r.PlaceTab(r.T("tabletop.tab.projector"), "/projector"), r.ExconTab("log"), r.ExconTab("units"))
		if r.Access.Controls(r.Exercise.ID) {
			all = append(all, r.ExconTab("invite"))
		}
		all = append(all, r.PlaceTab(r.T("tabletop.tab.outcome"), "/outcome"))
		groups = append(groups, web.TabGroup{Tabs: all})
	}
	for _, unit := range r.Access.Units(r.Exercise.ID) {
		if !r.Access.Plays(r.Exercise.ID, unit) {
			continue
		}
		g := web.TabGroup{Tabs: []web.Tab{
			r.PlaceTab(r.T("tabletop.tab.phone"), "/phone/"+unit), r.PlaceTab(r.T("tabletop.tab.room"), "/projector"), r.PlaceTab(r.T("tabletop.tab.outcome"), "/outcome"),
		}}
		if len(groups) > 0 || len(r.Access.Units(r.Exercise.ID)) > 1 {
			g.Name = r.UnitName(r.Exercise, unit)
		}
		groups = append(groups, g)
	}
	return groups
}

func class(page string) string {
	switch page {
	case "table", "paper", "phone", "reply", "speak", "commit", "outcome":
		return "tabletop"
	}
	return ""
}

type tableKey struct{}

// tableOf is what the pack says; it was checked when the exercise was made.
func tableOf(r *xpages.Request) *tabletop.Tabletop {
	v := r.Exercise.Value(tableKey{}, func() any {
		var pack *scenario.Pack
		r.Exercise.Live.Now(func(m *follow.Moment) { pack = m.State.Play().Pack })
		t, _ := tabletop.Read(pack)
		return t
	})
	return v.(*tabletop.Tabletop) //nolint:forcetypeassert // nobody else has the key
}

// show answers with a page, or with the part of it that changes. Nothing is kept
// of it: it may hold an answer that nobody else is to see.
func show(r *xpages.Request, title string, part templ.Component) error {
	if r.IsPart() {
		return sendPart(r, part)
	}
	return r.Show(r.Status(), xpages.LivePage(r, title, part))
}

// sendPart answers the script with the part of a page that changes.
func sendPart(r *xpages.Request, part templ.Component) error {
	made, err := r.Render(part)
	if err != nil {
		return err
	}
	return r.SendFragment(&made)
}
