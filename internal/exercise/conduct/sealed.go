package conduct

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"renkei/internal/exercise"
	"renkei/internal/exercise/ballot"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

// Ballots keeps sealed answers beside the log.
type Ballots interface {
	Load(ctx context.Context, exercise string) ([]ballot.Row, error)
	Put(exercise string, r ballot.Row) eventstore.Write
	Delete(exercise, poll string) eventstore.Write
}

// maxChanges is how often the answer of a unit may change in a round.
const maxChanges = 300

// sealedAnswers are the answers of an exercise that nobody has seen yet. They
// are no part of the state: no snapshot, no reader and no log has them.
type sealedAnswers struct {
	mu     sync.Mutex // guards all of it, for Answer is called from elsewhere
	rounds map[ballot.ID]*sealedRound
}

// sealedRound is one round of a question that is open or closed.
type sealedRound struct {
	key     ballot.Key
	answers map[string][]byte // by slot
	changes map[string]int
	closed  bool // nobody sees their own answer any more
}

func (c *Conductor) idOf(poll string, round int) ballot.ID {
	return ballot.ID{Exercise: c.id, Poll: poll, Round: round}
}

// round finds the round of a question that is open or closed and whose key this
// process has.
func (c *Conductor) round(poll string) (exercise.PollView, *sealedRound) {
	v, ok := c.state.PollByKey(poll)
	if !ok || !v.Sealed() {
		return v, nil
	}
	c.sealed.mu.Lock()
	defer c.sealed.mu.Unlock()
	return v, c.sealed.rounds[c.idOf(poll, v.Round)]
}

// loadSealed brings back the answers that nobody has seen, and destroys the keys
// of all other questions. It returns the questions whose answers are lost.
func (c *Conductor) loadSealed(ctx context.Context) (lost []string, err error) {
	open := map[ballot.ID]exercise.PollView{}
	var keep []ballot.ID
	for v := range c.state.Polls() {
		if v.Sealed() {
			id := c.idOf(v.Key, v.Round)
			open[id] = v
			keep = append(keep, id)
		}
	}
	if err := c.deps.Keys.Sweep(c.id, keep); err != nil {
		return nil, err
	}
	var rows []ballot.Row
	if c.deps.Ballots != nil && len(keep) > 0 {
		if rows, err = c.deps.Ballots.Load(ctx, c.id); err != nil {
			return nil, err
		}
	}
	rounds := map[ballot.ID]*sealedRound{}
	for _, id := range keep {
		v := open[id]
		if r, ok := c.recallRound(id, &v, rows); ok {
			rounds[id] = r
			continue
		}
		lost = append(lost, v.Key)
	}
	c.sealed.mu.Lock()
	defer c.sealed.mu.Unlock()
	c.sealed.rounds = rounds
	return lost, nil
}

// recallRound opens the answers of a round. False means that the key is gone, or
// that answers lack of units that took part, as after a backup was restored.
func (c *Conductor) recallRound(id ballot.ID, v *exercise.PollView, rows []ballot.Row) (*sealedRound, bool) {
	key, ok := c.deps.Keys.Find(id)
	if !ok {
		return nil, false
	}
	r := &sealedRound{key: key, answers: map[string][]byte{}, changes: map[string]int{}, closed: v.Status == exercise.PollIsClosed}
	for _, row := range rows {
		if row.Poll != id.Poll || row.Round != id.Round {
			continue
		}
		contents, err := key.Open(row.Slot, row.Sealed)
		if err != nil {
			return nil, false
		}
		r.answers[row.Slot] = contents
	}
	for _, unit := range v.Took {
		boxed := !v.Attributed && slices.Contains(v.Paper, unit)
		if r.answers[unit] == nil && !boxed {
			return nil, false
		}
	}
	for n := range v.Boxed {
		if r.answers[boxSlot(n+1)] == nil {
			return nil, false
		}
	}
	return r, true
}

// boxSlot names paper number n out of the box.
func boxSlot(n int) string { return "#" + strconv.Itoa(n) }

// voidLost gives up the rounds whose answers are lost.
func (c *Conductor) voidLost() {
	for _, poll := range c.lost {
		v, ok := c.state.PollByKey(poll)
		if !ok || !v.Sealed() {
			continue
		}
		wall := c.deps.Clock.Now()
		c.decide(&request{cmd: exercise.Command{
			Key: fmt.Sprintf("void/%s/%d", poll, v.Round), Actor: exercise.Clock(), At: c.state.Now(wall), Wall: wall,
			Do: exercise.VoidPoll{Poll: poll},
		}})
	}
	c.lost = nil
}

