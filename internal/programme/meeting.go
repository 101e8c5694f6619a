package programme

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"renkei/internal/community"
)

// Series says how the meetings of an activity are numbered and who chairs them.
// Without a prefix they are not.
type Series struct {
	Prefix   string   `json:"prefix,omitempty"`   // "AJ"; stays once a meeting has its number
	Fixed    []string `json:"fixed,omitempty"`    // members that chair every meeting
	Rotation []string `json:"rotation,omitempty"` // members that chair in turn beside them
}

// Session is what a meeting of a series has beside other events.
type Session struct {
	Code      string         `json:"code"`   // "AJ17"; given once, for good
	Number    int            `json:"number"` // in its series
	Zone      string         `json:"zone"`   // IANA time zone in which its times were said
	Chairs    []string       `json:"chairs,omitempty"`
	PapersDue community.Date `json:"papers_due,omitempty"` // the last day on which papers are in time
	// Public says that everybody may know of the meeting; what else they see is
	// labelled CLEAR.
	Public bool   `json:"public,omitempty"`
	Agenda []Item `json:"agenda,omitempty"`
}

// ItemKind says what an item of the agenda does by itself.
type ItemKind string

// Kinds of items.
const (
	Topic    ItemKind = ""         // what is talked about
	Adoption ItemKind = "adoption" // the record of the last meeting is adopted
	Actions  ItemKind = "actions"  // the open actions of the series are gone through
)

// Item is an item of an agenda.
type Item struct {
	ID         string         `json:"id"`
	Kind       ItemKind       `json:"kind,omitempty"`
	Title      community.Text `json:"title,omitempty"` // of a topic
	Of         string         `json:"of,omitempty"`    // id of the meeting whose record is adopted
	At         time.Time      `json:"at,omitzero"`
	Minutes    int            `json:"minutes,omitempty"`
	Presenters []string       `json:"presenters,omitempty"` // as people name them
	Papers     []string       `json:"papers,omitempty"`     // members that are asked for a paper
}

// Paper is what a member hands in for an item of a meeting.
type Paper struct {
	Head

	Meeting string        `json:"meeting"`
	Item    string        `json:"item"`
	Member  string        `json:"member"`
	TLP     community.TLP `json:"tlp"`
	At      time.Time     `json:"at"`
	File    File          `json:"file"`
}

// File is what a file is called and what is in it.
type File struct {
	Name  string `json:"name"`
	Media string `json:"media"`
	Hash  string `json:"hash"` // SHA-256, hexadecimal
	Size  int64  `json:"size"`
}

// DutyState is how far a decision or an action has come.
type DutyState string

// States of decisions and actions.
const (
	Open    DutyState = "open"
	Done    DutyState = "done"
	Dropped DutyState = "dropped"
)

// DutyStates lists all of them.
func DutyStates() []DutyState { return []DutyState{Open, Done, Dropped} }

// Duty is what decisions and actions of numbered meetings have in common.
type Duty struct {
	Code     string         `json:"code,omitempty"`   // "AJ17/A3"; given once, for good
	Item     string         `json:"item,omitempty"`   // of the meeting's agenda
	Member   string         `json:"member,omitempty"` // of the body; "" for the secretariat's
	Body     string         `json:"body,omitempty"`   // who sees to it
	Due      community.Date `json:"due,omitempty"`
	State    DutyState      `json:"state,omitempty"`
	Evidence []Evidence     `json:"evidence,omitempty"`
	TLP      community.TLP  `json:"tlp,omitempty"`
}

// Evidence is what shows that something was done.
type Evidence struct {
	Text string `json:"text"`
	URL  string `json:"url,omitempty"`
}

// Action is what a meeting asks of somebody.
type Action struct {
	Head
	Duty

	Meeting string         `json:"meeting"`
	Text    community.Text `json:"text,omitempty"`
	// Commitment names the commitment of a tabletop from which it came: the id of
	// the exercise, a slash, and its number there from 1.
	Commitment string `json:"commitment,omitempty"`
}

// Kind returns that of a record of this type.
func (p *Paper) Kind() Kind { return KindPaper }

// Kind returns that of a record of this type.
func (a *Action) Kind() Kind { return KindAction }

// Kind returns that of a record of this type.
func (m *Minutes) Kind() Kind { return KindMinutes }

// Bounds of meetings.
const (
	maxAgenda   = 100
	maxEvidence = 50
	maxDuration = 24 * 60 // minutes of an item
	// MaxPaper is the most that a paper may weigh, in bytes.
	MaxPaper = 10 << 20
)

var prefixPattern = regexp.MustCompile(`^[A-Z]{2,8}$`)

