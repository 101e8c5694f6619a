package outboxpages

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"renkei/internal/auth"
	"renkei/internal/outbox"
	"renkei/internal/web"
)

// Box is the outbox as the pages use it.
type Box interface {
	Channels() []string
	Status() []outbox.Status
	List(ctx context.Context, f outbox.Filter) ([]outbox.Delivery, error)
	Count(ctx context.Context, scopes []string) (map[outbox.State]int, error)
	Get(ctx context.Context, number int64) (*outbox.Message, *outbox.Delivery, []outbox.Step, error)
	Retry(ctx context.Context, by string, number int64) error
	Drop(ctx context.Context, by string, number int64) error
	Switch(ctx context.Context, by string, number int64, channel, address string) error
	Holds(ctx context.Context) ([]outbox.Hold, error)
	Hold(ctx context.Context, scope, by, reason string) error
	Release(ctx context.Context, scope string) error
}

// Pages are the pages of an outbox.
type Pages struct {
	Box Box
	// Scopes are those whose messages somebody may see and act on, each with what
	// is below it; "" for all.
	Scopes func(a *auth.Access) []string
}

// home is where the pages are: /outbox would be taken for what a browser has not
// sent yet.
const home = "/outgoing"

// pageSize is how many deliveries a page has.
const pageSize = 50

// request is a request with what its asker may see.
type request struct {
	*web.Request
	pages  *Pages
	scopes []string
}

func (p *Pages) on(do func(*request) error) func(*web.Request) error {
	return func(r *web.Request) error { return do(&request{r, p, p.Scopes(r.Access)}) }
}

// sees lets in who may see any scope.
func (p *Pages) sees(r *web.Request) error {
	if len(p.Scopes(r.Access)) == 0 {
		return web.ErrNotFound
	}
	return nil
}

// acts lets in who may also change something.
func (p *Pages) acts(r *web.Request) error {
	if r.Access.ReadOnly {
		return web.ErrNotFound
	}
	return p.sees(r)
}

// Routes are the addresses of the pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET " + home, Need: p.sees, Handle: p.on(showList)},
		{Pattern: "GET " + home + "/{number}", Need: p.sees, Handle: p.on(showDelivery)},
		{Pattern: "POST " + home + "/{number}", Need: p.acts, Handle: p.on(act)},
		{Pattern: "POST " + home, Need: p.acts, Handle: p.on(hold)},
	}
}

// Section is the place of the pages in the navigation, where anything can be
// sent.
func (p *Pages) Section(r *web.Request) *web.Section {
	if len(p.Box.Channels()) == 0 || len(p.Scopes(r.Access)) == 0 {
		return nil
	}
	here := r.URL.Path == home || strings.HasPrefix(r.URL.Path, home+"/")
	return &web.Section{Name: r.T("outbox.page.nav"), Path: home, Tabs: []web.Tab{{Name: r.T("outbox.page.nav"), Path: home, Here: here}}}
}

// listView is the page of all deliveries.
type listView struct {
	all    []outbox.Delivery
	counts map[outbox.State]int
	status []outbox.Status
	holds  []outbox.Hold // that concern the reader
	state  outbox.State
	find   string
	more   bool
}

func showList(r *request) error {
	before, err := r.Position("before")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := &listView{state: outbox.State(q.Get("state")), find: q.Get("find"), status: r.pages.Box.Status()}
	f := outbox.Filter{Scopes: r.scopes, Before: int64(before), Find: v.find, Most: pageSize + 1}
	if v.state != "" {
		if !slices.Contains(outbox.States(), v.state) {
			return web.ErrNotFound
		}
		f.States = []outbox.State{v.state}
	}
	if v.all, err = r.pages.Box.List(r.Context(), f); err != nil {
		return err
	}
	if v.more = len(v.all) > pageSize; v.more {
		v.all = v.all[:pageSize]
	}
	if v.counts, err = r.pages.Box.Count(r.Context(), r.scopes); err != nil {
		return err
	}
	holds, err := r.pages.Box.Holds(r.Context())
	if err != nil {
		return err
	}
	for _, h := range holds {
		if h.Scope == "" || r.owns(h.Scope) {
			v.holds = append(v.holds, h)
		}
	}
	return r.Show(r.Status(), listPage(r, v))
}

// owns reports whether a scope is one of the reader's, or below one.
func (r *request) owns(scope string) bool {
	return slices.ContainsFunc(r.scopes, func(own string) bool {
		return own == "" || scope == own || strings.HasPrefix(scope, own+"/")
	})
}

// held reports whether a scope itself is held.
func (v *listView) held(scope string) bool {
	return slices.ContainsFunc(v.holds, func(h outbox.Hold) bool { return h.Scope == scope })
}

