package evaluation

import (
	"cmp"

	"renkei/internal/exercise/pages"
)

// evaluation is the work of units by the evaluation guide.
type evaluation struct {
	clock      pages.ClockView
	groups     []unitGroup
	objectives []objective
	others     []taskWork // that no critical task names
	filter     string     // of the evidence
	writes     bool       // the reader may write observations
	marks      []*givenMark
	several    bool // there are more own units than these
	show       string
	one        *taskWork  // the work that alone is shown; nil for all
	left       []unitWork // waits for a mark of the reader
	toJudge    int        // how much only a mark can judge, marked or not
}

// unitGroup is a unit with those below it that are evaluated with it, and what
// was observed about them.
type unitGroup struct {
	key, name string
	units     []int
	notes     []noteLine
}

type noteLine struct{ at, about, person, by, text string }

// objective is one of the pack, with its capability target.
type objective struct {
	key, title, capability string
	critical               []critical
}

// critical is a critical task with the ratings as they stand.
type critical struct {
	key, title string
	ratings    []ratingView
	tasks      []taskWork
}

type ratingView struct {
	unit      string // its name
	rating    string // P, S, M, U; "" for none yet
	words     string
	automatic bool
}

// taskWork is a task with what each of the units did about it.
type taskWork struct {
	key, kind, inject string
	prompt            string
	expected, notes   string   // of the MSEL
	right             []string // what the key takes
	works             []unitWork
}

// unitWork is the work of one unit on a task, with its marks as far as the
// reader may see them.
type unitWork struct {
	key       pages.WorkKey
	id        string // in the page
	name      string
	due       string
	late      bool // nothing was handed in in time
	void      bool
	hasAuto   bool
	auto, max string
	points    string // that count; "" where none do
	standing  string
	versions  []pages.Version
	marks     []*givenMark // of others, and one's own, the latest first
	settled   *givenMark
	own       *givenMark
	blind     bool // others' marks would be shown once the reader has marked
	canMark   bool
	byHand    bool // was handed in, and only a mark of the reader can judge it
	waits     bool // and that is missing
	proofs    []proof
}

// givenMark is a mark or the director's decision.
type givenMark struct {
	person, by string
	at         string
	points     string
	note       string
	evidence   []uint64
	proofs     []proof
}

// proof is something that a unit did, to choose as evidence.
type proof struct {
	seq    uint64
	at     string
	words  string
	chosen bool
}

func (w *unitWork) ownPoints() string {
	if w.own == nil {
		return ""
	}
	return w.own.points
}

func (w *unitWork) ownNote() string {
	if w.own == nil {
		return ""
	}
	return w.own.note
}

// ratingSign is a rating as one letter.
func ratingSign(rating string) string { return cmp.Or(rating, "–") }
