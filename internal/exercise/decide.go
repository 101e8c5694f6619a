package exercise

import (
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

// The longest text that a command may carry, in characters and in bytes.
const (
	MaxChars = 16_000
	MaxText  = 4 * MaxChars
)

// MaxPoints is the most that a task may give, in a pack too.
const MaxPoints = 10_000.0

// maxAhead bounds times that a command sets: further on, sums of times would
// run over.
const maxAhead = Time(1<<62) / 2

// MaxSpeed is the fastest that exercise time may run against wall time, beside
// 0, as fast as it goes.
const MaxSpeed = 10_000

// decision collects the events of one command.
type decision struct {
	s     *State
	c     *Command
	at    Time
	out   []Event
	old   int        // length of out before this command
	texts *textCache // nil: nothing is kept
}

// Decide turns a command into events, appended to out, or refuses it with a
// *Refusal and no event. It does not change the state: Apply the events. While
// the clock stands, and for a command older than the last event, the events
// have the time of the last event.
func (s *State) Decide(c *Command, out []Event) ([]Event, error) {
	d := &s.scratch // a new one for each command would be a sixth of all garbage
	d.s, d.c, d.at, d.out, d.old = s, c, s.at, out, len(out)
	if s.clock.phase == Running {
		d.at = max(c.At, s.at)
	}
	if s.isReplaced(&c.Actor) {
		return out, refuse(NotAllowed)
	}
	if err := c.Do.decide(d); err != nil {
		return out, err
	}
	if err := d.withinQuota(d.out[d.old:]); err != nil {
		return out, err
	}
	out, d.out, d.c = d.out, nil, nil
	if n := len(out); n > d.old {
		out[n-1].Place = Last
	}
	return out, nil
}

// isReplaced reports whether somebody is a simulated team in whose place there
// are people. What it had decided before they came, as ahead of a commit that
// another node won, is not done any more.
func (s *State) isReplaced(a *Actor) bool {
	if !strings.HasPrefix(a.ID, botPrefix) {
		return false
	}
	u, ok := s.play.Cast.Index(a.Unit)
	return !ok || !s.units[u].bot
}

// emit adds an event and returns its seq.
func (d *decision) emit(to Audience, b Body) uint64 {
	seq := d.s.seq + 1 + uint64(len(d.out)-d.old)
	d.out = append(d.out, Event{
		Seq: seq, At: d.at, Wall: d.c.Wall, Actor: d.c.Actor.ID, To: to, Cmd: d.c.Key, Place: Inner, Body: b,
	})
	return seq
}

var (
	toAll     = Audience{ToAll}
	toControl = Audience{ToControl}
)

func (d *decision) control() error {
	if d.c.Actor.Role < RoleControl {
		return refuse(NotAllowed)
	}
	return nil
}

// unit finds a unit for which the actor may act: EXCON for every unit, a
// player for the own one.
func (d *decision) unit(key string) (int, error) {
	u, ok := d.s.play.Cast.Index(key)
	switch {
	case d.c.Actor.Role >= RoleControl && !ok:
		return 0, refuse(UnknownUnit, "Unit", key)
	case d.c.Actor.Role >= RoleControl:
		return u, nil
	case d.c.Actor.Role != RolePlayer || !ok || d.c.Actor.Unit != key:
		return 0, refuse(NotAllowed)
	}
	return u, nil
}

func (d *decision) phase(ok ...Phase) error {
	if slices.Contains(ok, d.s.clock.phase) {
		return nil
	}
	return refuse(WrongClock, "Phase", d.s.clock.phase.String())
}

func checkText(text string) error {
	if strings.TrimSpace(text) == "" {
		return refuse(EmptyText)
	}
	return tooLong(text)
}

func checkSpeed(speed float64) error {
	if !(speed >= 0 && speed <= MaxSpeed) {
		return refuse(WrongSpeed, "Limit", MaxSpeed)
	}
	return nil
}

func validWithin(t Time) bool { return t > 0 && t <= maxAhead }

// coming is a time that a command sets; one that has passed means now.
func (d *decision) coming(t Time) Time { return min(max(t, d.at), maxAhead) }

// first returns the first error.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (a Start) decide(d *decision) error {
	if err := first(d.control(), d.phase(Preparing), checkSpeed(a.Speed)); err != nil {
		return err
	}
	d.emit(toAll, &Started{Speed: a.Speed})
	return nil
}

