package pages

import (
	"cmp"
	"slices"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/web"
)

// UnitInject is an inject that a unit has received, as its desk lists it.
type UnitInject struct {
	Key, From, Role  string
	Persona          string // key of the sender
	Subject          string
	When             Instant
	Tlp              scenario.TLP
	Acked, Withdrawn bool
	Reason           string // why it was withdrawn
	Tasks            Progress
	seq              uint64
	Release          *exercise.InjectReleased
	Relay            *exercise.InjectRelayed // nil: it came directly
}

// UnitInject is inject number i as its unit sees it.
func (s *Moment) UnitInject(i int, v *exercise.InjectView) UnitInject {
	in := UnitInject{
		Key: v.Key, When: s.Instant(v.Released), Tlp: v.TLP, seq: v.Seq, Acked: v.Acked != exercise.Never,
		Withdrawn: v.Status == exercise.InjectWithdrawn, Persona: s.personaOf(i),
	}
	if p := s.State.Play().Pack.PersonaByKey(in.Persona); p != nil {
		in.From, in.Role = p.Name.In(s.Langs()...), p.Role.In(s.Langs()...)
	}
	// What was passed on to the unit is the unit's to read, its original too.
	excon := exercise.Viewer{Control: true}
	e, _ := s.Event(excon, v.Seq)
	if b, ok := e.Body.(*exercise.InjectRelayed); ok {
		in.Relay = b
		e, _ = s.Event(excon, b.Of)
	}
	in.Release, _ = e.Body.(*exercise.InjectReleased)
	if in.Withdrawn {
		in.Reason = s.whyWithdrawn(v.Key)
	}
	for t := range s.State.TasksOf(i, s.Request.UnitIndex) {
		in.Tasks.count(&t, s.Now())
	}
	return in
}

// HasInject refuses what the unit has not received as what does not exist.
func (s *Moment) HasInject() error {
	i, ok := s.State.InjectIndex(s.Request.PathValue("inject"))
	if !ok {
		return web.ErrNotFound
	}
	if v, ok := s.State.Inject(i, s.Request.UnitIndex); !ok || v.Seq == 0 {
		return web.ErrNotFound
	}
	return nil
}

// Progress counts injects and tasks.
type Progress struct{ Coming, Out, Asked, Answered, Judged, Late int }

// Received lists what a unit has been given, the latest first.
func (s *Moment) Received() []UnitInject {
	var all []UnitInject
	for i := range s.State.InjectCount() {
		if v, ok := s.State.Inject(i, s.Request.UnitIndex); ok && v.Seq > 0 {
			all = append(all, s.UnitInject(i, &v))
		}
	}
	slices.SortFunc(all, func(a, b UnitInject) int { return cmp.Compare(b.seq, a.seq) })
	return all
}

// count adds a task to the progress with an inject.
func (p *Progress) count(t *exercise.TaskView, now exercise.Time) {
	switch {
	case t.Status == exercise.TaskVoid:
		return
	case t.First != exercise.Never:
		p.Answered++
	case now > t.Due:
		p.Late++
	}
	p.Asked++
}

// personaOf is the key of the persona from whom an inject comes.
func (s *Moment) personaOf(i int) string {
	if added := s.State.Added(i); added != nil {
		return added.From
	}
	return s.State.Play().Pack.Injects[i].From
}
