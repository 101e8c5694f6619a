package programme

import (
	"encoding/json"
	"fmt"
	"time"

	"renkei/internal/community"
)

// Kind is what a record is of.
type Kind string

// Kinds of records.
const (
	KindActivity  Kind = "activity"
	KindEvent     Kind = "event"
	KindFigure    Kind = "figure"
	KindAgreement Kind = "agreement"
	KindDecision  Kind = "decision"
	KindMessage   Kind = "message"
	KindEdition   Kind = "edition"
	KindPaper     Kind = "paper"
	KindAction    Kind = "action"
	KindMinutes   Kind = "minutes"
	KindAward     Kind = "award"
	KindErratum   Kind = "erratum"
)

// Kinds lists all kinds in an order in which each refers to those before it
// only.
func Kinds() []Kind {
	return []Kind{KindActivity, KindEvent, KindFigure, KindAgreement, KindDecision, KindMessage, KindEdition, KindPaper, KindAction, KindMinutes, KindAward, KindErratum, KindSettings}
}

// Record is a thing with a history of its own: an *Activity, an *Event, a
// *Figure, an *Agreement, a *Decision, a *Message, an *Edition, a *Paper, an
// *Action, *Minutes, an *Award, an *Erratum or *Settings. Records are not changed once they are in a Records.
type Record interface {
	Kind() Kind
	Key() string
	// Name is what people call it.
	Name() community.Text
	// check says what is wrong with it by itself.
	check() error
	// refers lists the records that it names, which have to be there.
	refers() []Reference
}

// Reference names a record.
type Reference struct {
	Kind Kind
	ID   string
}

// Source is where a fact stands.
type Source struct {
	Title community.Text `json:"title,omitempty"`
	URL   string         `json:"url,omitempty"`
}

// Head is what all records have.
type Head struct {
	ID    string         `json:"id"`
	Title community.Text `json:"title"`
	Note  community.Text `json:"note,omitempty"`
	// Uncertain says that the source is damaged or does not say it plainly; Note
	// says what.
	Uncertain bool   `json:"uncertain,omitempty"`
	Source    Source `json:"source,omitzero"`
}

// Key returns the id of the record.
func (h *Head) Key() string { return h.ID }

// Name is what people call it.
func (h *Head) Name() community.Text { return h.Title }

// Type is what kind of thing the community does.
type Type string

// Meeting is the type of policy meetings and working groups.
const Meeting Type = "meeting"

// Types lists all types of activities and events.
func Types() []Type {
	return []Type{
		Meeting, "exercise_rcx", "exercise_ttx", "exercise_drill", "workshop", "awareness", "reference", "training",
		"monitoring", "project", "event", "strategy", "evaluation", "competition",
	}
}

// Activity is something that is done over years: a series of meetings or
// exercises, a project.
type Activity struct {
	Head

	Type Type `json:"type"`
	// About says in a sentence or two what it is.
	About community.Text `json:"about,omitempty"`
	Begun community.Date `json:"begun,omitempty"`
	Ended community.Date `json:"ended,omitempty"`
	// Each says when it is held: "every June"; empty for no series.
	Each    community.Text `json:"each,omitempty"`
	Hosts   []string       `json:"hosts,omitempty"` // bodies, as they are named
	Leads   []string       `json:"leads,omitempty"` // ids of members
	Members []string       `json:"members,omitempty"`
	// Partners are the ids of partner agencies that take part.
	Partners []string       `json:"partners,omitempty"`
	Budget   community.Text `json:"budget,omitempty"` // from where it is paid
	Series   *Series        `json:"series,omitempty"` // of numbered meetings
}

// Status is how far an event has come.
type Status string

// States of an event.
const (
	Held      Status = "held"
	Planned   Status = "planned"
	Cancelled Status = "cancelled"
	Drafted   Status = "draft" // nobody has been told yet
)

// Statuses lists all of them.
func Statuses() []Status { return []Status{Held, Planned, Cancelled, Drafted} }

// Mode is how people meet.
type Mode string

// Modes lists all of them; "" is not known.
func Modes() []Mode { return []Mode{"in_person", "online", "hybrid"} }

// Event is something that was or will be held: of an activity, or by itself.
type Event struct {
	Head

	Activity string         `json:"activity,omitempty"`
	Type     Type           `json:"type"`
	Status   Status         `json:"status"`
	Begin    community.Date `json:"begin,omitempty"` // "" where the source does not say
	End      community.Date `json:"end,omitempty"`   // its last day; "" for one day, or one date
	Place    community.Text `json:"place,omitempty"`
	Mode     Mode           `json:"mode,omitempty"`
	Hosts    []string       `json:"hosts,omitempty"`
	Members  []string       `json:"members,omitempty"`
	Others   community.Text `json:"others,omitempty"` // who took part beside members
	// Partners are the ids of partner agencies that are invited.
	Partners []string         `json:"partners,omitempty"`
	Outputs  []community.Text `json:"outputs,omitempty"`
	Result   community.Text   `json:"result,omitempty"`
	Session  *Session         `json:"session,omitempty"` // of a meeting of a series
	Course   *Course          `json:"course,omitempty"`  // where members nominate people for it
	// Invite has the desks of the members that take part invited by mail, while it
	// is planned.
	Invite bool `json:"invite,omitempty"`
	// Exercise is the id of the exercise that was played at it; "" for none.
	Exercise string `json:"exercise,omitempty"`
	// Comcheck is the id of the contact check by which its contacts were verified;
	// "" for none.
	Comcheck string `json:"comcheck,omitempty"`
	// Photos are those that may be shown.
	Photos []Photo `json:"photos,omitempty"`
}

