package handbookpages

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/handbook/needs"
	"renkei/internal/handbook/publication"
	"renkei/internal/handbook/store"
	"renkei/internal/web"
)

// Members knows who the members are, and their partners.
type Members interface {
	Registry(ctx context.Context) (*community.Registry, error)
}

// Deps are what the pages work with.
type Deps struct {
	Store   *store.Store
	Needs   *store.Needs
	Members Members
	Words   *handbook.Vocabulary
	Now     func() time.Time
}

// Pages are the pages of the handbook of one database.
type Pages struct {
	store   *store.Store
	needs   *store.Needs
	members Members
	words   *handbook.Vocabulary
	now     func() time.Time
	plansOf *planViews
}

// New returns the pages.
func New(d Deps) *Pages { return &Pages{d.Store, d.Needs, d.Members, d.Words, d.Now, newPlanViews()} }

// Routes are the addresses of the handbook. What was published is for everybody
// who has signed in; a working copy decides itself whom it is shown to.
func (p *Pages) Routes() []web.Route {
	routes := []web.Route{
		{Pattern: "GET /handbook", Handle: p.on(p.home)},
		{Pattern: "GET /handbook/plans", Handle: p.on(p.plans)},
		{Pattern: "GET /handbook/compare", Handle: p.on(p.compare)},
		{Pattern: "GET /handbook/find", Handle: p.on(p.find)},
		{Pattern: "GET /handbook/edition/{edition}", Handle: p.on(p.edition)},
		{Pattern: "GET /handbook/edition/{edition}/member/{member}", Handle: p.on(p.member)},
		{Pattern: "GET /handbook/edition/{edition}/measure/{measure}", Handle: p.on(p.measure)},
		{Pattern: "GET /handbook/edition/{edition}/theme/{theme}", Handle: p.on(p.theme)},
		{Pattern: "GET /handbook/edition/{edition}/item/{item}", Handle: p.on(p.item)},
		{Pattern: "GET /handbook/work", Handle: p.on(p.work)},
		{Pattern: "GET /handbook/draft/{member}", Handle: p.on(p.draft)},
		{Pattern: "GET /handbook/draft/{member}/item/{item}", Handle: p.on(p.form)},
		{Pattern: "POST /handbook/draft/{member}/item/{item}", Handle: p.on(p.save)},
		{Pattern: "POST /handbook/draft/{member}/act", Handle: p.on(p.act)},
		{Pattern: "POST /handbook/draft/{member}/comment", Handle: p.on(p.comment)},
		{Pattern: "POST /handbook/draft/{member}/undo", Handle: p.on(p.undo)},
		{Pattern: "POST /handbook/publish", Need: web.Secretary, Handle: p.on(p.publish)},
	}
	routes = append(append(routes, p.needsRoutes()...), p.fileRoutes()...)
	routes = append(routes,
		web.Route{Pattern: "POST /handbook/views", Handle: p.on(p.changeView)},
		web.Route{Pattern: "GET /handbook/links", Handle: p.on(p.links)},
	)
	for i := range routes {
		switch {
		case routes[i].Need != nil:
		case strings.Contains(routes[i].Pattern, "/draft/"):
			routes[i].Need = involved
		default:
			routes[i].Need = web.Known
		}
	}
	return routes
}

// involved lets in who writes or approves for the member of the address, and the
// secretariat. What they may do depends on the working copy.
func involved(r *web.Request) error {
	a, member := handbook.ActorOf(community.Of(r.Access)), r.PathValue("member")
	if !a.Secretariat && !slices.Contains(a.Owns, member) && !slices.Contains(a.Approves, member) {
		return web.ErrNotFound
	}
	return nil
}

// request is a request with what the handbook knows of who asks.
type request struct {
	*web.Request
	pages  *Pages
	actor  handbook.Actor
	access community.Access
}

// on makes a handler of one of the handbook.
func (p *Pages) on(handle func(*request) error) func(*web.Request) error {
	return func(w *web.Request) error {
		w.SetFrame(web.Frame{Class: "handbook"})
		r := p.request(w)
		return r.explain(handle(r))
	}
}

func (p *Pages) request(w *web.Request) *request {
	access := community.Of(w.Access)
	return &request{w, p, handbook.ActorOf(access), access}
}

// explain turns errors of the handbook into what a page says.
func (r *request) explain(err error) error {
	var fault *handbook.FaultError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &fault):
		return &web.UserError{Text: r.fault(fault)}
	case errors.Is(err, handbook.ErrForbidden), errors.Is(err, handbook.ErrAbsent):
		return web.ErrNotFound
	}
	return err
}