// about names a scope.
func (r *request) about(scope string) string {
	switch scope {
	case "":
		return r.T("outbox.page.everything")
	case "community":
		return r.T("outbox.page.community")
	}
	if round, ok := strings.CutPrefix(scope, "community/comcheck/"); ok {
		return r.T("outbox.page.comcheck", web.Args("Round", round))
	}
	if id, ok := strings.CutPrefix(scope, "x/"); ok {
		return r.T("outbox.page.exercise", web.Args("Exercise", id))
	}
	return scope
}

func (r *request) state(s outbox.State) string { return r.Printer.T("outbox.state." + string(s)) }

func (r *request) channel(name string) string { return r.Printer.T("outbox.channel." + name) }

func (r *request) reason(text string) string { return outbox.ReasonText(r.Printer, text) }

// why says why something is held.
func (r *request) why(h outbox.Hold) string {
	if h.Reason == outbox.Restored {
		return r.T("outbox.page.restored")
	}
	return h.Reason
}

// deliveryView is the page of a delivery.
type deliveryView struct {
	*outbox.Delivery
	message *outbox.Message
	steps   []outbox.Step
}

// delivery is that of the address, where the reader may see it.
func (r *request) delivery() (*deliveryView, error) {
	number, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil {
		return nil, web.ErrNotFound
	}
	m, d, steps, err := r.pages.Box.Get(r.Context(), number)
	if errors.Is(err, auth.ErrNotFound) || err == nil && !r.owns(d.Scope) {
		return nil, web.ErrNotFound
	}
	return &deliveryView{d, m, steps}, err
}

func showDelivery(r *request) error {
	v, err := r.delivery()
	if err != nil {
		return err
	}
	return r.Show(r.Status(), deliveryPage(r, v))
}

// waits reports whether it can be dropped.
func (v *deliveryView) waits() bool { return v.State == outbox.Queued }

// again reports whether it can be tried again or sent elsewhere.
func (v *deliveryView) again() bool {
	return v.State == outbox.Queued || v.State == outbox.Failed || v.State == outbox.Dropped
}

// act does with a delivery what somebody wants.
func act(r *request) error {
	v, err := r.delivery()
	if err != nil {
		return err
	}
	by, path := r.Access.Person, home+"/"+web.Number(v.Number)
	var deed auth.Deed
	switch r.PostFormValue("do") {
	case "retry":
		deed, err = auth.MessageRetried, r.pages.Box.Retry(r.Context(), by, v.Number)
	case "drop":
		deed, err = auth.MessageDropped, r.pages.Box.Drop(r.Context(), by, v.Number)
	case "switch":
		address := strings.TrimSpace(r.PostFormValue("address"))
		deed, err = auth.MessageSwitched, r.pages.Box.Switch(r.Context(), by, v.Number, r.PostFormValue("channel"), address)
	default:
		return web.ErrForm
	}
	switch {
	case errors.Is(err, outbox.ErrState):
		err = &web.UserError{Text: r.T("outbox.page.too_late")}
	case errors.Is(err, outbox.ErrChannel):
		err = &web.UserError{Text: r.T("outbox.page.no_channel")}
	case err == nil:
		err = r.Server.Auth.Record(r.Context(), by, deed, web.Number(v.Number)+" "+v.Scope)
	}
	if err != nil {
		return r.Redisplay(err, "act", path, func() error { return showDelivery(r) })
	}
	return r.RedirectWith(path, "said.done")
}

// maxReason bounds why something is held.
const maxReason = 200

// hold keeps what waits in a scope, or lets it go.
func hold(r *request) error {
	scope := r.PostFormValue("scope")
	if !r.owns(scope) {
		return web.ErrNotFound
	}
	by := r.Access.Person
	var deed auth.Deed
	var err error
	switch r.PostFormValue("do") {
	case "hold":
		reason := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(r.PostFormValue("reason"), "")), " "))
		deed, err = auth.MessagesHeld, r.pages.Box.Hold(r.Context(), scope, by, string(reason[:min(len(reason), maxReason)]))
	case "release":
		deed, err = auth.MessagesReleased, r.pages.Box.Release(r.Context(), scope)
	default:
		return web.ErrForm
	}
	if err == nil {
		err = r.Server.Auth.Record(r.Context(), by, deed, scope)
	}
	if err != nil {
		return err
	}
	return r.RedirectWith(home, "said.done")
}

// author is the name of a person; "" for the program.
func (r *request) author(id string) string {
	if id == "" {
		return ""
	}
	if name := r.Server.Auth.Name(r.Context(), id); name != "" {
		return name
	}
	return r.T("outbox.page.somebody")
}