func (s *Series) check() error {
	if s == nil || s.Prefix == "" {
		return nil
	}
	if !prefixPattern.MatchString(s.Prefix) {
		return refuse("prefix", s.Prefix)
	}
	return checkList(s.Fixed, s.Rotation)
}

func (s *Session) check() error {
	if s == nil {
		return nil
	}
	if _, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "" {
		return refuse("zone", s.Zone)
	}
	if s.Number < 1 || s.Number > 9999 {
		return refuse("meeting.number", s.Code)
	}
	if len(s.Agenda) > maxAgenda {
		return refuse("agenda", "")
	}
	var ids []string
	for i := range s.Agenda {
		it := &s.Agenda[i]
		if !idPattern.MatchString(it.ID) || slices.Contains(ids, it.ID) {
			return refuse("id", it.ID)
		}
		ids = append(ids, it.ID)
		if err := it.check(); err != nil {
			return err
		}
	}
	return first(checkDates(s.PapersDue, ""), checkList(s.Chairs))
}

func (it *Item) check() error {
	if it.Kind == Topic && it.Title.Empty() {
		return refuse("title", "")
	}
	if it.Minutes < 0 || it.Minutes > maxDuration {
		return refuse("minutes", it.ID)
	}
	return first(among("item.kind", it.Kind, []ItemKind{Topic, Adoption, Actions}), checkTexts(it.Title), checkList(it.Presenters, it.Papers))
}

// item is that of an agenda; nil for none.
func (s *Session) item(id string) *Item {
	if s == nil {
		return nil
	}
	for i := range s.Agenda {
		if s.Agenda[i].ID == id {
			return &s.Agenda[i]
		}
	}
	return nil
}

func (p *Paper) check() error {
	if p.Meeting == "" || p.Item == "" || p.Member == "" || p.At.IsZero() {
		return refuse("paper", "")
	}
	if !p.TLP.Valid() {
		return refuse("tlp", string(p.TLP))
	}
	return first(p.Head.check(), p.File.check())
}

func (f *File) check() error {
	if f.Name == "" || len(f.Hash) != 64 || f.Size < 1 || f.Size > MaxPaper {
		return refuse("paper.file", f.Name)
	}
	return checkList([]string{f.Name})
}

func (p *Paper) refers() []Reference { return refer(KindEvent, p.Meeting) }

// Shown are the labels that what a meeting decides may have: everybody of the
// community has to follow it.
func Shown() []community.TLP {
	return []community.TLP{community.Clear, community.Green, community.Amber}
}

// check wants a number's duty to be somebody's: what is done has evidence, and
// what is dropped says why.
func (d *Duty) check() error {
	if d.Code == "" {
		return nil
	}
	if strings.TrimSpace(d.Body) == "" {
		return refuse("body", d.Code)
	}
	if err := first(among("duty.state", d.State, DutyStates()), among("tlp", d.TLP, Shown()), checkDates(d.Due, ""), checkList([]string{d.Body})); err != nil {
		return err
	}
	if d.State != Open && len(d.Evidence) == 0 {
		return refuse("evidence", d.Code)
	}
	if len(d.Evidence) > maxEvidence {
		return refuse("list", "")
	}
	for _, e := range d.Evidence {
		if strings.TrimSpace(e.Text) == "" {
			return refuse("evidence", d.Code)
		}
		if err := first(checkTexts(community.Text{"en": e.Text}), checkURL(e.URL)); err != nil {
			return err
		}
	}
	return nil
}

func (a *Action) check() error {
	if a.Code == "" {
		return refuse("unnumbered", "")
	}
	if a.Due == "" {
		return refuse("due", a.Code)
	}
	return first(a.Head.check(), a.Duty.check(), checkTexts(a.Text))
}

func (a *Action) refers() []Reference { return refer(KindEvent, a.Meeting) }

// Ends is when the last item of the agenda with a time ends; zero where none has
// one. Begins is when the first begins.
func (s *Session) span() (begins, ends time.Time) {
	for i := range s.Agenda {
		it := &s.Agenda[i]
		if it.At.IsZero() {
			continue
		}
		if begins.IsZero() || it.At.Before(begins) {
			begins = it.At
		}
		if end := it.At.Add(time.Duration(it.Minutes) * time.Minute); end.After(ends) {
			ends = end
		}
	}
	return begins, ends
}

// Times are when the agenda of an event begins and ends; zero where no item has
// a time.
func (e *Event) Times() (begins, ends time.Time) {
	if e.Session == nil {
		return begins, ends
	}
	return e.Session.span()
}

// Item returns an item of the agenda; nil for none.
func (e *Event) Item(id string) *Item { return e.Session.item(id) }

