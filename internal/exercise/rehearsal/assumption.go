package rehearsal

import (
	"slices"

	"renkei/internal/exercise/bots"
)

// Assumption is something that nobody has measured and on which a finding
// rests.
type Assumption struct {
	Key    string `json:"key"`
	Task   string `json:"task,omitempty"`
	Stated bool   `json:"stated,omitempty"` // by the author of the pack
	// Low, Likely and High are seconds of effort, a share, a factor, or a
	// difficulty from 0 to 1.
	Low    float64 `json:"low,omitempty"`
	Likely float64 `json:"likely,omitempty"`
	High   float64 `json:"high,omitempty"`
	Text   string  `json:"text"`
}

// Keys of assumptions. Those of simulated teams are ranges of their profiles.
const (
	AssumeEffort     = "effort"     // of a task
	AssumeDifficulty = "difficulty" // of a task
	AssumeSkill      = "skill"
	AssumePace       = "pace"
	AssumeShares     = "shares"  // share of what they know that teams pass on unasked
	AssumeHelps      = "helps"   // share of questions that teams answer
	AssumeHints      = "takes"   // share of wrong answers after which a hint is taken
	AssumeRevises    = "revises" // share of reports that are sent again
	AssumeIgnores    = "ignores" // share of tasks that a unit never gets to
	AssumeTell       = "tell"    // how long it takes to pass something on
	AssumeSingle     = "single"  // one task at a time
	AssumeParts      = "parts"   // a report is right with all its parts
	AssumeQuiet      = "quiet"   // simulated teams write to personas less than people
	AssumeMarks      = "marks"   // three minutes to mark a report
	AssumeOnlyTasks  = "tasks"   // work is tasks; talk takes no time
	AssumeBots       = "bots"    // what simulated teams can do at all
)

// assume is an assumption that holds for all tasks.
func assume(key string) Assumption {
	t := bots.DefaultTraits()
	a := Assumption{Key: key}
	switch key {
	case AssumeSkill:
		a.Low, a.High = t.Skill.Low, t.Skill.High
	case AssumePace:
		a.Low, a.High = t.Pace.Low, t.Pace.High
	case AssumeShares:
		a.Low, a.High = t.Shares.Low, t.Shares.High
	case AssumeHelps:
		a.Low, a.High = t.Helps.Low, t.Helps.High
	case AssumeHints:
		a.Low, a.High = t.Hints.Low, t.Hints.High
	case AssumeRevises:
		a.Low, a.High = t.Revises.Low, t.Revises.High
	case AssumeIgnores:
		a.Low, a.High = bots.Ignores(t.Skill.High), bots.Ignores(t.Skill.Low)
	case AssumeTell:
		low, high := bots.TellTime()
		a.Low, a.High = low.Seconds(), high.Seconds()
	}
	return a
}

func (f *Figures) effort(t *TaskFigures) Assumption {
	e := t.Effort
	return Assumption{
		Key: AssumeEffort, Task: t.Key, Stated: e.Stated, Low: float64(e.Min), Likely: float64(e.Likely), High: float64(e.Max),
	}
}

func (f *Figures) difficulty(t *TaskFigures) Assumption {
	return Assumption{Key: AssumeDifficulty, Task: t.Key, Stated: t.Rated, Likely: t.Difficulty}
}

// needed is what a task that needs others rests on beside.
func (f *Figures) needed(t *TaskFigures) []Assumption {
	if len(t.Needs) == 0 {
		return nil
	}
	return []Assumption{assume(AssumeShares), assume(AssumeHelps)}
}

// efforts are those of a task and of the tasks of other injects.
func (f *Figures) efforts(t *TaskFigures, injects []string) []Assumption {
	own := f.effort(t)
	others := slices.DeleteFunc(f.effortsOf(injects), func(a Assumption) bool { return a.Task == t.Key })
	return append([]Assumption{own}, others...)
}

// effortsOf are the efforts of the tasks of injects that take working time.
func (f *Figures) effortsOf(injects []string) []Assumption {
	var out []Assumption
	for _, inject := range injects {
		for i := range f.Tasks {
			if t := &f.Tasks[i]; t.Inject == inject && t.Taken > 0 {
				out = append(out, f.effort(t))
			}
		}
	}
	return out
}
