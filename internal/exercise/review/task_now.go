package review

import "renkei/internal/exercise"

// TaskNow is how a task of unit number u stands while play goes on: what the
// report would say of it now, but for what it takes from the log. Hints that
// came by themselves count with those asked for.
func TaskNow(s *exercise.State, u int, v *exercise.TaskView) *TaskResult {
	return &TaskResult{
		Key: v.Key, Type: v.Type, Inject: v.Inject, Status: statusOf(v), Attempts: v.Attempts, Solved: v.Solved,
		Late: v.Late && v.Attempts > 0, Hints: v.Hints,
		Points: pointsOf(v.Points), Max: pointsOf(v.Max), Standing: standingOf(s, u, v),
	}
}
