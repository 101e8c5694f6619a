package review

import "renkei/internal/exercise"

// questions counts the answers to the questions of a tabletop.
func (c *counter) questions() (all []QuestionResult) {
	for v := range c.state.Polls() {
		q := QuestionResult{
			Key: v.Key, Module: v.Module, Type: v.Kind, Attributed: v.Attributed, Status: v.Status.String(), Rounds: []RoundResult{},
		}
		for i := range v.Shown {
			q.Rounds = append(q.Rounds, roundResult(v.Kind, &v.Shown[i]))
		}
		all = append(all, q)
	}
	return all
}

func roundResult(kind string, shown *exercise.PollRound) RoundResult {
	r := RoundResult{Round: shown.Round, Simulated: shown.Simulated, Answers: len(shown.Answers)}
	for _, a := range shown.Answers {
		switch kind {
		case exercise.PollChoice, exercise.PollSeveral:
			if r.Chosen == nil {
				r.Chosen = map[string]int{}
			}
			for _, option := range a.Chosen {
				r.Chosen[option]++
			}
		case exercise.PollScale:
			if r.Scale == nil {
				r.Scale = map[int]int{}
			}
			if a.Scale != nil {
				r.Scale[*a.Scale]++
			}
		}
	}
	return r
}
