package exercise

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"renkei/internal/binenc"
)

// poll is a question and how far it has come. Of the answers it has only those
// that were revealed.
type poll struct {
	def       *Poll
	status    PollStatus
	round     int
	until     Time
	taken     []takenBy // in this round, by unit
	confirmed []int32   // units whose answer stands
	boxed     int       // papers out of the box that were entered
	shown     []shownRound
}

// shownRound is a round that was revealed.
type shownRound struct {
	round     int
	simulated bool
	took      []int32 // the units whose people took part
	answers   []PollAnswer
}

// takenBy says who took part for a unit.
type takenBy uint8

const (
	takenNot takenBy = iota
	takenByBot
	takenByPerson
	takenOnPaper
)

// PollStatus is how far a question has come.
type PollStatus uint8

// Statuses of a question.
const (
	PollIsAnnounced PollStatus = iota
	PollIsOpen
	PollIsClosed
	PollIsRevealed
	PollIsWithheld
	PollIsVoided
	PollIsDiscussed
	PollIsEnded
)

// String gives the word that the interface translates.
func (p PollStatus) String() string {
	return [...]string{"announced", "open", "closed", "revealed", "withheld", "voided", "discussed", "ended"}[p]
}

// sealed reports whether there are answers that nobody has seen.
func (p *poll) sealed() bool { return p.status == PollIsOpen || p.status == PollIsClosed }

func (p *poll) count(by takenBy) (n int) {
	for _, t := range p.taken {
		if t == by {
			n++
		}
	}
	return n
}

// people is how many units took part by people.
func (p *poll) people() int { return p.count(takenByPerson) + p.count(takenOnPaper) }

// persons are those units.
func (p *poll) persons() (all []int32) {
	for u, t := range p.taken {
		if t >= takenByPerson {
			all = append(all, int32(u))
		}
	}
	return all
}

func (s *State) pollByKey(key string) *poll {
	for i := range s.polls {
		if s.polls[i].def.Key == key {
			return &s.polls[i]
		}
	}
	return nil
}

func (s *State) foldPoll(e *Event) error {
	switch b := e.Body.(type) {
	case *PollAnnounced:
		if s.pollByKey(b.Key) != nil || len(s.polls) >= MaxPolls {
			return fmt.Errorf("question %q is there already", b.Key)
		}
		s.recalling = false
		s.polls = append(s.polls, poll{def: &b.Poll, taken: make([]takenBy, s.nu())})
	case *PollOpened:
		return s.withPoll(b.Poll, b.Round-1, func(p *poll) {
			p.status, p.round, p.until, p.boxed, p.confirmed = PollIsOpen, b.Round, b.Until, 0, nil
			clear(p.taken)
		})
	case *PollTaken:
		return s.foldTaken(e, b)
	case *PollConfirmed:
		return s.foldPollConfirmed(b)
	case *PollBoxed:
		return s.withPoll(b.Poll, b.Round, func(p *poll) { p.boxed++ })
	case *PollClosed:
		return s.withPoll(b.Poll, b.Round, func(p *poll) { p.status = PollIsClosed })
	case *PollReopened:
		return s.withPoll(b.Poll, b.Round, func(p *poll) { p.status, p.until = PollIsOpen, b.Until })
	case *PollRevealed:
		return s.withPoll(b.Poll, b.Round, func(p *poll) {
			p.status = PollIsRevealed
			p.shown = append(p.shown, shownRound{round: b.Round, simulated: b.Simulated, took: p.persons(), answers: b.Answers})
		})
	case *PollWithheld:
		return s.withPoll(b.Poll, b.Round, func(p *poll) { p.status = PollIsWithheld })
	case *PollVoided:
		return s.withPoll(b.Poll, b.Round, func(p *poll) {
			p.status, p.boxed, p.confirmed = PollIsVoided, 0, nil
			clear(p.taken) // nobody is shown as having answered
		})
	case *PollDiscussed:
		return s.withPoll(b.Poll, -1, func(p *poll) { p.status = PollIsDiscussed })
	case *PollQuoted:
		return s.withPoll(b.Poll, -1, func(*poll) {})
	case *PollEnded:
		return s.withPoll(b.Poll, -1, func(p *poll) { p.status = PollIsEnded })
	}
	return nil
}

// withPoll finds a question in a round, -1 for any.
func (s *State) withPoll(key string, round int, do func(p *poll)) error {
	p := s.pollByKey(key)
	if p == nil {
		return fmt.Errorf("no question %q", key)
	}
	if round >= 0 && p.round != round {
		return fmt.Errorf("question %q is in round %d, not in %d", key, p.round, round)
	}
	do(p)
	return nil
}

func (s *State) foldTaken(e *Event, b *PollTaken) error {
	by := takenByPerson
	switch _, simulated := BotUnit(e.Actor); {
	case simulated:
		by = takenByBot
	case b.Paper:
		by = takenOnPaper
	}
	return s.withPoll(b.Poll, b.Round, func(p *poll) {
		if u, ok := s.play.Cast.Index(b.Unit); ok {
			p.taken[u] = by
		}
	})
}