// Bound is how exactly a number is known.
type Bound string

// Bounds of figures.
const (
	Exact   Bound = "exact"
	AtLeast Bound = "at_least"
	About   Bound = "about"
)

// Bounds lists all of them.
func Bounds() []Bound { return []Bound{Exact, AtLeast, About} }

// Figure is a number of the programme. It is counted by a rule over the records,
// or it was stated by somebody in some document, and says so.
type Figure struct {
	Head

	Rule Rule           `json:"rule"`           // how it is counted; Stated for none
	Of   string         `json:"of,omitempty"`   // id of the activity or event
	Unit community.Text `json:"unit,omitempty"` // what is counted: "persons trained"
	AsOf community.Date `json:"as_of,omitempty"`
	// InYear keeps a count of heads to the events of the year of AsOf.
	InYear bool `json:"in_year,omitempty"`
	// Of a stated figure.
	Value    int64          `json:"value,omitempty"`
	Bound    Bound          `json:"bound,omitempty"`
	StatedBy string         `json:"stated_by,omitempty"`
	StatedIn community.Text `json:"stated_in,omitempty"`
}

// Agreement is a memorandum or a record of discussions between parties.
type Agreement struct {
	Head

	Parties  []string       `json:"parties"`
	Signed   community.Date `json:"signed,omitempty"`
	Until    community.Date `json:"until,omitempty"` // it has to be renewed by then
	Place    community.Text `json:"place,omitempty"`
	Activity string         `json:"activity,omitempty"` // what came of it
	Aim      community.Text `json:"aim,omitempty"`
	Outcome  community.Text `json:"outcome,omitempty"` // what came of it, in words
	// Partners are the ids of those parties that are partner agencies.
	Partners []string `json:"partners,omitempty"`
	// Attachments are its text and what belongs to it.
	Attachments []Attachment `json:"attachments,omitempty"`
}

// Attachment is a file of an agreement, read by its label.
type Attachment struct {
	Title community.Text `json:"title"`
	TLP   community.TLP  `json:"tlp"`
	At    time.Time      `json:"at"` // when it was handed in
	File  File           `json:"file"`
}

// MaxAttachments bounds those of an agreement.
const MaxAttachments = 50

func checkAttachments(all []Attachment) error {
	if len(all) > MaxAttachments {
		return refuse("documents", "")
	}
	for i := range all {
		d := &all[i]
		if d.Title.Empty() {
			return refuse("title", "")
		}
		if !d.TLP.Valid() {
			return refuse("tlp", string(d.TLP))
		}
		if err := first(d.File.check(), checkTexts(d.Title)); err != nil {
			return err
		}
	}
	return nil
}

// Verdict is what a meeting decides about an activity.
type Verdict string

// Verdicts lists all of them.
func Verdicts() []Verdict { return []Verdict{"begin", "confirm", "continue", "change", "end"} }

// Decision is what a meeting decided: about an activity, or where the meeting is
// of a series, anything.
type Decision struct {
	Head
	Duty

	Meeting  string         `json:"meeting"` // id of the event
	Activity string         `json:"activity,omitempty"`
	Verdict  Verdict        `json:"verdict,omitempty"`
	Text     community.Text `json:"text,omitempty"`
}

// Message is what somebody wrote for a report. Where its words are not ours to
// carry it says where they stand, and Text is empty.
type Message struct {
	Head

	By   community.Text `json:"by"` // office and body, as they were then
	AsOf community.Date `json:"as_of,omitempty"`
	Text community.Text `json:"text,omitempty"`
}

// Kind returns that of a record of this type.
func (a *Activity) Kind() Kind { return KindActivity }

// Kind returns that of a record of this type.
func (e *Event) Kind() Kind { return KindEvent }

// Kind returns that of a record of this type.
func (f *Figure) Kind() Kind { return KindFigure }

// Kind returns that of a record of this type.
func (a *Agreement) Kind() Kind { return KindAgreement }

// Kind returns that of a record of this type.
func (d *Decision) Kind() Kind { return KindDecision }

// Kind returns that of a record of this type.
func (m *Message) Kind() Kind { return KindMessage }

// Kind returns that of a record of this type.
func (e *Edition) Kind() Kind { return KindEdition }

// New returns an empty record of a kind; nil for no kind.
func New(k Kind) Record {
	switch k {
	case KindActivity:
		return &Activity{}
	case KindEvent:
		return &Event{Status: Planned}
	case KindFigure:
		return &Figure{}
	case KindAgreement:
		return &Agreement{}
	case KindDecision:
		return &Decision{}
	case KindMessage:
		return &Message{}
	case KindEdition:
		return &Edition{}
	case KindPaper:
		return &Paper{}
	case KindAction:
		return &Action{}
	case KindMinutes:
		return &Minutes{}
	case KindAward:
		return &Award{}
	case KindErratum:
		return &Erratum{}
	case KindSettings:
		return &Settings{Participation: Closed}
	}
	return nil
}

// Encode returns the bytes in which a record is stored.
func Encode(r Record) ([]byte, error) { return json.Marshal(r) }

// Decode reads what Encode has written.
func Decode(k Kind, body []byte) (Record, error) {
	r := New(k)
	if r == nil {
		return nil, fmt.Errorf("a record of kind %q", k)
	}
	if err := json.Unmarshal(body, r); err != nil {
		return nil, fmt.Errorf("%s: %w", k, err)
	}
	return r, nil
}
