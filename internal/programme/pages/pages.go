package programmepages

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/i18n"
	"renkei/internal/programme"
	"renkei/internal/programme/store"
	"renkei/internal/web"
)

// Pages are the pages of the programme of one database.
type Pages struct {
	store *store.Store
	from  Sources
	now   func() time.Time
}

// Sources are the handbook and the community.
type Sources interface {
	programme.ChapterSource
	programme.Directory
	// Exercises are those whose outcome somebody may put into a report.
	Exercises(ctx context.Context, a *auth.Access) ([]programme.PlayedName, error)
	// Improvements are the issues of the improvement plan of an exercise: none for
	// whoever may not read it.
	Improvements(ctx context.Context, a *auth.Access, exercise string, p *i18n.Printer) ([]programme.Improvement, error)
	// Partners are the partner agencies of the community.
	Partners(ctx context.Context) ([]programme.PlayedName, error)
	// Comchecks are those that an event may name, the last first.
	Comchecks(ctx context.Context) ([]programme.PlayedName, error)
}

// New returns the pages of a store. Sources may be nil where nothing is served.
func New(s *store.Store, from Sources, now func() time.Time) *Pages {
	return &Pages{s, from, now}
}

const home = "/programme"

// Routes are the addresses of the programme: to read for the community, to change
// for its secretariat.
func (p *Pages) Routes() []web.Route {
	get := func(path string, need func(*web.Request) error, do func(*request) error) web.Route {
		return web.Route{Pattern: "GET " + home + path, Need: need, Handle: p.on(do)}
	}
	post := func(path string, do func(*request) error) web.Route {
		return web.Route{Pattern: "POST " + home + path, Need: helps, Handle: p.on(do)}
	}
	return append(slices.Concat(p.meetingRoutes(), p.calendarRoutes(), p.attendanceRoutes(), p.courseRoutes(), p.peopleRoutes(), p.participationRoutes(), p.agreementRoutes(), p.photoRoutes(), p.exchangeRoutes(), p.partnerRoutes()),
		get("", takes, showHome),
		get("/events", takes, showEvents),
		get("/figures", takes, showFigures),
		get("/year", takes, showYear),
		get("/record/{kind}/{id}", takes, showRecord),
		get("/report", takes, showReports),
		get("/report/{edition}", takes, showReport),
		get("/report/{edition}/file/{file}", takes, sendReport),
		get("/new/{kind}", helps, showForm),
		get("/edit/{kind}/{id}", helps, showForm),
		post("/save/{kind}", save),
		post("/save/{kind}/{id}", save),
		post("/remove/{kind}/{id}", remove),
		post("/report/{edition}/freeze", freeze),
	)
}

// takes lets in who is of the community.
func takes(r *web.Request) error {
	if !community.Of(r.Access).Takes() {
		return web.ErrNotFound
	}
	return nil
}

// helps lets the secretariat in.
func helps(r *web.Request) error {
	if a := community.Of(r.Access); !a.Helps() || a.ReadOnly {
		return web.ErrNotFound
	}
	return nil
}

// request is one for a page of the programme: what is known, and what the reader
// may do.
type request struct {
	*web.Request

	pages   *Pages
	records *programme.Records // that the reader may see
	all     *programme.Records // all: for what is counted over them, and for changes
	may     programme.Access
	edits   bool
	now     time.Time
	// exercises are those that the form of an event offers.
	exercises []programme.PlayedName
	comchecks []programme.PlayedName
	partners  []programme.PlayedName
}

// on returns the handler of a page.
func (p *Pages) on(do func(*request) error) func(*web.Request) error {
	return func(r *web.Request) error {
		records, err := p.store.Records(r.Context())
		if err != nil {
			return err
		}
		r.SetFrame(web.Frame{Class: "programme"})
		may := programme.Access{Access: community.Of(r.Access)}
		return do(&request{Request: r, pages: p, records: records.For(may), all: records, may: may, edits: helps(r) == nil, now: p.now()})
	}
}

// Section is the place of the programme in the navigation.
func Section(r *web.Request) *web.Section {
	if takes(r) != nil {
		return partnerSection(r)
	}
	tabs := []web.Tab{{Name: r.T("programme.tab.home"), Path: home}}
	within := r.URL.Path == home || strings.HasPrefix(r.URL.Path, home+"/")
	for _, key := range []string{"meetings", "events", "figures", "report", "year", "calendars"} {
		path := home + "/" + key
		here := r.URL.Path == path || strings.HasPrefix(r.URL.Path, path+"/") || key == "meetings" && strings.HasPrefix(r.URL.Path, home+"/meeting/") ||
			key == "events" && strings.HasPrefix(r.URL.Path, home+"/event/") || key == "figures" && r.URL.Path == home+"/people"
		within = within && !here
		tabs = append(tabs, web.Tab{Name: r.T("programme.tab." + key), Path: path, Here: here})
	}
	tabs[0].Here = within
	return &web.Section{Name: r.T("programme.nav"), Path: home, Tabs: tabs}
}

// Home is what the programme shows on the start page.
func (p *Pages) Home(r *web.Request) (home *web.Home, err error) {
	if takes(r) != nil {
		return p.partnerHome(r)
	}
	err = p.on(func(r *request) error {
		year := r.now.Format("2006")
		v := &homeCardView{}
		for _, e := range r.records.Events("") {
			switch {
			case programme.Year(e.Begin) != year:
			case e.Status == programme.Held:
				v.held++
			case e.Status == programme.Planned:
				v.planned++
			}
		}
		home = &web.Home{Part: homeCard(r, v)}
		return nil
	})(r)
	return home, err
}

type homeCardView struct{ held, planned int }

func (r *request) say(t community.Text) string { return t.In(r.Printer.Lang()) }

func (r *request) p(key string, args ...i18n.Args) string {
	return r.Printer.T("programme."+key, args...)
}

// when is from when to when something was.
func (r *request) when(begin, end community.Date) string {
	return cmp.Or(programme.When(r.Printer, begin, end), r.p("when.unknown"))
}

// pathOf is the address of a record.
func pathOf(at programme.Reference) string {
	return home + "/record/" + string(at.Kind) + "/" + web.Escape(at.ID)
}

func refer(rec programme.Record) programme.Reference {
	return programme.Reference{Kind: rec.Kind(), ID: rec.Key()}
}

// nameOf says what a record is called; of one that is gone, its id.
func (r *request) nameOf(at programme.Reference) string {
	if rec := r.records.Record(at.Kind, at.ID); rec != nil {
		return r.say(rec.Name())
	}
	return at.ID
}

// record is the one that the address names.
func (r *request) record() (programme.Record, error) {
	rec := r.records.Record(programme.Kind(r.PathValue("kind")), r.PathValue("id"))
	if rec == nil {
		return nil, web.ErrNotFound
	}
	return rec, nil
}

// compose makes the report of an edition as the records are now, in a language.
func (p *Pages) compose(ctx context.Context, records *programme.Records, e *programme.Edition, printer *i18n.Printer) (*programme.Report, error) {
	from, err := programme.Gather(ctx, records, p.from, e, printer)
	if err != nil {
		return nil, err
	}
	if err := p.store.Before(ctx, e, &from); err != nil {
		return nil, err
	}
	return programme.Compose(e, from, printer)
}
