package exchange

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"renkei/internal/community"
	"renkei/internal/programme"
	"renkei/internal/sheet"
)

// May is what a reader may change.
type May struct {
	Author   string
	Reason   string
	Now      time.Time
	Conducts bool     // the meeting: its record and papers, and its guests
	Members  []string // for which people may be entered
}

// maxChanges bounds the records that a file changes.
const maxChanges = 500

func (m *May) changes(l List) bool {
	if l == People {
		return m.Conducts || len(m.Members) > 0
	}
	return m.Conducts
}

// Plan is what tables change.
type Plan struct {
	Changes  []programme.Change   // of records, in an order in which they can be made
	People   []programme.Attendee // new and changed ones
	New      int                  // how many of all these are new
	Problems []Problem
}

// N is how many things change.
func (p *Plan) N() int { return len(p.Changes) + len(p.People) }

// Open is Read of a file. It returns ErrColumns, or an error of package sheet.
func Open(raw []byte, b *Book, may May) (Plan, error) {
	grids, err := sheet.Open(raw)
	if err != nil {
		return Plan{}, err
	}
	return Read(grids, b, may)
}

// Read finds what tables change of an event. Nothing may be changed where there are
// problems. It returns ErrColumns where none of the tables is one of an event.
func Read(grids []*sheet.Grid, b *Book, may May) (Plan, error) {
	var plan Plan
	seen := map[List]bool{}
	for _, g := range grids {
		r := &reading{g: g, b: b, may: &may, plan: &plan, there: map[string]bool{}}
		l, ok := r.list()
		if !ok {
			continue
		}
		if !may.changes(l) || seen[l] {
			plan.Problems = append(plan.Problems, Problem{g.Ref(0, 0), string(l), strings.TrimSpace(g.At(0, 0).Text), ErrList})
			continue
		}
		seen[l] = true
		r.rows(l)
	}
	if len(seen) == 0 && len(plan.Problems) == 0 {
		return Plan{}, ErrColumns
	}
	return plan, nil
}

// reading is a table on its way in.
type reading struct {
	g      *sheet.Grid
	b      *Book
	may    *May
	plan   *Plan
	column map[string]int
	there  map[string]bool // rows that are named already
	row    int
	now    *programme.Records // after the changes of the rows above
	roll   *programme.Roll    // likewise
}

// list is what the first row says that the table is.
func (r *reading) list() (List, bool) {
	if len(r.g.Rows) == 0 {
		return "", false
	}
	for _, l := range Lists() {
		first := l.fields()[0]
		if slices.ContainsFunc(r.g.Rows[0], func(c sheet.Cell) bool { return strings.TrimSpace(c.Text) == first }) {
			return l, true
		}
	}
	return "", false
}

func (r *reading) rows(l List) {
	r.head(l)
	r.now, r.roll = r.b.Records, programme.NewRoll(r.b.People)
	for r.row = 1; r.row < len(r.g.Rows); r.row++ {
		if !slices.ContainsFunc(r.g.Rows[r.row], func(c sheet.Cell) bool { return !c.Empty() || c.Kind == sheet.Broken }) {
			continue
		}
		switch l {
		case Minutes:
			r.minutesRow()
		case Papers:
			r.paperRow()
		case People:
			r.personRow()
		}
	}
}

func (r *reading) head(l List) {
	r.column = map[string]int{}
	for col, c := range r.g.Rows[0] {
		name := strings.TrimSpace(c.Text)
		if name == "" {
			continue
		}
		field, lang, isText := strings.Cut(name, ":")
		ok := slices.Contains(l.fields(), name) || isText && slices.Contains(l.texts(), field) && len(lang) >= 2 && len(lang) <= 12
		if _, twice := r.column[name]; !ok || twice {
			r.plan.Problems = append(r.plan.Problems, Problem{r.g.Ref(0, col), name, name, ErrColumn})
			continue
		}
		r.column[name] = col
	}
}

func (r *reading) problem(field string, err error) {
	col := r.column[field]
	r.plan.Problems = append(r.plan.Problems, Problem{r.g.Ref(r.row, col), field, strings.TrimSpace(r.g.At(r.row, col).Text), err})
}

// cell returns what stands in a column; was where there is no such column, and
// where it says the same but for spaces around it.
func (r *reading) cell(field, was string) string {
	col, there := r.column[field]
	if !there {
		return was
	}
	c := r.g.At(r.row, col)
	if c.Kind == sheet.Broken {
		r.problem(field, ErrFormula)
		return was
	}
	text := strings.TrimSpace(strings.ReplaceAll(c.Text, "\r\n", "\n"))
	if text == strings.TrimSpace(strings.ReplaceAll(was, "\r\n", "\n")) {
		return was
	}
	return text
}

