package handbookpages

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/handbook/exchange"
	"renkei/internal/handbook/store"
	"renkei/internal/web"
)

// workView is what waits for somebody.
type workView struct {
	mine     []handbook.Draft // that wait for the reader
	others   []handbook.Draft // of the reader's members, that wait for somebody else
	approved []handbook.Draft // for the secretariat
	names    map[string]string
	next     string // the ID that the next edition may have
}

func (p *Pages) work(r *request) error {
	if !works(r.Request) {
		return web.ErrNotFound
	}
	heads, err := p.heads(r)
	if err != nil {
		return err
	}
	v := workView{next: strconv.Itoa(p.now().Year())}
	if v.names, err = r.memberNames(); err != nil {
		return err
	}
	for _, d := range heads {
		switch {
		case r.actor.Waits(d.Member, d.State):
			v.mine = append(v.mine, d)
		case slices.Contains(r.actor.Owns, d.Member) || slices.Contains(r.actor.Approves, d.Member):
			v.others = append(v.others, d)
		}
		if d.State == handbook.Approved && r.actor.Secretariat {
			v.approved = append(v.approved, d)
		}
	}
	return r.Show(r.Status(), workPage(r, &v))
}

// heads are the working copies that there are, and those that the reader may
// begin.
func (p *Pages) heads(r *request) ([]handbook.Draft, error) {
	heads, err := p.store.Heads(r.Context())
	if err != nil {
		return nil, err
	}
	for _, m := range r.actor.Owns {
		if !slices.ContainsFunc(heads, func(d handbook.Draft) bool { return d.Member == m }) {
			heads = append(heads, handbook.Draft{Member: m, State: handbook.Unchanged})
		}
	}
	return heads, nil
}

// memberNames are the names of members in the last edition; the ids of others
// stand for themselves.
func (r *request) memberNames() (map[string]string, error) {
	names := map[string]string{}
	editions, err := r.pages.store.Editions(r.Context())
	if err != nil || len(editions) == 0 {
		return names, err
	}
	c, err := r.pages.store.Content(r.Context(), editions[len(editions)-1].ID)
	if err != nil {
		return names, err
	}
	for i := range c.Profiles {
		names[c.Profiles[i].Member] = r.say(c.Profiles[i].Name)
	}
	return names, nil
}

// draftView is the working copy of a member, with what was said about it and
// what changed since it was published.
type draftView struct {
	draft     handbook.Draft
	name      string
	comments  []handbook.Comment
	revisions []handbook.Revision
	changed   *handbook.Comparison // against the last edition; nil where there is none
	people    map[string]string    // names of authors
}

// shownRevisions is how many steps of the history a page shows.
const shownRevisions = 50

func (p *Pages) draft(r *request) error {
	v, err := p.look(r)
	if err != nil {
		return err
	}
	return r.Show(r.Status(), draftPage(r, v))
}

func (p *Pages) look(r *request) (*draftView, error) {
	member := r.PathValue("member")
	v := &draftView{people: map[string]string{}}
	var err error
	if v.draft, err = p.store.Draft(r.Context(), r.actor, member); err != nil {
		return nil, err
	}
	v.name = cmp.Or(r.say(v.draft.Profile.Name), member)
	if v.comments, err = p.store.Comments(r.Context(), r.actor, member); err != nil {
		return nil, err
	}
	if v.revisions, err = p.store.Revisions(r.Context(), r.actor, member, shownRevisions); err != nil {
		return nil, err
	}
	for i := range v.comments {
		v.people[v.comments[i].Author] = r.Server.Auth.Name(r.Context(), v.comments[i].Author)
	}
	for i := range v.revisions {
		v.people[v.revisions[i].Author] = r.Server.Auth.Name(r.Context(), v.revisions[i].Author)
	}
	return v, p.since(r, v)
}

// since compares the working copy with what was published last.
func (p *Pages) since(r *request, v *draftView) error {
	editions, err := p.store.Editions(r.Context())
	if err != nil || len(editions) == 0 {
		return err
	}
	last, err := p.store.Content(r.Context(), editions[len(editions)-1].ID)
	if err != nil {
		return err
	}
	now := handbook.Content{Items: v.draft.Items, Edition: handbook.Edition{AsOf: community.Date(p.now().Format("2006-01-02"))}}
	v.changed = handbook.Compare(last.Only(v.draft.Member), &now)
	return nil
}

// on returns the comments on an item, "" for the whole.
func (v *draftView) on(item string) (all []handbook.Comment) {
	for _, c := range v.comments {
		if c.Item == item {
			all = append(all, c)
		}
	}
	return all
}

// changes are what changed of an item since it was published.
func (v *draftView) changes(id string) []handbook.Change {
	if v.changed == nil {
		return nil
	}
	for i := range v.changed.Diffs {
		if d := &v.changed.Diffs[i]; d.After != nil && d.After.ID == id {
			return d.Changes
		}
	}
	return nil
}

