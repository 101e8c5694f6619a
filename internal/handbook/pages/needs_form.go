package handbookpages

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/handbook/needs"
	"renkei/internal/web"
)

// listingForm is the id of the form of a listing.
const listingForm = "listing"

// listingFormView is the form of a need or an offer.
type listingFormView struct {
	*market
	listing needs.Listing
	base    int64 // of the revision that is changed; 0 for a new one
	path    string
	back    string
}

// blank is a new listing, as far as the address says what it is to be.
func (r *request) blank(m *market) (needs.Listing, error) {
	q := r.URL.Query()
	l := needs.Listing{Side: needs.Side(q.Get("side")), Form: needs.Training, Measure: r.pages.words.Measures[0].ID, TLP: community.Green}
	own := m.ownMembers()
	if !slices.Contains(needs.Sides(), l.Side) || len(own) == 0 && len(m.partners()) == 0 {
		return l, web.ErrNotFound
	}
	if len(own) > 0 {
		l.Member = own[0].ID
	}
	if i := slices.IndexFunc(own, func(c *community.Member) bool { return c.ID == q.Get("member") }); i >= 0 {
		l.Member = own[i].ID
	}
	if id := q.Get("item"); id != "" && l.Side == needs.Need {
		return l, r.fromItem(&l, id)
	}
	return l, nil
}

// fromItem fills in a need from an item of the last edition.
func (r *request) fromItem(l *needs.Listing, id string) error {
	latest, err := r.latest()
	if err != nil {
		return err
	}
	history, err := r.pages.store.History(r.Context(), id)
	if err != nil {
		return err
	}
	it, there := history[latest.ID]
	if !there || it.Member != l.Member {
		return handbook.ErrAbsent
	}
	l.Item, l.Text, l.Themes = it.ID, it.Text, it.Themes
	if it.Measure != "" {
		l.Measure = it.Measure
	}
	return nil
}

func (p *Pages) newListing(r *request) error {
	m, err := r.market()
	if err != nil {
		return err
	}
	l, err := r.blank(m)
	if err != nil {
		return err
	}
	v := &listingFormView{market: m, listing: l, path: needsHome + "/new?" + r.URL.RawQuery, back: needsHome}
	return r.Show(r.Status(), listingFormPage(r, v))
}

func (p *Pages) createListing(r *request) error {
	m, err := r.market()
	if err != nil {
		return err
	}
	l, err := r.blank(m)
	if err != nil {
		return err
	}
	key, err := uuid.Parse(r.PostFormValue("key"))
	if err != nil {
		return web.ErrForm
	}
	l.ID = key.String()
	return p.keep(r, l, 0, needsHome+"/new?"+r.URL.RawQuery, p.newListing)
}

func (p *Pages) editListing(r *request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	if !needs.Edits(r.access, v.listing.Member) {
		return handbook.ErrForbidden
	}
	return r.Show(r.Status(), listingFormPage(r, &listingFormView{
		market: v.market, listing: *v.listing, base: v.base, path: needPath(v.listing.ID) + "/edit", back: needPath(v.listing.ID),
	}))
}

func (p *Pages) saveListing(r *request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	if !needs.Edits(r.access, v.listing.Member) {
		return handbook.ErrForbidden
	}
	base, err := strconv.ParseInt(r.PostFormValue("base"), 10, 63)
	if err != nil {
		return web.ErrForm
	}
	return p.keep(r, *v.listing, base, needPath(v.listing.ID)+"/edit", p.editListing)
}

// keep makes a listing what the form says. again shows the form again where it
// is refused.
func (p *Pages) keep(r *request, l needs.Listing, base int64, form string, again func(*request) error) error {
	err := r.readListing(&l, base == 0)
	if err == nil && !needs.Edits(r.access, l.Member) {
		return handbook.ErrForbidden
	}
	if err == nil {
		err = r.applyNeeds(needs.Change{Listing: &l, Base: base, Reason: r.PostFormValue("reason")})
	}
	if err != nil {
		return r.Redisplay(r.explain(err), listingForm, form, func() error { return again(r) })
	}
	return r.RedirectWith(needPath(l.ID), "handbook.needs.said.saved")
}

// readListing reads what the form says. Whose it is can be chosen of a new one.
func (r *request) readListing(l *needs.Listing, created bool) error {
	if created {
		l.Member, l.Partner = r.PostFormValue("owner"), ""
		if partner, is := strings.CutPrefix(l.Member, partnerPrefix); is {
			l.Member, l.Partner = "", partner
		}
	}
	l.Form, l.Measure, l.Level = needs.Form(r.PostFormValue("form")), r.PostFormValue("measure"), needs.Level(r.PostFormValue("level"))
	l.Themes, l.TLP = r.PostForm["themes"], community.TLP(r.PostFormValue("tlp"))
	l.Where, l.Closed = strings.TrimSpace(r.PostFormValue("where")), r.PostFormValue("closed") != ""
	l.Languages = strings.FieldsFunc(r.PostFormValue("languages"), func(c rune) bool { return strings.ContainsRune(" ,、，;", c) })
	for field, t := range map[string]*handbook.Texts{"text": &l.Text, "note": &l.Note} {
		for _, lang := range listingLanguages(r, l) {
			*t = t.With(lang, handbook.Words{Text: r.PostFormValue(field + "-" + lang)})
		}
	}
	var err error
	for field, to := range map[string]*community.Date{"from": &l.From, "until": &l.Until} {
		if *to, err = community.ParseDate(strings.TrimSpace(r.PostFormValue(field))); err != nil {
			return &handbook.FaultError{Field: field, Err: err}
		}
	}
	l.Places, err = r.people("places")
	return err
}