// Expected is a paper that a member was asked for, or handed in.
type Expected struct {
	Item   *Item
	Member string
	Paper  *Paper // nil where there is none yet
	Late   bool   // it is not there and its day is over, or it came after that
}

// Expected lists the papers of a meeting in the order of its agenda: what was
// asked for, and what came beside it.
func (r *Records) Expected(e *Event, now time.Time) (all []Expected) {
	if e.Session == nil {
		return nil
	}
	due := e.Session.paperDeadline()
	papers := r.Papers(e.ID)
	for i := range e.Session.Agenda {
		it := &e.Session.Agenda[i]
		for _, member := range it.Papers {
			x := Expected{Item: it, Member: member}
			at := now
			if n := slices.IndexFunc(papers, func(p *Paper) bool { return p.Item == it.ID && p.Member == member }); n >= 0 {
				x.Paper, at = papers[n], papers[n].At
			}
			x.Late = !due.IsZero() && !at.Before(due)
			all = append(all, x)
		}
		for _, p := range papers {
			if p.Item == it.ID && !slices.ContainsFunc(all, func(x Expected) bool { return x.Paper == p }) {
				all = append(all, Expected{Item: it, Member: p.Member, Paper: p, Late: !due.IsZero() && !p.At.Before(due)})
			}
		}
	}
	return all
}

// paperDeadline is the end of the last day on which papers are in time; zero
// where none was said.
func (s *Session) paperDeadline() time.Time {
	there, err := time.LoadLocation(s.Zone)
	day, bad := time.ParseInLocation(time.DateOnly, string(s.PapersDue), there)
	if err != nil || bad != nil {
		return time.Time{}
	}
	return day.AddDate(0, 0, 1)
}

// Papers returns those of a meeting, the earliest first.
func (r *Records) Papers(meeting string) []*Paper {
	all := list(r, KindPaper, func(a, b *Paper) int { return a.At.Compare(b.At) })
	return slices.DeleteFunc(all, func(p *Paper) bool { return p.Meeting != meeting })
}

// Meetings returns the numbered meetings of a series in their order, or with ""
// those of all.
func (r *Records) Meetings(activity string) []*Event {
	all := list(r, KindEvent, func(a, b *Event) int { return numberOf(a) - numberOf(b) })
	return slices.DeleteFunc(all, func(e *Event) bool { return e.Session == nil || activity != "" && e.Activity != activity })
}

func numberOf(e *Event) int {
	if e.Session == nil {
		return 0
	}
	return e.Session.Number
}

// Actions returns those of a meeting in the order of their numbers, or with ""
// all by when they are due.
func (r *Records) Actions(meeting string) []*Action {
	if meeting == "" {
		return list(r, KindAction, func(a, b *Action) int { return byDate(a.Due, b.Due) })
	}
	all := list(r, KindAction, func(a, b *Action) int { return byCode(a.Code, b.Code) })
	return slices.DeleteFunc(all, func(a *Action) bool { return a.Meeting != meeting })
}

// DecisionsOf returns the decisions of a meeting in the order of their numbers.
func (r *Records) DecisionsOf(meeting string) []*Decision {
	all := list(r, KindDecision, func(a, b *Decision) int { return byCode(a.Code, b.Code) })
	return slices.DeleteFunc(all, func(d *Decision) bool { return d.Meeting != meeting })
}

// byCode orders D2 before D10.
func byCode(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// OpenActions returns what is still to be done of the meetings of a series up to
// one, by when it is due.
func (r *Records) OpenActions(upTo *Event) []*Action {
	return slices.DeleteFunc(r.Actions(""), func(a *Action) bool {
		e := r.Event(a.Meeting)
		return a.State != Open || e == nil || e.Activity != upTo.Activity || numberOf(e) >= numberOf(upTo)
	})
}

// Paper returns a paper; nil where there is none.
func (r *Records) Paper(id string) *Paper { return find[*Paper](r, KindPaper, id) }

// Action returns an action; nil where there is none.
func (r *Records) Action(id string) *Action { return find[*Action](r, KindAction, id) }

// ActionFrom returns the action that a commitment of a tabletop has become; nil
// where there is none.
func (r *Records) ActionFrom(commitment string) *Action {
	for _, a := range r.Actions("") {
		if commitment != "" && a.Commitment == commitment {
			return a
		}
	}
	return nil
}

// Decision returns a decision; nil where there is none.
func (r *Records) Decision(id string) *Decision { return find[*Decision](r, KindDecision, id) }

// MinutesOf returns the record of a meeting; nil where none was begun.
func (r *Records) MinutesOf(meeting string) *Minutes {
	return find[*Minutes](r, KindMinutes, MinutesID(meeting))
}

// MinutesID is the id of the record of a meeting.
func MinutesID(meeting string) string { return meeting + "-record" }
