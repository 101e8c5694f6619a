package programmepages

import (
	"cmp"
	"fmt"
	"mime"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"renkei/internal/community"
	"renkei/internal/programme"
	"renkei/internal/web"
)

// localTime is how browsers send a time without a zone.
const localTime = "2006-01-02T15:04"

// acts lets in who is of the community and may do something.
func acts(r *web.Request) error {
	if takes(r) != nil || r.Access.ReadOnly {
		return web.ErrNotFound
	}
	return nil
}

// field is a field of a form.
func (r *request) field(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(name), "\r\n", "\n"))
}

// text is a text that was entered in each language.
func (r *request) text(name string) community.Text {
	t := community.Text{}
	for _, lang := range languages() {
		if words := r.field(name + "." + lang); words != "" {
			t[lang] = words
		}
	}
	return t
}

// time reads a time of a zone; zero for an empty field.
func (r *request) time(name string, zone *time.Location) (time.Time, error) {
	text := r.field(name)
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(localTime, text, zone)
	if err != nil || t.Year() < 2000 || t.Year() > 9000 {
		return time.Time{}, &web.UserError{Text: r.T("programme.form.time", web.Args("Value", text))}
	}
	return t.UTC(), nil
}

// base is the revision that the form was made of.
func (r *request) base() (int64, error) {
	n, err := strconv.ParseInt(cmp.Or(r.PostFormValue("base"), "0"), 10, 64)
	if err != nil {
		return 0, web.ErrForm
	}
	return n, nil
}

// apply keeps a record, with what was done as the reason.
func (r *request) apply(rec programme.Record, base int64, done string) error {
	_, err := r.pages.store.Apply(r.Context(), r.now, programme.Change{
		Author: r.Access.Person, Reason: r.p("done." + done), Of: rec.Kind(), ID: rec.Key(), Record: rec, Base: base,
	})
	return err
}

// conducting finds the meeting of the address for who conducts it, and reads the
// form.
func (r *request) conducting() (*meetingView, error) {
	if err := r.ReadForm(); err != nil {
		return nil, err
	}
	v, err := r.meeting()
	if err == nil && !v.conducts {
		err = web.ErrNotFound
	}
	return v, err
}

// onMeeting returns a handler that does something of a meeting and shows its page
// again, at a place of it. The form has the name of what is done as its id; where
// that ends with a hyphen, the item or number that it is about follows.
func onMeeting(name, anchor string, do func(*request, *meetingView) error) func(*request) error {
	return func(r *request) error {
		v, err := r.conducting()
		if err != nil {
			return err
		}
		if err := do(r, v); err != nil {
			form := name
			if strings.HasSuffix(name, "-") {
				form += r.field("item") + r.field("n")
			}
			return r.Redisplay(err, form, v.path("#"+anchor), func() error { return showMeeting(r) })
		}
		return r.RedirectWith(v.path("#"+anchor), "programme.saved")
	}
}

// beginMeeting makes the next meeting of a series, as a draft.
func beginMeeting(r *request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	a := r.all.Activity(r.PathValue("id"))
	if a == nil || a.Series == nil || a.Series.Prefix == "" {
		return web.ErrNotFound
	}
	number, err := strconv.Atoi(r.field("number"))
	if err != nil {
		err = &web.UserError{Text: r.T("programme.form.number", web.Args("Value", r.field("number")))}
	}
	var e *programme.Event
	if err == nil && number < r.all.NextMeeting(a.Series.Prefix) {
		err = &programme.Refusal{Code: "meeting.number", Args: map[string]any{"Value": fmt.Sprint(a.Series.Prefix, number)}}
	}
	if err == nil {
		e = r.all.Draft(a, number, r.text("title"), community.Date(r.field("begin")), community.Date(r.field("end")), r.field("zone"))
		err = r.apply(e, 0, "meeting")
	}
	if err != nil {
		return r.Redisplay(err, "next-"+a.ID, home+"/meetings", func() error { return showMeetings(r) })
	}
	return r.RedirectWith(meetingPath(e.ID), "programme.saved")
}

