package programme

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"renkei/internal/community"
)

// Minutes are the record of a meeting. It is adopted by silence: a draft goes
// round with a deadline, and is adopted when nobody has objected by then.
type Minutes struct {
	Head

	Meeting string         `json:"meeting"`
	TLP     community.TLP  `json:"tlp"`
	Text    community.Text `json:"text"`
	Rounds  []Round        `json:"rounds,omitempty"`
	Adopted *Adopted       `json:"adopted,omitempty"`
}

// Round is one time that the draft went round.
type Round struct {
	Document   Document    `json:"document"` // as it went round
	Hash       string      `json:"hash"`     // of the document
	Begun      time.Time   `json:"begun"`
	By         string      `json:"by"` // a person of package auth
	Deadline   time.Time   `json:"deadline"`
	Extensions []Extension `json:"extensions,omitempty"`
	Objections []Objection `json:"objections,omitempty"`
	Ended      time.Time   `json:"ended,omitzero"` // it was taken back then
}

// Extension moves the deadline.
type Extension struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	From   time.Time `json:"from"`
	Reason string    `json:"reason"`
}

// Objection breaks the silence until it is settled.
type Objection struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Member  string    `json:"member"`
	Text    string    `json:"text"`
	Settled time.Time `json:"settled,omitzero"`
	Answer  string    `json:"answer,omitempty"`
}

// Adopted says when the record was adopted, and what.
type Adopted struct {
	At   time.Time `json:"at"`
	Hash string    `json:"hash"`
}

// Document is a record as it is adopted: whole by itself.
type Document struct {
	Meeting   string         `json:"meeting"` // its number
	Title     community.Text `json:"title"`
	Begin     community.Date `json:"begin,omitempty"`
	End       community.Date `json:"end,omitempty"`
	Place     community.Text `json:"place,omitempty"`
	Chairs    []string       `json:"chairs,omitempty"`
	TLP       community.TLP  `json:"tlp"`
	Text      community.Text `json:"text"`
	Decisions []Entry        `json:"decisions,omitempty"`
	Actions   []Entry        `json:"actions,omitempty"`
}

// Entry is a decision or an action in a record.
type Entry struct {
	Code  string         `json:"code"`
	Title community.Text `json:"title"`
	Text  community.Text `json:"text,omitempty"`
	Body  string         `json:"body"`
	Due   community.Date `json:"due,omitempty"`
	TLP   community.TLP  `json:"tlp"`
}

// Hash is the SHA-256 of the document as JSON, in hexadecimal.
func (d *Document) Hash() (string, error) {
	raw, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("hash the record of %s: %w", d.Meeting, err)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), nil
}

// Document is the record of a meeting as it would go round now.
func (r *Records) Document(e *Event, m *Minutes) Document {
	d := Document{
		Meeting: e.Session.Code, Title: e.Title, Begin: e.Begin, End: e.End, Place: e.Place, Chairs: e.Session.Chairs, TLP: m.TLP, Text: m.Text,
	}
	for _, x := range r.DecisionsOf(e.ID) {
		d.Decisions = append(d.Decisions, Entry{x.Code, x.Title, x.Text, x.Body, x.Due, x.TLP})
	}
	for _, x := range r.Actions(e.ID) {
		d.Actions = append(d.Actions, Entry{x.Code, x.Title, x.Text, x.Body, x.Due, x.TLP})
	}
	return d
}

// Progress is how far a record has come.
type Progress string

// How far a record has come.
const (
	Writing     Progress = "writing"     // it is a draft
	Circulating Progress = "circulating" // it goes round
	Objected    Progress = "objected"    // somebody has objected, and that is not settled
	Silent      Progress = "silent"      // the deadline has passed and nobody has objected: it will be adopted
	Final       Progress = "final"       // it is adopted
)

// Progress is how far the record has come at a time.
func (m *Minutes) Progress(now time.Time) Progress {
	round := m.Round()
	switch {
	case m.Adopted != nil:
		return Final
	case round == nil:
		return Writing
	case round.broken():
		return Objected
	case now.Before(round.Deadline):
		return Circulating
	}
	return Silent
}

// Round is the one that goes round now, or in which the record was adopted; nil
// for none.
func (m *Minutes) Round() *Round {
	if n := len(m.Rounds); n > 0 && m.Rounds[n-1].Ended.IsZero() {
		return &m.Rounds[n-1]
	}
	return nil
}

func (r *Round) broken() bool {
	return slices.ContainsFunc(r.Objections, func(o Objection) bool { return o.Settled.IsZero() })
}

// Bounds of the silence procedure.
const (
	// ShortestSilence is how long a draft goes round at least.
	ShortestSilence = 24 * time.Hour
	longestSilence  = 366 * 24 * time.Hour
	maxRounds       = 20
	maxObjections   = 100
)

// with returns a copy with its last round, which may be changed.
func (m *Minutes) with() (*Minutes, *Round) {
	next := *m
	next.Rounds = slices.Clone(m.Rounds)
	round := next.Round()
	if round != nil {
		round.Extensions, round.Objections = slices.Clone(round.Extensions), slices.Clone(round.Objections)
	}
	return &next, round
}