// fault says which field is wrong and what to do.
func (r *request) fault(f *handbook.FaultError) string {
	reasons := map[error]string{
		handbook.ErrText: "text", handbook.ErrLong: "long", community.ErrDate: "date", handbook.ErrOrder: "order", handbook.ErrStatus: "status",
		handbook.ErrMeasure: "measure", handbook.ErrTag: "tag", handbook.ErrLanguage: "language", handbook.ErrEvidence: "evidence", handbook.ErrKind: "kind",
		needs.ErrOwner: "owner", needs.ErrForm: "form", needs.ErrLevel: "level", needs.ErrPlaces: "places", needs.ErrLabel: "label",
		needs.ErrLong: "long", needs.ErrOutcome: "outcome", handbook.ErrAbsent: "absent",
	}
	for reason, key := range reasons {
		if errors.Is(f, reason) {
			return r.T("handbook.fault."+key, web.Args("Field", r.T("handbook.field."+f.Field)))
		}
	}
	return f.Error()
}

// wording words what an edition holds, in the reader's language.
func (r *request) wording() publication.Wording {
	return publication.Wording{Printer: r.Printer, Words: r.pages.words}
}

// say is a text in the reader's language, or in one that there is.
func (r *request) say(t handbook.Texts) string { return r.wording().Say(t) }

// foreign is the language of a text where it is not the page's; "" where it is.
func (r *request) foreign(t handbook.Texts) string { return r.wording().Foreign(t) }

// unchecked reports whether the reader sees a translation that nobody has
// checked.
func (r *request) unchecked(t handbook.Texts) bool { return r.wording().Unchecked(t) }

// when writes a date as exactly as it is known.
func (r *request) when(d community.Date) string { return r.wording().When(d) }

// span writes when something is or was: since, until, due, and what else
// belongs to it.
func (r *request) span(it *handbook.Item) string { return r.wording().Span(it) }

func (r *request) status(s handbook.Status) string { return r.wording().Status(s) }

func (r *request) change(c handbook.Change) string { return r.T("handbook.change." + string(c)) }

func (r *request) outcome(o handbook.Outcome) string { return r.wording().Outcome(o) }

// lane is the word for where a plan stands.
func (r *request) lane(l handbook.Lane) string { return r.wording().Lane(l) }

func (r *request) measureName(id string) string { return r.wording().Measure(id) }

func (r *request) themeName(id string) string { return r.wording().Theme(id) }

// latest is the edition that was published last. It returns handbook.ErrAbsent
// where there is none.
func (r *request) latest() (handbook.Edition, error) {
	all, err := r.pages.store.Editions(r.Context())
	if err != nil {
		return handbook.Edition{}, err
	}
	if len(all) == 0 {
		return handbook.Edition{}, handbook.ErrAbsent
	}
	return all[len(all)-1], nil
}

// Section is the handbook's place in the navigation.
func Section(r *web.Request) *web.Section {
	if !r.Access.Known() {
		return nil
	}
	tab := func(key, path string) web.Tab {
		return web.Tab{Name: r.T("handbook.tab." + key), Path: path, Here: r.URL.Path == path || path != home && len(r.URL.Path) > len(path) && r.URL.Path[:len(path)+1] == path+"/"}
	}
	tabs := []web.Tab{tab("home", home), tab("plans", home+"/plans"), tab("compare", home+"/compare"), tab("find", home+"/find")}
	if community.Of(r.Access).Takes() {
		tabs = append(tabs, tab("needs", needsHome))
	}
	if partakes(r) == nil {
		tabs = append(tabs, tab("offers", offersHome))
	}
	if works(r) {
		tabs = append(tabs, tab("work", home+"/work"))
	}
	if !anyHere(tabs) && (len(r.URL.Path) > len(home) && r.URL.Path[:len(home)+1] == home+"/") {
		tabs[0].Here = true
	}
	return &web.Section{Name: r.T("handbook.nav"), Path: home, Tabs: tabs}
}

const home = "/handbook"

func anyHere(tabs []web.Tab) bool {
	for _, t := range tabs {
		if t.Here {
			return true
		}
	}
	return false
}

// works reports whether somebody has to do with working copies.
func works(r *web.Request) bool {
	a := handbook.ActorOf(community.Of(r.Access))
	return a.Secretariat || len(a.Owns)+len(a.Approves) > 0
}

// Addresses within the handbook.
func editionPath(edition string) string { return home + "/edition/" + web.EscapePath(edition) }

func memberPath(edition, member string) string {
	return editionPath(edition) + "/member/" + web.EscapePath(member)
}

func measurePath(edition, measure string) string {
	return editionPath(edition) + "/measure/" + web.EscapePath(measure)
}

func themePath(edition, theme string) string {
	return editionPath(edition) + "/theme/" + web.EscapePath(theme)
}

func itemPath(edition, item string) string {
	return editionPath(edition) + "/item/" + web.EscapePath(item)
}

func draftPath(member string) string { return home + "/draft/" + web.EscapePath(member) }

// addressOf is a path with the address of the program before it, where that is
// certain.
func (r *request) addressOf(path string) string {
	base, err := r.Base()
	if err != nil {
		return path
	}
	return base + path
}