// session returns a copy of a meeting whose session may be changed.
func (v *meetingView) session() *programme.Event {
	e, s := *v.Event, *v.Session
	s.Agenda = slices.Clone(s.Agenda)
	e.Session = &s
	return &e
}

// planMeeting changes what is said of the whole meeting.
func planMeeting(r *request, v *meetingView) error {
	base, err := r.base()
	if err != nil {
		return err
	}
	e := v.session()
	e.Begin, e.End = community.Date(r.field("begin")), community.Date(r.field("end"))
	e.Status, e.Session.Zone = programme.Status(r.field("status")), r.field("zone")
	e.Session.PapersDue = community.Date(r.field("papers_due"))
	if !r.edits { // who chairs, and what the public is told, the secretariat says
		return r.apply(e, base, "plan")
	}
	e.Session.Public = r.field("public") == "yes"
	e.Session.Chairs = nil
	for _, m := range v.members {
		if slices.Contains(r.PostForm["chairs"], m.ID) {
			e.Session.Chairs = append(e.Session.Chairs, m.ID)
		}
	}
	return r.apply(e, base, "plan")
}

// saveItem adds an item to the agenda, or changes one.
func saveItem(r *request, v *meetingView) error {
	base, err := r.base()
	if err != nil {
		return err
	}
	e := v.session()
	at, err := r.time("at", v.zone)
	if err != nil {
		return err
	}
	minutes, err := strconv.Atoi(cmp.Or(r.field("minutes"), "0"))
	if err != nil {
		return &web.UserError{Text: r.T("programme.form.number", web.Args("Value", r.field("minutes")))}
	}
	id := r.field("item")
	i := slices.IndexFunc(e.Session.Agenda, func(it programme.Item) bool { return it.ID == id })
	if i < 0 {
		i = len(e.Session.Agenda)
		e.Session.Agenda = append(e.Session.Agenda, programme.Item{ID: newItem(e.Session)})
	}
	it := &e.Session.Agenda[i]
	if it.Kind == programme.Topic {
		it.Title = r.text("title")
	}
	it.At, it.Minutes, it.Presenters = at, minutes, lines(r.field("presenters"))
	it.Papers = nil
	for _, m := range v.members {
		if slices.Contains(r.PostForm["papers"], m.ID) {
			it.Papers = append(it.Papers, m.ID)
		}
	}
	inOrder(e.Session.Agenda)
	return r.apply(e, base, "agenda")
}

// inOrder sorts the items that have a time by it; others stay behind what they
// were behind.
func inOrder(agenda []programme.Item) {
	last := time.Time{}
	at := make(map[string]time.Time, len(agenda))
	for i := range agenda {
		if !agenda[i].At.IsZero() {
			last = agenda[i].At
		}
		at[agenda[i].ID] = last
	}
	slices.SortStableFunc(agenda, func(a, b programme.Item) int { return at[a.ID].Compare(at[b.ID]) })
}

// newItem is the id of the next item: one that no item of the agenda has.
func newItem(s *programme.Session) string {
	for n := len(s.Agenda) + 1; ; n++ {
		id := fmt.Sprint("item-", n)
		if !slices.ContainsFunc(s.Agenda, func(it programme.Item) bool { return it.ID == id }) {
			return id
		}
	}
}

// removeItem takes an item off the agenda.
func removeItem(r *request, v *meetingView) error {
	base, err := r.base()
	if err != nil {
		return err
	}
	e := v.session()
	e.Session.Agenda = slices.DeleteFunc(e.Session.Agenda, func(it programme.Item) bool { return it.ID == r.field("item") })
	return r.apply(e, base, "agenda")
}

// duty is what was entered of a decision or an action.
func (r *request) duty() programme.Duty {
	return programme.Duty{
		Item: r.field("item"), Member: r.field("member"), Body: r.field("body"), Due: community.Date(r.field("due")), State: programme.Open,
		TLP: community.TLP(r.field("tlp")),
	}
}

// again reports whether the last number of a meeting was given to what this form
// says: it was sent twice.
func (r *request) again(code string, title community.Text) bool {
	return code != "" && code != r.field("after") && r.say(title) == r.say(r.text("title"))
}