// commandHash identifies a command. Of one that carries an answer it does not
// tell which; telling is false where the key is gone, so that nobody can say
// whether two are the same.
func (c *Conductor) commandHash(do exercise.Action) (hash journal.Hash, telling bool, err error) {
	poll, _, _, carries := carried(do)
	if !carries {
		hash, err = hashOf(do)
		return hash, true, err
	}
	_, r := c.round(poll)
	if r == nil {
		return hash, false, nil // it will be refused, unless it was carried out before
	}
	body, err := json.Marshal(do)
	if err != nil {
		return hash, false, fmt.Errorf("hash command %T: %w", do, err)
	}
	return r.key.Hash(append([]byte(fmt.Sprintf("%T ", do)), body...)), true, nil
}

// awaitAnswer has a command that carries an answer wait for the batch that has
// it, also where no event does.
func (c *Conductor) awaitAnswer(r *request) {
	if _, _, _, carries := carried(r.cmd.Do); !carries {
		return
	}
	r.after = c.submitted
	if len(c.batch.With) > 0 {
		r.after++
	}
}

// carried is the answer that a command carries, and for which slot; "" for a
// paper out of the box.
func carried(do exercise.Action) (poll, slot string, answer exercise.PollAnswer, ok bool) {
	switch a := do.(type) {
	case exercise.AnswerPoll:
		return a.Poll, a.Unit, a.Answer, true
	case exercise.EnterPaper:
		return a.Poll, "", a.Answer, true
	}
	return "", "", answer, false
}

// beforePoll does what a command about a question needs before it is decided: the
// key of a round that opens, the answers of one that is revealed.
func (c *Conductor) beforePoll(do exercise.Action) (exercise.Action, error) {
	var poll string
	switch a := do.(type) {
	case exercise.OpenPoll:
		if v, ok := c.state.PollByKey(a.Poll); ok && !v.Sealed() && v.Round < exercise.MaxRounds {
			if _, err := c.deps.Keys.Create(c.idOf(a.Poll, v.Round+1)); err != nil {
				return do, err
			}
		}
		return do, nil
	case exercise.AnswerPoll:
		poll = a.Poll
	case exercise.EnterPaper:
		poll = a.Poll
	case exercise.ConfirmPoll:
		poll = a.Poll
	case exercise.TickPaper:
		poll = a.Poll
	case exercise.ClosePoll:
		poll = a.Poll
	case exercise.ReopenPoll:
		poll = a.Poll
	case exercise.RevealPoll:
		poll = a.Poll
	default:
		return do, nil
	}
	v, r := c.round(poll)
	if v.Sealed() && r == nil {
		return do, &exercise.Refusal{Code: exercise.PollElsewhere, Args: map[string]any{"Poll": poll}}
	}
	if _, slot, _, ok := carried(do); ok && r != nil && r.changes[slot] >= maxChanges {
		return do, &exercise.Refusal{Code: exercise.WriteOften, Args: map[string]any{"Seconds": 60}}
	}
	if a, ok := do.(exercise.RevealPoll); ok && r != nil {
		a.Answers = c.answersOf(&v, r)
		return a, nil
	}
	return do, nil
}

// answersOf are the answers of a round as they are revealed, in canonical order.
// Where people take part in a question without attribution, simulated
// delegations abstain.
func (c *Conductor) answersOf(v *exercise.PollView, r *sealedRound) []exercise.PollAnswer {
	c.sealed.mu.Lock()
	defer c.sealed.mu.Unlock()
	answers := make([]exercise.PollAnswer, 0, len(r.answers))
	for slot, contents := range r.answers {
		if !v.Attributed && v.People > 0 && slices.Contains(v.Bots, slot) || !v.Attributed && slices.Contains(v.Paper, slot) {
			continue
		}
		a, err := exercise.ReadPollAnswer(contents)
		if err != nil {
			continue // sealed by this very program: cannot happen
		}
		if v.Attributed {
			a.Unit = slot
		}
		answers = append(answers, a)
	}
	exercise.SortAnswers(answers, v.Attributed)
	return answers
}