// partnerPrefix is before the id of a partner in the form's choice of whose a
// listing is.
const partnerPrefix = "partner:"

// people reads a number of people; 0 where none was given.
func (r *request) people(field string) (int, error) {
	text := strings.TrimSpace(r.PostFormValue(field))
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, &handbook.FaultError{Field: field, Err: needs.ErrPlaces}
	}
	return n, nil
}

// listingLanguages are those for which the form has a field.
func listingLanguages(r *request, l *needs.Listing) []string {
	all := []string{r.Printer.Lang()}
	for _, lang := range append([]string{"en", "ja"}, l.Text.Languages()...) {
		if !slices.Contains(all, lang) {
			all = append(all, lang)
		}
	}
	return all
}

// applyNeeds makes a change. One that was made already, by the same form, is
// made.
func (r *request) applyNeeds(c needs.Change) error {
	c.Author = r.Access.Person
	_, err := r.pages.needs.Apply(r.Context(), r.pages.now(), c)
	if !errors.Is(err, handbook.ErrConflict) {
		return err
	}
	want := c.Revision(r.pages.now())
	_, id := want.Of()
	history, failed := r.pages.needs.History(r.Context(), id)
	if failed != nil || len(history) == 0 || history[0].Author != c.Author || history[0].Reason != want.Reason {
		return errors.Join(failed, err)
	}
	is, failed := history[0].Body()
	body, failed2 := want.Body()
	if failed == nil && failed2 == nil && is == body {
		return nil
	}
	return err
}

// undoListing brings a listing, or a deal of it, back to what it was before its
// last change.
func (p *Pages) undoListing(r *request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	number, err := strconv.ParseInt(r.PostFormValue("number"), 10, 63)
	if err != nil {
		return web.ErrForm
	}
	id := v.listing.ID
	if deal := r.PostFormValue("deal"); deal != "" {
		if !slices.ContainsFunc(v.deals, func(d *needs.Deal) bool { return d.ID == deal }) {
			return handbook.ErrAbsent
		}
		if err := needs.MayUndo(r.access, v.board, v.board.Deal(deal)); err != nil {
			return err
		}
		id = deal
	} else if !needs.Edits(r.access, v.listing.Member) {
		return handbook.ErrForbidden
	}
	history, err := p.needs.History(r.Context(), id)
	if err != nil {
		return err
	}
	if len(history) < 2 || history[0].Number != number {
		return handbook.ErrConflict
	}
	err = r.applyNeeds(needs.Change{Listing: history[1].Listing, Deal: history[1].Deal, Base: number, Reason: r.T("handbook.undone")})
	if err != nil {
		return err
	}
	return r.RedirectWith(needPath(v.listing.ID), "handbook.said.undo")
}

// stepDeal takes a step with a deal of an offer: the interest of a member, or
// what follows it.
func (p *Pages) stepDeal(r *request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	d, base, form, err := v.dealOf(r)
	if err != nil {
		return err
	}
	step := needs.Step(r.PostFormValue("do"))
	if err := needs.May(r.access, v.board, d, step); err != nil {
		return err
	}
	next := *d
	err = r.readDeal(&next, step)
	if err == nil {
		err = r.applyNeeds(needs.Change{Deal: &next, Base: base, Reason: r.T("handbook.needs.step." + string(step))})
	}
	if err != nil {
		return r.Redisplay(r.explain(err), form, needPath(v.listing.ID), func() error { return p.listing(r) })
	}
	return r.RedirectWith(needPath(v.listing.ID), "handbook.needs.said."+string(step))
}

// dealOf finds the deal that the form is about, or begins a new one; with the
// revision that the form has seen, and the id of the form.
func (v *listingView) dealOf(r *request) (d *needs.Deal, base int64, form string, err error) {
	id := r.PostFormValue("deal")
	if id == "" {
		key, err := uuid.Parse(r.PostFormValue("key"))
		if err != nil || v.listing.Side != needs.Offer {
			return nil, 0, "", web.ErrForm
		}
		return &needs.Deal{ID: key.String(), Offer: v.listing.ID, Member: r.PostFormValue("member")}, 0, "ask", nil
	}
	i := slices.IndexFunc(v.deals, func(d *needs.Deal) bool { return d.ID == id })
	if i < 0 {
		return nil, 0, "", handbook.ErrAbsent
	}
	base, err = strconv.ParseInt(r.PostFormValue("base"), 10, 63)
	if err != nil {
		return nil, 0, "", web.ErrForm
	}
	return v.deals[i], base, "deal-" + id, nil
}

// readDeal reads what a form says of a deal.
func (r *request) readDeal(d *needs.Deal, step needs.Step) (err error) {
	d.Stage, d.Note = step.To(), strings.TrimSpace(r.PostFormValue("word"))
	if step == needs.Ask {
		d.Need = r.PostFormValue("need")
		d.People, err = r.people("people")
		return err
	}
	if step != needs.Deliver {
		return nil
	}
	d.Outcome = strings.TrimSpace(r.PostFormValue("outcome"))
	if d.When, err = community.ParseDate(strings.TrimSpace(r.PostFormValue("when"))); err != nil {
		return &handbook.FaultError{Field: "when", Err: err}
	}
	d.People, err = r.people("people")
	return err
}

// dealBase is the number of the last revision of a deal.
func (v *listingView) dealBase(d *needs.Deal) int64 { return v.board.LastOf(&needs.Revision{Deal: d}) }