func addDecision(r *request, v *meetingView) error {
	if last := lastOf(r.all.DecisionsOf(v.ID)); last != nil && r.again(last.Code, last.Title) {
		return nil
	}
	d := &programme.Decision{Head: programme.Head{Title: r.text("title")}, Duty: r.duty(), Meeting: v.ID, Text: r.text("text")}
	return r.apply(d, 0, "decision")
}

func addAction(r *request, v *meetingView) error {
	if last := lastOf(r.all.Actions(v.ID)); last != nil && r.again(last.Code, last.Title) {
		return nil
	}
	a := &programme.Action{Head: programme.Head{Title: r.text("title")}, Duty: r.duty(), Meeting: v.ID, Text: r.text("text")}
	return r.apply(a, 0, "action")
}

func lastOf[T any](all []*T) *T {
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1]
}

// reportDuty says what became of a decision or an action: who sees to it, or who
// conducts the meeting.
func reportDuty(r *request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	rec, err := r.record()
	if err != nil {
		return err
	}
	v := r.dutyOf(rec)
	if v == nil || !v.reports {
		return web.ErrNotFound
	}
	base, err := r.base()
	if err != nil {
		return err
	}
	duty := *v.duty
	duty.State = programme.DutyState(r.field("state"))
	if words := r.field("evidence"); words != "" {
		duty.Evidence = append(slices.Clone(duty.Evidence), programme.Evidence{Text: words, URL: r.field("url")})
	}
	switch old := rec.(type) {
	case *programme.Decision:
		next := *old
		next.Duty = duty
		rec = &next
	case *programme.Action:
		next := *old
		next.Duty = duty
		rec = &next
	}
	to := pathOf(refer(rec))
	if err := r.apply(rec, base, "duty"); err != nil {
		return r.Redisplay(err, "duty", to, func() error { return showRecord(r) })
	}
	return r.RedirectWith(to, "programme.saved")
}

// heavyPaper is the memory that taking a paper in may need, in bytes.
const heavyPaper = 2 * programme.MaxPaper

// handIn takes a paper of a member.
func handIn(r *request) error {
	raw, name, err := r.File("file", programme.MaxPaper, heavyPaper)
	v, missing := r.meeting()
	if missing != nil {
		return missing
	}
	member := r.field("member")
	if !slices.Contains(v.may.handIn, member) {
		return web.ErrNotFound
	}
	if err == nil {
		err = r.keepPaper(v, member, name, raw)
	}
	if err != nil {
		return r.Redisplay(err, "paper", v.path("#papers"), func() error { return showMeeting(r) })
	}
	return r.RedirectWith(v.path("#papers"), "programme.saved")
}

// keepFile keeps the bytes of a file, and returns it with its title: that of the
// form, or its name.
func (r *request) keepFile(name string, raw []byte) (f programme.File, title community.Text, err error) {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if !utf8.ValidString(name) || utf8.RuneCountInString(name) > 200 || strings.ContainsFunc(name, func(c rune) bool { return c < ' ' }) {
		return f, nil, &web.UserError{Text: r.T("programme.paper.name")}
	}
	hash, err := r.pages.store.PutFile(r.Context(), r.now, raw)
	if err != nil {
		return f, nil, err
	}
	if title = r.text("title"); title.Empty() {
		title = community.Text{r.Printer.Lang(): name}
	}
	return programme.File{Name: name, Media: cmp.Or(mime.TypeByExtension(path.Ext(name)), "application/octet-stream"), Hash: hash, Size: int64(len(raw))}, title, nil
}

// keepPaper keeps a file, and the paper that it is.
func (r *request) keepPaper(v *meetingView, member, name string, raw []byte) error {
	file, title, err := r.keepFile(name, raw)
	if err != nil {
		return err
	}
	item := r.field("item")
	p := &programme.Paper{
		Head:    programme.Head{ID: fmt.Sprintf("%s-%s-%.8s", v.ID, member, file.Hash), Title: title},
		Meeting: v.ID, Item: item, Member: member, TLP: community.TLP(r.field("tlp")), At: r.now.UTC(), File: file,
	}
	if there := r.all.Paper(p.ID); there != nil && there.Item == item && there.Member == member {
		return nil // the same was handed in before
	}
	return r.apply(p, 0, "paper")
}