// dropped are items that were published and are no longer in the working copy.
func (v *draftView) dropped() (all []*handbook.Item) {
	if v.changed == nil {
		return nil
	}
	for i := range v.changed.Diffs {
		if d := &v.changed.Diffs[i]; d.After == nil {
			all = append(all, d.Before)
		}
	}
	return all
}

// of are the items of the working copy of a kind and measure.
func (v *draftView) of(k handbook.Kind, measure string) (all []*handbook.Item) {
	for i := range v.draft.Items {
		if it := &v.draft.Items[i]; it.Kind == k && (k != handbook.Measured || it.Measure == measure) {
			all = append(all, it)
		}
	}
	return all
}

// version reads which working copy somebody has seen.
func (r *request) version() (int64, error) {
	n, err := strconv.ParseInt(r.PostFormValue("version"), 10, 63)
	if err != nil || n < 0 {
		return 0, web.ErrForm
	}
	return n, nil
}

// act submits, takes back, approves or returns a working copy.
func (p *Pages) act(r *request) error {
	version, err := r.version()
	if err != nil {
		return err
	}
	member, act := r.PathValue("member"), handbook.Act(r.PostFormValue("do"))
	err = p.store.Act(r.Context(), r.actor, member, version, act, strings.TrimSpace(r.PostFormValue("comment")), p.now())
	if err != nil {
		return r.Redisplay(r.explain(err), "act", draftPath(member), func() error { return p.draft(r) })
	}
	return r.RedirectWith(home+"/work", "handbook.said."+string(act))
}

// comment adds a comment, or closes one.
func (p *Pages) comment(r *request) error {
	member := r.PathValue("member")
	var err error
	if number := r.PostFormValue("close"); number != "" {
		n, bad := strconv.ParseInt(number, 10, 63)
		if bad != nil {
			return web.ErrForm
		}
		err = p.store.CloseComment(r.Context(), r.actor, member, n)
	} else {
		err = p.store.Comment(r.Context(), r.actor, member, r.PostFormValue("item"), strings.TrimSpace(r.PostFormValue("text")), p.now())
	}
	if err != nil {
		return r.Redisplay(r.explain(err), "comment-"+r.PostFormValue("item"), draftPath(member), func() error { return p.draft(r) })
	}
	return r.RedirectWith(draftPath(member), "handbook.said.comment")
}

// undo brings an item back to what it was before a change.
func (p *Pages) undo(r *request) error {
	version, err := r.version()
	if err != nil {
		return err
	}
	revision, err := strconv.ParseInt(r.PostFormValue("revision"), 10, 63)
	if err != nil {
		return web.ErrForm
	}
	member := r.PathValue("member")
	if err := p.store.Undo(r.Context(), r.actor, member, version, revision, r.T("handbook.undone"), p.now()); err != nil {
		return err
	}
	return r.RedirectWith(draftPath(member), "handbook.said.undo")
}

// newItem is the last word of the address of the form for a new item.
const newItem = "new"

// formView is the form of an item.
type formView struct {
	*draftView
	item    handbook.Item
	created bool // there is none yet
}

func (p *Pages) form(r *request) error {
	v, err := p.formView(r)
	if err != nil {
		return err
	}
	return r.Show(r.Status(), formPage(r, v))
}

func (p *Pages) formView(r *request) (*formView, error) {
	look, err := p.look(r)
	if err != nil {
		return nil, err
	}
	if !r.actor.May(look.draft.Member, look.draft.State, handbook.Edit) {
		return nil, handbook.ErrForbidden
	}
	v := &formView{draftView: look}
	id := r.PathValue("item")
	if id == newItem {
		v.created = true
		v.item = handbook.Item{Member: look.draft.Member, Kind: handbook.Measured, Status: handbook.Planned, Measure: p.words.Measures[0].ID}
		if k := handbook.Kind(r.URL.Query().Get("kind")); slices.Contains(handbook.Kinds(), k) && k != handbook.Measured {
			v.item.Kind, v.item.Status, v.item.Measure = k, "", ""
		} else if m := r.URL.Query().Get("measure"); p.words.Measure(m) != nil {
			v.item.Measure = m
		}
		return v, nil
	}
	for _, it := range look.draft.Items {
		if it.ID == id {
			v.item = it
			return v, nil
		}
	}
	return nil, handbook.ErrAbsent
}

// languages are those for which the form has a field.
func (v *formView) languages(r *request) []string {
	all := []string{r.Printer.Lang()}
	for _, lang := range append([]string{"en", "ja"}, v.item.Text.Languages()...) {
		if !slices.Contains(all, lang) {
			all = append(all, lang)
		}
	}
	return all
}