func (a Pause) decide(d *decision) error {
	if err := first(d.control(), d.phase(Running)); err != nil {
		return err
	}
	if a.Until != 0 && (a.Until <= d.c.Wall || a.Until > d.c.Wall+maxPause) {
		return refuse(PauseUntil)
	}
	d.emit(toAll, &Paused{Reason: a.Reason, Until: a.Until, Ask: a.Ask && a.Until != 0})
	return nil
}

// maxPause is the longest pause with an end, in microseconds: three days.
const maxPause = int64(3 * 24 * 60 * 60 * Second)

func (a MoveEnd) decide(d *decision) error {
	if err := first(d.control(), d.phase(Preparing, Running, OnHold)); err != nil {
		return err
	}
	if a.To <= d.at || a.To > maxAhead || a.To == d.s.end {
		return refuse(EndTime, "Now", d.at.String(), "End", d.s.end.String())
	}
	d.emit(toAll, &EndMoved{From: d.s.end, To: a.To})
	return nil
}

func (a Resume) decide(d *decision) error {
	if err := first(d.control(), d.phase(OnHold)); err != nil {
		return err
	}
	d.emit(toAll, &Resumed{})
	return nil
}

func (a SetSpeed) decide(d *decision) error {
	if err := first(d.control(), d.phase(Preparing, Running, OnHold), checkSpeed(a.Speed)); err != nil {
		return err
	}
	d.emit(toAll, &SpeedSet{Speed: a.Speed})
	return nil
}

func (a Jump) decide(d *decision) error {
	if err := first(d.control(), d.phase(Running, OnHold)); err != nil {
		return err
	}
	if d.s.clock.stopped {
		return refuse(PlayStopped)
	}
	if a.Mode != JumpSkip && a.Mode != JumpRelease {
		return refuse(JumpMode, "Mode", a.Mode)
	}
	if a.To <= d.at || a.To > d.s.end {
		return refuse(JumpBack, "From", d.at.String(), "To", a.To.String(), "End", d.s.end.String())
	}
	from := d.at
	d.at = a.To
	d.emit(toAll, &Jumped{From: from, Mode: a.Mode})
	return nil
}

func (a Recover) decide(d *decision) error {
	if d.c.Actor.Role != RoleClock {
		return refuse(NotAllowed)
	}
	if err := d.phase(Running); err != nil {
		return err
	}
	d.emit(toAll, &Recovered{Down: a.Down, Paused: a.Pause})
	return nil
}

func (a End) decide(d *decision) error {
	if err := first(d.control(), d.phase(Running, OnHold)); err != nil {
		return err
	}
	d.voidAll()
	d.emit(toAll, &Ended{Reason: "early"})
	return nil
}

func (a SetReady) decide(d *decision) error {
	u, err := d.unit(a.Unit)
	if err := first(err, d.phase(Preparing)); err != nil {
		return err
	}
	d.emit(d.s.play.toUnit[u], &UnitReady{Unit: a.Unit, Ready: a.Ready})
	return nil
}

func (a Attend) decide(d *decision) error {
	u, err := d.unit(a.Unit)
	if err != nil {
		return err
	}
	if a.Present < 0 || a.Present > a.Expected || len(a.People) > a.Present {
		return refuse(BadAttendance)
	}
	d.emit(d.s.play.toUnit[u], &Attendance{Unit: a.Unit, Present: a.Present, Expected: a.Expected, People: a.People})
	return nil
}

func (a SetStatus) decide(d *decision) error {
	if err := first(d.control(), d.phase(Preparing, Running, OnHold)); err != nil {
		return err
	}
	u, err := d.unit(a.Unit)
	if err != nil {
		return err
	}
	known := []string{Present, Late, Absent, UnitPause, Withdrawn}
	us := &d.s.units[u]
	if !slices.Contains(known, a.Status) || us.status == Withdrawn || us.status == a.Status {
		return refuse(BadStatus, "Unit", a.Unit, "Status", a.Status, "Is", us.status)
	}
	b := &UnitStatus{Unit: a.Unit, Status: a.Status, Reason: a.Reason}
	if us.frozen() && a.Status != Late && a.Status != UnitPause {
		b.Shift = d.at - us.frozenAt
	}
	d.emit(d.s.play.toUnit[u], b)
	return nil
}

