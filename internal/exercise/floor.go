package exercise

import (
	"slices"
)

// floor is who speaks, and who wishes to.
type floor struct {
	queue   []int32 // units, in the order in which they asked
	speaker int32   // -1: nobody
	poll    string
	since   Time
	until   Time
	spoken  []Time // by unit, without the speech that goes on
}

// MaxSpeech is the longest time to speak that can be given at once.
const MaxSpeech = 60 * 60 * Second

func (a AskFloor) decide(d *decision) error {
	u, err := d.unit(a.Unit)
	if err := first(err, d.phase(Running, OnHold)); err != nil {
		return err
	}
	waits := slices.Contains(d.s.floor.queue, int32(u))
	if !d.s.play.Cast.Units[u].IsTeam() || d.s.units[u].out() {
		return refuse(UnitOut, "Unit", a.Unit, "Status", d.s.units[u].status)
	}
	if waits != a.Withdraw {
		return refuse(FloorAsIs, "Unit", a.Unit)
	}
	d.emit(toAll, &FloorAsked{Unit: a.Unit, Withdrawn: a.Withdraw})
	return nil
}

func (a GiveFloor) decide(d *decision) error {
	if err := d.steer(); err != nil {
		return err
	}
	u, err := d.unit(a.Unit)
	if err != nil {
		return err
	}
	if !d.s.play.Cast.Units[u].IsTeam() || d.s.units[u].out() {
		return refuse(UnitOut, "Unit", a.Unit, "Status", d.s.units[u].status)
	}
	if a.For <= 0 || a.For > MaxSpeech {
		return refuse(BadWithin)
	}
	if a.Poll != "" {
		if _, err := d.poll(a.Poll); err != nil {
			return err
		}
	}
	d.endFloor()
	d.emit(toAll, &FloorGiven{Unit: a.Unit, Until: d.coming(d.at + a.For), Poll: a.Poll})
	return nil
}

func (a EndFloor) decide(d *decision) error {
	if err := d.steer(); err != nil {
		return err
	}
	if d.s.floor.speaker < 0 {
		return refuse(NobodySpeaks)
	}
	d.endFloor()
	return nil
}

// endFloor ends the speech that goes on, if one does.
func (d *decision) endFloor() {
	f := &d.s.floor
	if f.speaker >= 0 {
		d.emit(toAll, &FloorEnded{Unit: d.s.play.Cast.Units[f.speaker].Key, Took: d.at - f.since})
	}
}

func (a MakeCommitment) decide(d *decision) error {
	u, err := d.unit(a.Unit)
	if err := first(err, d.phase(Running, OnHold, Over)); err != nil {
		return err
	}
	if a.Poll != "" {
		if _, err := d.poll(a.Poll); err != nil {
			return err
		}
	}
	if len(d.s.commitments) >= MaxCommitments {
		return refuse(WriteFull, "Entries", MaxCommitments, "Files", 0, "Bytes", 0, "FileBytes", 0)
	}
	c, err := fitCommitment(PollAnswer{Text: a.What, By: a.By, Who: a.Who})
	if err != nil {
		return err
	}
	d.emit(toAll, &CommitmentMade{Unit: d.s.play.Cast.Units[u].Key, Poll: a.Poll, What: c.Text, By: c.By, Who: c.Who})
	return nil
}

// MaxCommitments is how many commitments an exercise has at most, and
// MaxRecalled how many earlier ones the room is shown.
const (
	MaxCommitments = 1000
	MaxRecalled    = 200
)

func (a RecallCommitments) decide(d *decision) error {
	if err := first(d.control(), d.phase(Preparing, Running, OnHold)); err != nil {
		return err
	}
	if len(a.Items) == 0 && !d.s.recalling || len(a.Items) > MaxRecalled {
		return refuse(EmptyText)
	}
	items := make([]RecalledCommitment, len(a.Items))
	for i := range a.Items {
		fitted, err := d.s.fitRecalled(a.Items[i])
		if err != nil {
			return err
		}
		items[i] = fitted
	}
	d.emit(toAll, &CommitmentsRecalled{Items: items})
	return nil
}

func (s *State) fitRecalled(c RecalledCommitment) (RecalledCommitment, error) {
	fitted, err := fitCommitment(PollAnswer{Text: c.What, By: c.By, Who: c.Who})
	if err != nil {
		return c, err
	}
	c.What, c.By, c.Who = fitted.Text, fitted.By, fitted.Who
	if c.Name, err = plainText(c.Name, MaxName); err != nil {
		return c, err
	}
	if c.Outcome, err = plainText(c.Outcome, MaxPollText); err != nil && !isEmpty(err) {
		return c, err
	}
	if _, there := s.play.Cast.Index(c.Unit); c.Unit != "" && !there {
		return c, refuse(UnknownUnit, "Unit", c.Unit)
	}
	if !slices.Contains([]string{CommitmentOpen, CommitmentDone, CommitmentDropped}, c.Status) || len(c.Code) > MaxName {
		return c, refuse(EmptyText)
	}
	return c, nil
}

// foldFloor folds who speaks and who wishes to.
func (s *State) foldFloor(e *Event) error {
	f := &s.floor
	switch b := e.Body.(type) {
	case *FloorAsked:
		return s.withUnit(b.Unit, func(u int) {
			f.leave(u)
			if !b.Withdrawn {
				f.queue = append(f.queue, int32(u))
			}
		})
	case *FloorGiven:
		return s.withUnit(b.Unit, func(u int) {
			f.leave(u)
			f.speaker, f.poll, f.since, f.until = int32(u), b.Poll, e.At, b.Until
		})
	case *FloorEnded:
		return s.withUnit(b.Unit, func(u int) {
			if len(f.spoken) == 0 {
				f.spoken = make([]Time, s.nu())
			}
			f.spoken[u] += b.Took
			f.speaker, f.poll, f.since, f.until = -1, "", 0, 0
		})
	}
	return nil
}

func (f *floor) leave(u int) {
	f.queue = slices.DeleteFunc(f.queue, func(q int32) bool { return q == int32(u) })
	if len(f.queue) == 0 {
		f.queue = nil
	}
}

// FloorView is who speaks, who wishes to, and how long each has spoken.
type FloorView struct {
	Queue   []string // keys of units
	Speaker string   // "": nobody
	Poll    string   // what it speaks about
	Since   Time
	Until   Time
	Spoken  map[string]Time
}

// Floor returns who speaks. It makes a new value each time.
func (s *State) Floor() FloorView {
	f := &s.floor
	v := FloorView{Since: f.since, Until: f.until, Poll: f.poll, Spoken: map[string]Time{}}
	for _, u := range f.queue {
		v.Queue = append(v.Queue, s.play.Cast.Units[u].Key)
	}
	if f.speaker >= 0 {
		v.Speaker = s.play.Cast.Units[f.speaker].Key
	}
	for u, t := range f.spoken {
		if t > 0 {
			v.Spoken[s.play.Cast.Units[u].Key] = t
		}
	}
	return v
}

// Recalled are the commitments of earlier tabletops that the room was shown last;
// on reports whether it is shown them now: from when they are recalled until they
// are taken away or a question is announced.
func (s *State) Recalled() (items []RecalledCommitment, on bool) {
	return slices.Clone(s.recalled), s.recalling
}

// foldRecalled folds what became of earlier commitments.
func (s *State) foldRecalled(b *CommitmentsRecalled) {
	if s.recalling = len(b.Items) > 0; s.recalling {
		s.recalled = b.Items
	}
}

// Commitments are what units promised, in their order.
func (s *State) Commitments() []*CommitmentMade { return slices.Clone(s.commitments) }