func (s *State) foldPollConfirmed(b *PollConfirmed) error {
	u, ok := s.play.Cast.Index(b.Unit)
	if !ok {
		return fmt.Errorf("no unit %q", b.Unit)
	}
	return s.withPoll(b.Poll, b.Round, func(p *poll) {
		p.confirmed = slices.DeleteFunc(p.confirmed, func(c int32) bool { return c == int32(u) })
		if !b.Withdrawn {
			p.confirmed = append(p.confirmed, int32(u))
		}
		if len(p.confirmed) == 0 {
			p.confirmed = nil
		}
	})
}

// copyPolls copies questions with what changes of them.
func copyPolls(from []poll) []poll {
	to := slices.Clone(from)
	for i := range to {
		to[i].taken, to[i].shown = slices.Clone(to[i].taken), slices.Clone(to[i].shown)
		to[i].confirmed = slices.Clone(to[i].confirmed)
	}
	return to
}

// codePolls codes questions, the floor and commitments. What came as JSON is
// coded so.
func (s *State) codePolls(c *binenc.Coder) {
	codeList(c, &s.polls, 6, func(p *poll) { p.code(c, s.nu()) })
	f := &s.floor
	codeList(c, &f.queue, 1, func(u *int32) { codeUnit(c, u, 0, s.nu()) })
	codeUnit(c, &f.speaker, -1, s.nu())
	c.String(&f.poll)
	binenc.Int(c, &f.since)
	binenc.Int(c, &f.until)
	codeList(c, &f.spoken, 1, func(t *Time) { binenc.Int(c, t) })
	if len(f.spoken) != 0 && len(f.spoken) != s.nu() {
		c.Fail("speaking times of other units")
	}
	codeList(c, &s.commitments, 2, func(m **CommitmentMade) { codeJSON(c, m) })
	codeList(c, &s.recalled, 2, func(m *RecalledCommitment) { codeJSON(c, m) })
	c.Bool(&s.recalling)
}

func (p *poll) code(c *binenc.Coder, units int) {
	codeJSON(c, &p.def)
	if c.Reading() && p.def == nil {
		p.def = &Poll{}
		c.Fail("a question that is none")
	}
	binenc.Enum(c, &p.status, PollIsEnded)
	binenc.Int(c, &p.round)
	binenc.Int(c, &p.until)
	binenc.Int(c, &p.boxed)
	binenc.Slice(c, &p.taken, 1, func(t *takenBy) { binenc.Enum(c, t, takenOnPaper) })
	if len(p.taken) != units {
		c.Fail("a question of other units")
	}
	codeList(c, &p.confirmed, 1, func(u *int32) { codeUnit(c, u, 0, units) })
	codeList(c, &p.shown, 4, func(r *shownRound) {
		binenc.Int(c, &r.round)
		c.Bool(&r.simulated)
		codeList(c, &r.took, 1, func(u *int32) { codeUnit(c, u, 0, units) })
		codeJSON(c, &r.answers)
	})
}

func codeUnit(c *binenc.Coder, u *int32, least int32, units int) {
	binenc.Int(c, u)
	if *u < least || int(*u) >= units {
		c.Fail("a unit that is not there")
	}
}

func codeJSON[T any](c *binenc.Coder, v *T) {
	var body []byte
	if !c.Reading() {
		body, _ = json.Marshal(v) // it came as JSON
	}
	c.Section(&body)
	if !c.Reading() {
		return
	}
	if err := json.Unmarshal(body, v); err != nil {
		c.Fail("a question: %v", err)
	}
}

// PollView is a question and how far it has come.
type PollView struct {
	Poll
	Status    PollStatus
	Round     int // that is or was open; 0: none yet
	Until     Time
	Took      []string // units that took part in this round, in the order of the cast
	People    int      // of them, those whose people did
	Paper     []string // of them, those that did so on paper
	Confirmed []string // of them, those whose answer stands
	Boxed     int      // papers out of the box that were entered
	Bots      []string // of them, those that are simulated
	Shown     []PollRound
}

// PollRound is a round that was revealed.
type PollRound struct {
	Round     int
	Simulated bool // no person took part
	Answers   []PollAnswer
}

// Sealed reports whether there are answers that nobody has seen.
func (v *PollView) Sealed() bool { return v.Status == PollIsOpen || v.Status == PollIsClosed }

// Polls yields the questions that were announced, in their order.
func (s *State) Polls() iter.Seq[PollView] {
	return func(yield func(PollView) bool) {
		for i := range s.polls {
			if !yield(s.pollView(&s.polls[i])) {
				return
			}
		}
	}
}

// PollByKey finds a question by its key.
func (s *State) PollByKey(key string) (PollView, bool) {
	p := s.pollByKey(key)
	if p == nil {
		return PollView{}, false
	}
	return s.pollView(p), true
}

func (s *State) pollView(p *poll) PollView {
	v := PollView{Poll: *p.def, Status: p.status, Round: p.round, Until: p.until, People: p.people(), Boxed: p.boxed}
	for u, t := range p.taken {
		key := s.play.Cast.Units[u].Key
		if t != takenNot {
			v.Took = append(v.Took, key)
		}
		switch t {
		case takenByBot:
			v.Bots = append(v.Bots, key)
		case takenOnPaper:
			v.Paper = append(v.Paper, key)
		}
	}
	for _, u := range p.confirmed {
		v.Confirmed = append(v.Confirmed, s.play.Cast.Units[u].Key)
	}
	for _, r := range p.shown {
		v.Shown = append(v.Shown, PollRound{Round: r.round, Simulated: r.simulated, Answers: r.answers})
	}
	return v
}