// save keeps what the form of an item holds, or drops the item.
func (p *Pages) save(r *request) error {
	version, err := r.version()
	if err != nil {
		return err
	}
	v, err := p.formView(r)
	if err != nil {
		return err
	}
	member := v.draft.Member
	c := store.Change{Member: member, Version: version, Reason: strings.TrimSpace(r.PostFormValue("reason")), At: p.now()}
	if r.PostFormValue("do") == "drop" {
		c.Drop = []string{v.item.ID}
	} else {
		it, err := r.readItem(v)
		if err != nil {
			return r.again(err, v)
		}
		c.Put = []handbook.Item{it}
	}
	if err := p.store.Save(r.Context(), r.actor, c); err != nil {
		return r.again(err, v)
	}
	return r.RedirectWith(draftPath(member), "handbook.said.saved")
}

// again shows the form with what was typed, and why it was refused.
func (r *request) again(err error, v *formView) error {
	query := ""
	if r.URL.RawQuery != "" {
		query = "?" + r.URL.RawQuery
	}
	return r.Redisplay(r.explain(err), "item", draftPath(v.draft.Member)+"/item/"+web.EscapePath(r.PathValue("item"))+query,
		func() error { return r.Show(r.Status(), formPage(r, v)) })
}

// readItem reads an item from its form.
func (r *request) readItem(v *formView) (handbook.Item, error) {
	it := v.item
	if v.created {
		it.ID = it.Member + "-" + uuid.Must(uuid.NewV7()).String()
		it.Order = len(v.draft.Items) + 1
	}
	for field, t := range map[string]*handbook.Texts{"text": &it.Text, "note": &it.Note, "lead": &it.Lead} {
		for _, lang := range v.languages(r) {
			*t = t.With(lang, handbook.Words{Text: r.PostFormValue(field + "-" + lang), State: handbook.Translation(r.PostFormValue(field + "-" + lang + "-state"))})
		}
	}
	if lang := strings.TrimSpace(r.PostFormValue("other-lang")); lang != "" {
		it.Text = it.Text.With(lang, handbook.Words{Text: r.PostFormValue("other-text")})
	}
	if it.Kind == handbook.Measured {
		it.Status = handbook.Status(r.PostFormValue("status"))
	}
	it.Measure = r.PostFormValue("measure")
	it.Recurring, it.Uncertain = r.PostFormValue("recurring") != "", r.PostFormValue("uncertain") != ""
	it.Themes, it.Sectors, it.Indices = r.PostForm["themes"], r.PostForm["sectors"], r.PostForm["indices"]
	return it, r.readRest(&it)
}

// readRest reads the dates and the evidence.
func (r *request) readRest(it *handbook.Item) (err error) {
	for _, f := range []struct {
		field string
		to    *community.Date
	}{{"since", &it.Since}, {"due", &it.Due}, {"until", &it.Until}} {
		if *f.to, err = community.ParseDate(strings.TrimSpace(r.PostFormValue(f.field))); err != nil {
			return &handbook.FaultError{Field: f.field, Err: err}
		}
	}
	if it.Also, err = exchange.ParseDates(r.PostFormValue("also")); err != nil {
		return &handbook.FaultError{Field: "also", Err: err}
	}
	if it.Evidence, err = exchange.ParseEvidence(r.PostFormValue("evidence")); err != nil {
		return &handbook.FaultError{Field: "evidence", Err: err}
	}
	return nil
}

func dateList(all []community.Date) string {
	out := make([]string, len(all))
	for i, d := range all {
		out[i] = string(d)
	}
	return strings.Join(out, ", ")
}

// publish makes an edition of what was approved.
func (p *Pages) publish(r *request) error {
	e := handbook.Edition{ID: strings.TrimSpace(r.PostFormValue("id")), Published: p.now(), Title: handbook.Texts{}}
	refuse := func(text string) error {
		return r.Redisplay(&web.UserError{Text: text}, "publish", home+"/work", func() error { return p.work(r) })
	}
	if e.ID == "" || len(e.ID) > 20 || strings.Trim(e.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return refuse(r.T("handbook.publish.id"))
	}
	if _, err := p.store.Edition(r.Context(), e.ID); err == nil {
		return refuse(r.T("handbook.publish.exists", web.Args("Edition", e.ID)))
	}
	var err error
	if e.AsOf, err = community.ParseDate(strings.TrimSpace(r.PostFormValue("as_of"))); err != nil || e.AsOf == "" {
		return refuse(r.T("handbook.fault.date", web.Args("Field", r.T("handbook.field.as_of"))))
	}
	for _, lang := range []string{"en", "ja"} {
		title := cmp.Or(strings.TrimSpace(r.PostFormValue("title-"+lang)), r.Server.Texts.For(lang).T("web.handbook.edition.title", web.Args("Edition", e.ID)))
		e.Title = e.Title.With(lang, handbook.Words{Text: title, State: handbook.Checked})
	}
	if e, err = p.store.Publish(r.Context(), r.actor, e); err != nil {
		return r.Redisplay(r.explain(err), "publish", home+"/work", func() error { return p.work(r) })
	}
	return r.RedirectText(editionPath(e.ID), r.T("handbook.said.published", web.Args("Edition", e.ID, "Hash", fmt.Sprintf("%.12s", e.Hash))))
}
