package api

import (
	"context"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/scenario"
)

type exerciseBody struct {
	ID       string        `json:"id"`
	Title    scenario.Text `json:"title" doc:"By language."`
	Phase    string        `json:"phase" enum:"preparing,running,paused,ended"`
	Clock    string        `json:"clock" doc:"Exercise time as hh:mm:ss."`
	At       exercise.Time `json:"at" doc:"Exercise time in microseconds since STARTEX."`
	End      exercise.Time `json:"end" doc:"When ENDEX is planned."`
	Speed    float64       `json:"speed" doc:"Exercise time per wall time; 0: as fast as it goes."`
	RealStop bool          `json:"real_stop" doc:"Play was stopped for something that is not part of the exercise."`
	Units    []unitBody    `json:"units"`
}

type unitBody struct {
	Key    string        `json:"key"`
	Parent string        `json:"parent,omitempty"`
	Name   scenario.Text `json:"name" doc:"By language."`
	Own    *unitStanding `json:"standing,omitempty" doc:"Only of units whose desk the owner may read."`
}

type unitStanding struct {
	Status    string `json:"status" enum:"present,late,absent,paused,withdrawn"`
	Simulated bool   `json:"simulated"`
	Ready     bool   `json:"ready"`
	Present   int    `json:"present"`
	Expected  int    `json:"expected"`
}

func (s *server) exercise(ctx context.Context, in *OfExercise) (*body[exerciseBody], error) {
	h, c, err := s.find(ctx, in.Exercise)
	if err != nil {
		return nil, err
	}
	out := &body[exerciseBody]{}
	h.Live.Now(func(m *follow.Moment) {
		st := m.State
		at := st.Now(time.Now().UnixMicro())
		out.Body = exerciseBody{
			ID: h.ID, Title: st.Created().Title, Phase: st.Phase().String(), Clock: at.String(), At: at, End: st.End(),
			Speed: st.Speed(), RealStop: st.RealStop(), Units: []unitBody{},
		}
		for u, unit := range st.Play().Cast.Units {
			x := unitBody{Key: unit.Key, Parent: unit.Parent, Name: unit.Name}
			if c.access.Reads(h.ID, unit.Key) {
				v := st.Unit(u)
				x.Own = &unitStanding{v.Status, v.Bot, v.Ready, v.Present, v.Expected}
			}
			out.Body.Units = append(out.Body.Units, x)
		}
	})
	return out, nil
}

type stateIn struct {
	OfExercise
	Unit string `query:"unit" required:"true" maxLength:"200" doc:"Its key, such as asteria or asteria/hospital."`
}

type stateBody struct {
	Injects []injectBody `json:"injects" doc:"For those outside EXCON, what the unit has received."`
	Tasks   []taskBody   `json:"tasks"`
}

type injectBody struct {
	Key          string         `json:"key"`
	Status       string         `json:"status" enum:"waiting,watching,released,skipped,retracted"`
	Due          *exercise.Time `json:"due,omitempty"`
	Released     *exercise.Time `json:"released,omitempty"`
	Acknowledged *exercise.Time `json:"acknowledged,omitempty"`
	Relayed      bool           `json:"relayed,omitempty"`
	TLP          string         `json:"tlp,omitempty"`
}

type taskBody struct {
	Key      string         `json:"key"`
	Type     string         `json:"type"`
	Inject   string         `json:"inject"`
	Status   string         `json:"status" enum:"open,closed,void"`
	Due      exercise.Time  `json:"due"`
	Answered *exercise.Time `json:"answered,omitempty" doc:"First submission."`
	Attempts int            `json:"attempts"`
	Late     bool           `json:"late,omitempty"`
	Solved   *bool          `json:"solved,omitempty" doc:"Only where the owner may know."`
	Points   *float64       `json:"points,omitempty" doc:"Only where the owner may know."`
	Max      *float64       `json:"max,omitempty"`
}

func (s *server) state(ctx context.Context, in *stateIn) (*body[stateBody], error) {
	h, c, err := s.find(ctx, in.Exercise)
	if err != nil {
		return nil, err
	}
	if !c.access.Reads(h.ID, in.Unit) {
		return nil, absent(c)
	}
	out := &body[stateBody]{stateBody{[]injectBody{}, []taskBody{}}}
	h.Live.Now(func(m *follow.Moment) {
		u, ok := m.State.Play().Cast.Index(in.Unit)
		if !ok {
			err = absent(c)
			return
		}
		for v := range m.State.Injects(u) {
			if c.access.Observes(h.ID) || v.Seq > 0 {
				out.Body.Injects = append(out.Body.Injects, injectOf(&v))
			}
		}
		for v := range m.State.Tasks(u) {
			out.Body.Tasks = append(out.Body.Tasks, taskOf(&v, c.access, h.ID))
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func injectOf(v *exercise.InjectView) injectBody {
	b := injectBody{Key: v.Key, Status: string(v.Status), Relayed: v.Relayed, Due: timeOf(v.Due)}
	if v.Status == exercise.InjectOut || v.Status == exercise.InjectWithdrawn {
		b.Released, b.Acknowledged, b.TLP = timeOf(v.Released), timeOf(v.Acked), v.TLP.String()
	}
	return b
}

// taskOf is how a task stands. Points that rest on marks are for EXCON: before
// both evaluators gave theirs, nobody else may know one. Observers get none: a
// score beside its answer is a key.
func taskOf(v *exercise.TaskView, a access.Access, id string) taskBody {
	b := taskBody{
		Key: v.Key, Type: v.Type, Inject: v.Inject, Status: string(v.Status), Due: v.Due, Answered: timeOf(v.First),
		Attempts: v.Attempts, Late: v.Late,
	}
	told := v.Feedback && v.Standing == exercise.Automatic && !a.Observes(id)
	if a.Controls(id) || told {
		b.Solved, b.Points, b.Max = &v.Solved, &v.Points, &v.Max
	}
	return b
}

// timeOf leaves out what has not come.
func timeOf(t exercise.Time) *exercise.Time {
	if t == exercise.Never {
		return nil
	}
	return &t
}