// fixed wants a cell to say what it said.
func (r *reading) fixed(field, is string) {
	if r.cell(field, is) != is {
		r.problem(field, ErrFixed)
	}
}

// text reads the columns of a text. What has no column stays.
func (r *reading) text(field string, was community.Text) community.Text {
	t := community.Text{}
	for lang, words := range was {
		t[lang] = words
	}
	for name := range r.column {
		if f, lang, ok := strings.Cut(name, ":"); ok && f == field {
			if words := r.cell(name, was[lang]); words != "" {
				t[lang] = words
			} else {
				delete(t, lang)
			}
		}
	}
	if len(t) == 0 {
		return nil
	}
	return t
}

// name notes which row of the table it is; a problem where that is there already.
func (r *reading) name(field, id string) bool {
	if r.there[id] {
		r.problem(field, ErrID)
		return false
	}
	r.there[id] = true
	return true
}

// propose takes a record into the plan where it differs from what there is.
func (r *reading) propose(field string, was, is programme.Record, before int) {
	if len(r.plan.Problems) > before || was != nil && same(was, is) {
		return
	}
	if len(r.plan.Changes) >= maxChanges {
		r.problem(field, ErrMany)
		return
	}
	c := programme.Change{Author: r.may.Author, Reason: r.may.Reason, Of: is.Kind(), ID: is.Key(), Record: is, Base: r.now.LastOf(is.Kind(), is.Key())}
	c = r.now.Numbered(c)
	if err := r.now.Check(c); err != nil {
		var refused *programme.Refusal
		if errors.As(err, &refused) {
			err = refused
		}
		r.problem(field, err)
		return
	}
	r.plan.Changes = append(r.plan.Changes, c)
	if was == nil {
		r.plan.New++
	}
	r.now = r.now.With(programme.Revision{Number: r.now.Last + 1, At: r.may.Now, Of: c.Of, ID: c.ID, Record: c.Record})
}

// same reports whether two records say the same.
func same(a, b programme.Record) bool {
	one, err := programme.Encode(a)
	two, twoErr := programme.Encode(b)
	return errors.Join(err, twoErr) == nil && string(one) == string(two)
}

func (r *reading) minutesRow() {
	switch kind := r.cell("kind", rowDecision); kind {
	case rowRecord:
		r.recordRow()
	case rowDecision, rowAction:
		r.dutyRow(kind)
	default:
		r.problem("kind", ErrKind)
	}
}

func (r *reading) recordRow() {
	before := len(r.plan.Problems)
	was := r.b.record()
	r.fixed("code", r.b.Event.Session.Code)
	if !r.name("kind", rowRecord) {
		return
	}
	for _, field := range []string{"item", "body", "member", "due", "state", "evidence"} {
		r.fixed(field, "")
	}
	next := *was
	next.Text, next.TLP = r.text("text", was.Text), community.TLP(r.cell("tlp", string(was.TLP)))
	begun := r.b.Records.MinutesOf(r.b.Event.ID) != nil
	if !begun && next.Text == nil {
		return // nobody has begun it
	}
	if same(was, &next) {
		return
	}
	if was.Progress(r.may.Now) != programme.Writing {
		r.problem("kind", &programme.Refusal{Code: "silence.going"})
		return
	}
	if begun {
		r.propose("kind", was, &next, before)
		return
	}
	r.propose("kind", nil, &next, before)
}

// dutyRow reads a decision or an action: one that has a number, or a new one.
func (r *reading) dutyRow(kind string) {
	before := len(r.plan.Problems)
	code := r.cell("code", "")
	if code != "" && !r.name("code", code) {
		return
	}
	var was programme.Record
	switch {
	case code == "" && kind == rowDecision:
		r.propose("code", nil, r.duty(&programme.Decision{Meeting: r.b.Event.ID, Duty: programme.Duty{State: programme.Open, TLP: community.Amber}}), before)
		return
	case code == "":
		r.propose("code", nil, r.duty(&programme.Action{Meeting: r.b.Event.ID, Duty: programme.Duty{State: programme.Open, TLP: community.Amber}}), before)
		return
	case kind == rowDecision:
		was = find(r.b.Records.DecisionsOf(r.b.Event.ID), func(d *programme.Decision) bool { return d.Code == code })
	default:
		was = find(r.b.Records.Actions(r.b.Event.ID), func(a *programme.Action) bool { return a.Code == code })
	}
	if was == nil {
		r.problem("code", ErrID)
		return
	}
	r.propose("code", was, r.duty(was), before)
}