// afterPoll keeps the answer that a command carried, and forgets those of rounds
// that are over, in the transaction of its events.
func (c *Conductor) afterPoll(r *request, do exercise.Action, events []exercise.Event) error {
	if poll, slot, answer, ok := carried(do); ok {
		if err := c.keepAnswer(poll, slot, answer); err != nil {
			return err
		}
		c.awaitAnswer(r)
	}
	for i := range events {
		switch b := events[i].Body.(type) {
		case *exercise.PollOpened:
			if err := c.beginRound(c.idOf(b.Poll, b.Round)); err != nil {
				return err
			}
		case *exercise.PollClosed:
			c.closeRound(c.idOf(b.Poll, b.Round), true)
		case *exercise.PollReopened:
			c.closeRound(c.idOf(b.Poll, b.Round), false)
		default:
			if id, over := c.endsRound(&events[i]); over {
				c.forgetRound(id)
			}
		}
	}
	return nil
}

func (c *Conductor) beginRound(id ballot.ID) error {
	key, err := c.deps.Keys.Create(id) // there since the command came
	if err != nil {
		return err
	}
	c.sealed.mu.Lock()
	defer c.sealed.mu.Unlock()
	c.sealed.rounds[id] = &sealedRound{key: key, answers: map[string][]byte{}, changes: map[string]int{}}
	return nil
}

func (c *Conductor) closeRound(id ballot.ID, closed bool) {
	c.sealed.mu.Lock()
	defer c.sealed.mu.Unlock()
	if r := c.sealed.rounds[id]; r != nil {
		r.closed = closed
	}
}

// endsRound tells whether an event ends a round, of which then nothing is left
// but what it says.
func (c *Conductor) endsRound(e *exercise.Event) (ballot.ID, bool) {
	switch b := e.Body.(type) {
	case *exercise.PollRevealed:
		return c.idOf(b.Poll, b.Round), true
	case *exercise.PollWithheld:
		return c.idOf(b.Poll, b.Round), true
	case *exercise.PollVoided:
		return c.idOf(b.Poll, b.Round), true
	}
	return ballot.ID{}, false
}

func (c *Conductor) forgetRound(id ballot.ID) {
	if c.deps.Ballots != nil {
		c.batch.With = append(c.batch.With, c.deps.Ballots.Delete(c.id, id.Poll))
	}
	c.sealed.mu.Lock()
	defer c.sealed.mu.Unlock()
	if r := c.sealed.rounds[id]; r != nil {
		for _, contents := range r.answers {
			clear(contents)
		}
	}
	delete(c.sealed.rounds, id)
}

// keepAnswer seals an answer. It is called before the events of its command are
// folded in.
func (c *Conductor) keepAnswer(poll, slot string, answer exercise.PollAnswer) error {
	v, r := c.round(poll)
	if r == nil {
		return fmt.Errorf("question %s is not open here", poll)
	}
	if slot == "" {
		slot = boxSlot(v.Boxed + 1)
	}
	fitted, err := v.Fit(answer)
	if err != nil {
		return err
	}
	contents := fitted.Bytes()
	if c.deps.Ballots != nil {
		sealed, err := r.key.Seal(slot, contents)
		if err != nil {
			return err
		}
		row := ballot.Row{Poll: poll, Round: v.Round, Slot: strings.Clone(slot), Sealed: sealed}
		c.batch.With = append(c.batch.With, c.deps.Ballots.Put(c.id, row))
	}
	c.sealed.mu.Lock()
	defer c.sealed.mu.Unlock()
	r.answers[slot] = contents
	r.changes[slot]++
	return nil
}

// destroyKeys destroys the keys of rounds that ended with events that are
// durable now. What fails is made good when the exercise is opened again.
func (c *Conductor) destroyKeys(events []exercise.Event) {
	for i := range events {
		id, over := c.endsRound(&events[i])
		if !over {
			continue
		}
		if err := c.deps.Keys.Destroy(id); err != nil {
			c.deps.Log.Error("ballot_key_not_destroyed", "exercise", c.id, "error", err)
		}
	}
}

// Answer returns what a unit has answered to a question that is open, for that
// unit's people only; false where there is nothing, or it is too late. It
// may be called from any goroutine. Round is the one that the caller sees.
func (c *Conductor) Answer(poll string, round int, unit string) (exercise.PollAnswer, bool) {
	c.sealed.mu.Lock()
	defer c.sealed.mu.Unlock()
	r := c.sealed.rounds[c.idOf(poll, round)]
	if r == nil || r.closed || r.answers[unit] == nil {
		return exercise.PollAnswer{}, false
	}
	a, err := exercise.ReadPollAnswer(r.answers[unit])
	return a, err == nil
}
