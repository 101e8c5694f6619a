// Package tabletop plays tabletops of policy makers: packs of kind ttx, whose
// questions delegations answer in private, see, discuss and decide.
//
// A tabletop is an exercise like any other: its commands, events and state are
// those of package exercise (files poll_*.go), played by the same loop, store and
// archive. This package reads what a pack says beside that (Read), checks it
// (Check), and plays delegations and facilitator (Bots). docs/tabletop/pack.md
// has the format. It may import exercise, scenario and conduct.
package tabletop

import (
	"time"

	"github.com/gabriel-vasile/mimetype"

	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
)

// File is the file of a pack that this package reads.
const File = "tabletop.yaml"

// Tabletop is what a pack of kind ttx has beside other packs.
type Tabletop struct {
	Modules []*Module
}

// Module is a part of a tabletop: a brief, then questions.
type Module struct {
	Pos       scenario.Pos
	Key       string
	Title     scenario.Text
	At        time.Duration   // when it begins as planned, from STARTEX
	Pictures  []string        // attachments that the projector shows with the brief
	Material  []string        // attachments to hand out
	Notes     scenario.Text   // of the facilitator
	Expected  []scenario.Text // points that the room should come to
	Questions []*Question
}

// Question is a question of a module.
type Question struct {
	Pos      scenario.Pos
	Poll     exercise.Poll
	Discuss  time.Duration // how long to discuss it
	Again    bool          // it is asked again after the discussion
	When     *When         // nil: always
	Notes    scenario.Text
	Expected []scenario.Text
	Topics   map[string]Topic // of a matrix: what the handbook has on a row, by option
}

// Topic is where the handbook keeps what a row of the country matrix asks: under a
// key of its own, in a measure, with themes.
type Topic struct {
	Key     string
	Measure string
	Themes  []string
}

// When asks a question only where the room decided for an option of an earlier
// one: where more chose it than any other.
type When struct {
	Pos              scenario.Pos
	Question, Chosen string
}

// Brief is the text of a module in a language, as Markdown; the first language of
// the pack stands in.
func (m *Module) Brief(p *scenario.Pack, lang string) string {
	for _, l := range []string{lang, p.Languages[0]} {
		if text, ok := p.Files[briefPath(m.Key, l)]; ok {
			return string(text)
		}
	}
	return ""
}

// Attachment is a file of a pack as a reader of a language gets it: in common,
// else in that language, else in the first of the pack. False where there is
// none.
func Attachment(p *scenario.Pack, lang, name string) ([]byte, bool) {
	for _, path := range []string{name, lang + "/" + name, p.Languages[0] + "/" + name} {
		if file, ok := p.Files["attachments/"+path]; ok {
			return file, true
		}
	}
	return nil, false
}

// PictureType is the media type of a picture that screens show; "" for any other
// file, whatever it is called.
func PictureType(file []byte) string {
	switch t := mimetype.Detect(file).String(); t {
	case "image/png", "image/jpeg", "image/gif", "image/webp":
		return t
	}
	return ""
}

// Reached reports whether a module has come: one of its questions was announced,
// or its brief is what the room sees.
func (t *Tabletop) Reached(s *exercise.State, m *Module) bool {
	for _, q := range m.Questions {
		if _, there := s.PollByKey(q.Poll.Key); there {
			return true
		}
	}
	if phase := s.Phase(); phase != exercise.Running && phase != exercise.OnHold {
		return false
	}
	current, ok := Current(s)
	next, more := t.Next(s)
	return more && m.Questions[0] == next && (!ok || current.Status == exercise.PollIsEnded)
}

func briefPath(key, lang string) string { return "texts/" + lang + "/" + key + ".md" }

// Question finds a question by its key.
func (t *Tabletop) Question(key string) (*Question, bool) {
	for q := range t.all() {
		if q.Poll.Key == key {
			return q, true
		}
	}
	return nil, false
}

// Count is how many questions there are.
func (t *Tabletop) Count() (n int) {
	for range t.all() {
		n++
	}
	return n
}

// all yields the questions in their order.
func (t *Tabletop) all() func(yield func(*Question) bool) {
	return func(yield func(*Question) bool) {
		for _, m := range t.Modules {
			for _, q := range m.Questions {
				if !yield(q) {
					return
				}
			}
		}
	}
}

// Next is the question that comes next: the first that was not announced and
// whose condition holds. False means that there is none left.
func (t *Tabletop) Next(s *exercise.State) (*Question, bool) {
	for q := range t.all() {
		if _, there := s.PollByKey(q.Poll.Key); !there && q.asked(s) {
			return q, true
		}
	}
	return nil, false
}

// asked reports whether the room decided so that the question is asked.
func (q *Question) asked(s *exercise.State) bool {
	if q.When == nil {
		return true
	}
	v, ok := s.PollByKey(q.When.Question)
	if !ok || len(v.Shown) == 0 {
		return false
	}
	counts := map[string]int{}
	for _, a := range v.Shown[len(v.Shown)-1].Answers {
		for _, key := range a.Chosen {
			counts[key]++
		}
	}
	for key, n := range counts {
		if key != q.When.Chosen && n >= counts[q.When.Chosen] {
			return false
		}
	}
	return counts[q.When.Chosen] > 0
}

// module is that of a question.
func (t *Tabletop) module(q *Question) *Module {
	for _, m := range t.Modules {
		if m.Key == q.Poll.Module {
			return m
		}
	}
	return nil
}

// Kind registers tabletops with the program.
func Kind() conduct.Kind {
	return conduct.Kind{
		Kind: scenario.Kind{Name: scenario.KindTTX, Check: Check},
		Bots: func(play *exercise.Play, seed uint64, alone bool) conduct.Bots { return NewBots(play, seed, alone) },
	}
}