// find is the record of a list; nil for none.
func find[T any, P interface {
	*T
	programme.Record
}](all []P, is func(P) bool) programme.Record {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i]
	}
	return nil
}

// duty returns a copy of a decision or an action as the row says it is.
func (r *reading) duty(was programme.Record) programme.Record {
	switch was := was.(type) {
	case *programme.Decision:
		next := *was
		next.Title, next.Text, next.Duty = r.text("title", was.Title), r.text("text", was.Text), r.dutyOf(was.Duty)
		return &next
	case *programme.Action:
		next := *was
		next.Title, next.Text, next.Duty = r.text("title", was.Title), r.text("text", was.Text), r.dutyOf(was.Duty)
		return &next
	}
	return was
}

func (r *reading) dutyOf(d programme.Duty) programme.Duty {
	d.Item, d.Body, d.Member = r.cell("item", d.Item), r.cell("body", d.Body), strings.ToLower(r.cell("member", d.Member))
	d.Due, d.State = community.Date(r.cell("due", string(d.Due))), programme.DutyState(cmp.Or(r.cell("state", string(d.State)), string(d.State)))
	d.TLP = community.TLP(cmp.Or(r.cell("tlp", string(d.TLP)), string(d.TLP)))
	if text := r.cell("evidence", evidence(d.Evidence)); text != evidence(d.Evidence) {
		d.Evidence = parseEvidence(text)
	}
	if d.Item != "" && r.b.Event.Item(d.Item) == nil {
		r.problem("item", ErrID)
	}
	return d
}

func (r *reading) paperRow() {
	before := len(r.plan.Problems)
	id := r.cell("paper", "")
	was := r.b.Records.Paper(id)
	if was == nil || was.Meeting != r.b.Event.ID {
		r.problem("paper", ErrID)
		return
	}
	if !r.name("paper", id) {
		return
	}
	for i, is := range paperFields(was) {
		if field := Papers.fields()[i]; !slices.Contains([]string{"item", "tlp"}, field) {
			r.fixed(field, is)
		}
	}
	next := *was
	next.Item, next.TLP, next.Title = r.cell("item", was.Item), community.TLP(r.cell("tlp", string(was.TLP))), r.text("title", was.Title)
	if r.b.Event.Item(next.Item) == nil {
		r.problem("item", ErrID)
	}
	r.propose("paper", was, &next, before)
}

func (r *reading) personRow() {
	before := len(r.plan.Problems)
	id := r.cell("person", "")
	a := programme.Attendee{Event: r.b.Event.ID, Role: programme.Delegate}
	was := slices.IndexFunc(r.b.People, func(p programme.Attendee) bool { return p.ID == id })
	switch {
	case id == "":
		a.ID, a.Code = uuid.Must(uuid.NewV7()).String(), programme.NewCode()
		r.fixed("code", "")
		r.fixed("came", "")
	case was < 0:
		r.problem("person", ErrID)
		return
	case !r.name("person", id):
		return
	default:
		a = r.b.People[was]
		r.fixed("code", a.Code)
		r.fixed("came", moment(a.Came))
	}
	old := a
	a.Member = strings.ToLower(r.cell("member", a.Member))
	if a.Member == "" && !r.may.Conducts || a.Member != "" && !slices.Contains(r.may.Members, a.Member) {
		r.problem("member", ErrMember)
	}
	a.Name, a.Local, a.Body, a.Mail = r.cell("name", a.Name), r.cell("own_script", a.Local), r.cell("body", a.Body), r.cell("mail", a.Mail)
	a.Role = programme.AttendeeRole(strings.ToLower(r.cell("role", string(a.Role))))
	switch text := strings.ToLower(r.cell("consent", mark(a.Consent))); text {
	case "", yes:
		a.Consent = text == yes
	default:
		r.problem("consent", ErrMark)
	}
	if len(r.plan.Problems) > before || was >= 0 && slices.Equal(personFields(&old), personFields(&a)) {
		return
	}
	if err := r.roll.Take(a); err != nil {
		var refused *programme.Refusal
		if errors.As(err, &refused) {
			err = refused
		}
		r.problem("name", err)
		return
	}
	r.plan.People = append(r.plan.People, a)
	if was < 0 {
		r.plan.New++
	}
}

func mark(is bool) string {
	if is {
		return yes
	}
	return ""
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// moment is a time as a table has it: UTC, to the second.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