// Circulate sends a draft round until a deadline. A Refusal says why it cannot.
func (m *Minutes) Circulate(now time.Time, by string, doc Document, deadline time.Time) (*Minutes, error) {
	switch {
	case m.Progress(now) != Writing:
		return nil, refuse("silence.going", "")
	case len(m.Rounds) >= maxRounds:
		return nil, refuse("silence.rounds", "")
	case m.Text.Empty():
		return nil, refuse("silence.empty", "")
	case deadline.Before(now.Add(ShortestSilence)) || deadline.After(now.Add(longestSilence)):
		return nil, refuse("silence.deadline", "")
	}
	hash, err := doc.Hash()
	if err != nil {
		return nil, err
	}
	next, _ := m.with()
	next.Rounds = append(next.Rounds, Round{Document: doc, Hash: hash, Begun: now, By: by, Deadline: deadline})
	return next, nil
}

// Object breaks the silence, for a member. It has to come before the deadline.
func (m *Minutes) Object(now time.Time, by, member, text string) (*Minutes, error) {
	next, round := m.with()
	if round == nil || m.Adopted != nil || !now.Before(round.Deadline) {
		return nil, refuse("silence.over", "")
	}
	if err := checkWords(text, maxText); err != nil {
		return nil, err
	}
	if len(round.Objections) >= maxObjections || member == "" {
		return nil, refuse("silence.objections", "")
	}
	round.Objections = append(round.Objections, Objection{At: now, By: by, Member: member, Text: text})
	return next, nil
}

// Settle ends an objection: it was taken back, or answered to the satisfaction
// of who had it. The record is then adopted at the deadline, or where that has
// passed, now.
func (m *Minutes) Settle(now time.Time, n int, answer string) (*Minutes, error) {
	next, round := m.with()
	if round == nil || m.Adopted != nil || n < 0 || n >= len(round.Objections) || !round.Objections[n].Settled.IsZero() {
		return nil, refuse("silence.settled", "")
	}
	if err := checkWords(answer, maxText); err != nil {
		return nil, err
	}
	round.Objections[n].Settled, round.Objections[n].Answer = now, answer
	return next, nil
}

// Extend moves the deadline to a later time. What has passed in silence is not
// opened again.
func (m *Minutes) Extend(now time.Time, by string, until time.Time, reason string) (*Minutes, error) {
	next, round := m.with()
	if p := m.Progress(now); p != Circulating && p != Objected {
		return nil, refuse("silence.over", "")
	}
	if !until.After(round.Deadline) || !until.After(now) || until.After(now.Add(longestSilence)) || len(round.Extensions) >= maxRounds {
		return nil, refuse("silence.deadline", "")
	}
	if err := checkWords(reason, maxReason); err != nil {
		return nil, err
	}
	round.Extensions = append(round.Extensions, Extension{At: now, By: by, From: round.Deadline, Reason: reason})
	round.Deadline = until
	return next, nil
}

// Withdraw takes the draft back, to be changed and sent round anew.
func (m *Minutes) Withdraw(now time.Time) (*Minutes, error) {
	next, round := m.with()
	if p := m.Progress(now); p != Circulating && p != Objected {
		return nil, refuse("silence.over", "")
	}
	round.Ended = now
	return next, nil
}

// Adopt adopts what has passed in silence: at the deadline, or when the last
// objection was settled after it. It returns false where it is not time.
func (m *Minutes) Adopt(now time.Time) (*Minutes, bool) {
	if m.Progress(now) != Silent {
		return m, false
	}
	next, round := m.with()
	at := round.Deadline
	for _, o := range round.Objections {
		if o.Settled.After(at) {
			at = o.Settled
		}
	}
	next.Adopted = &Adopted{At: at, Hash: round.Hash}
	return next, true
}

func checkWords(text string, most int) error {
	if strings.TrimSpace(text) == "" || utf8.RuneCountInString(text) > most || !utf8.ValidString(text) {
		return refuse("silence.words", "")
	}
	return nil
}

func (m *Minutes) check() error {
	if m.Meeting == "" || m.ID != MinutesID(m.Meeting) {
		return refuse("id", m.ID)
	}
	if err := first(m.Head.check(), among("tlp", m.TLP, Shown()), m.checkText()); err != nil {
		return err
	}
	for i := range m.Rounds {
		if hash, err := m.Rounds[i].Document.Hash(); err != nil || hash != m.Rounds[i].Hash {
			return refuse("hash", m.Rounds[i].Hash)
		}
	}
	if round := m.Round(); m.Adopted != nil && (round == nil || round.broken() || m.Adopted.Hash != round.Hash || m.Adopted.At.Before(round.Deadline)) {
		return refuse("hash", m.Adopted.Hash)
	}
	return nil
}

// maxMinutes bounds the text of a record in one language, in letters.
const maxMinutes = 40_000

func (m *Minutes) checkText() error {
	if len(m.Text) > maxLangs {
		return refuse("languages", "")
	}
	for lang, text := range m.Text {
		if utf8.RuneCountInString(text) > maxMinutes || !utf8.ValidString(text) {
			return refuse("minutes.text", lang)
		}
	}
	return nil
}

func (m *Minutes) refers() []Reference { return refer(KindEvent, m.Meeting) }