func (a Join) decide(d *decision) error {
	u, err := d.unit(a.Unit)
	if err := first(err, d.phase(Preparing, Running, OnHold)); err != nil {
		return err
	}
	if d.s.units[u].joined {
		return refuse(AlreadyJoined, "Unit", a.Unit)
	}
	d.emit(toControl, &UnitJoined{Unit: a.Unit})
	return nil
}

func (a SetStandIn) decide(d *decision) error {
	if err := first(d.control(), d.phase(Preparing, Running, OnHold)); err != nil {
		return err
	}
	u, err := d.unit(a.Unit)
	if err != nil {
		return err
	}
	if d.s.units[u].bot == a.Bot {
		return refuse(AlreadyPlayed, "Unit", a.Unit, "Bot", a.Bot)
	}
	d.emit(toControl, &StandIn{Unit: a.Unit, Bot: a.Bot})
	return nil
}

func (a AddNote) decide(d *decision) error {
	if err := checkText(a.Text); err != nil {
		return err
	}
	to := toControl
	if a.Own {
		u, err := d.unit(a.Unit)
		if err != nil {
			return err
		}
		to = d.s.play.toUnit[u]
	} else if d.c.Actor.Role < RoleEvaluator {
		return refuse(NotAllowed)
	} else if a.Unit != "" {
		if _, ok := d.s.play.Cast.Index(a.Unit); !ok {
			return refuse(UnknownUnit, "Unit", a.Unit)
		}
	}
	d.emit(to, &Note{Unit: a.Unit, Text: a.Text, Re: a.Re, Own: a.Own})
	if a.Re != "" && !a.Own {
		d.dealt(a.Re)
	}
	return nil
}

func (a AnswerHotWash) decide(d *decision) error {
	u, err := d.unit(a.Unit)
	if err := first(err, d.phase(Over), checkText(a.Text)); err != nil {
		return err
	}
	d.emit(d.s.play.toUnit[u], &HotWash{Unit: a.Unit, Question: a.Question, Text: a.Text})
	return nil
}

func (a RaiseReal) decide(d *decision) error {
	if err := checkText(a.Text); err != nil {
		return err
	}
	to := toControl
	if a.Unit != "" {
		u, err := d.unit(a.Unit)
		if err != nil {
			return err
		}
		to = d.s.play.toUnit[u]
	}
	d.emit(to, &RealRaised{Unit: a.Unit, Text: a.Text})
	return nil
}

func (a StopReal) decide(d *decision) error {
	if err := first(d.control(), d.phase(Running, OnHold), checkText(a.Text)); err != nil {
		return err
	}
	if d.s.clock.stopped {
		return refuse(PlayStopped)
	}
	d.emit(toAll, &Stopped{Text: a.Text})
	d.dealt("")
	return nil
}

// inject finds an inject by its key.
func (d *decision) inject(key string) (int, error) {
	if i, ok := d.s.injectByKey(key); ok {
		return i, nil
	}
	return 0, refuse(UnknownInject, "Inject", key)
}

// task finds a task by its key.
func (d *decision) task(key string) (int, error) {
	if t, ok := d.s.taskByKey(key); ok {
		return t, nil
	}
	return 0, refuse(UnknownTask, "Task", key)
}

// units resolves keys of units; none means all.
func (d *decision) units(keys []string) ([]int, error) {
	if len(keys) == 0 {
		return d.s.unitsOf("")
	}
	out := make([]int, 0, len(keys))
	for _, k := range keys {
		found := len(out)
		for u, unit := range d.s.play.Cast.Units {
			group := (k == scenario.AudTeams || k == scenario.AudCells || k == scenario.AudAll) && addressed(k, unit)
			if (group || unit.Key == k) && !slices.Contains(out, u) {
				out = append(out, u)
			}
		}
		if _, ok := d.s.play.Cast.Index(k); !ok && found == len(out) {
			return nil, refuse(UnknownUnit, "Unit", k)
		}
	}
	return out, nil
}
