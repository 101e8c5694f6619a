package review

import (
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

func (t *replayText) tasks(margin int, all []SceneTask) {
	t.group(margin, "tasks", len(all))
	for i := range all {
		task := &all[i]
		t.timed(margin+2, task.Opened, t.say("task", i18n.Args{
			"Key": task.Key, "Type": t.T("review.type." + task.Type), "Inject": task.Inject, "Roles": t.roles(task.For), "State": t.taskState(task),
		}))
		if t.full {
			t.answers(margin+2+hang, task.Answers)
		}
	}
}

// roles names roles by their titles.
func (t *replayText) roles(keys []string) string {
	var names []string
	for i := range t.play.Pack.Roles {
		if r := &t.play.Pack.Roles[i]; slices.Contains(keys, r.Key) {
			names = append(names, r.Title.In(t.Lang(), t.play.Pack.Languages[0]))
		}
	}
	return strings.Join(names, t.sep())
}

// taskState says how a task stands: in time or not, solved, and its points.
func (t *replayText) taskState(task *SceneTask) string {
	args := i18n.Args{"Due": task.Due.clock()}
	parts := []string{}
	switch task.Status {
	case TaskAnswered:
		args["Clock"], args["Attempts"] = task.First.clock(), task.Attempts
		parts = append(parts, t.say("task.answered", args))
		if task.Late {
			parts = append(parts, t.say("task.late", args))
		}
		if task.Solved && solvable(task.Type) {
			parts = append(parts, t.say("task.solved", nil))
		}
	default:
		parts = append(parts, t.say("task."+task.Status, args))
	}
	if task.Hints > 0 {
		parts = append(parts, t.say("task.hints", i18n.Args{"N": task.Hints}))
	}
	if task.Precision != nil {
		parts = append(parts, t.say("task.found", i18n.Args{"Precision": task.Precision.Share(), "Recall": task.Recall.Share()}))
	}
	if points := t.points(task); points != "" {
		parts = append(parts, points)
	}
	return strings.Join(parts, t.sep())
}

func (t *replayText) points(task *SceneTask) string {
	switch {
	case task.Status == TaskVoid, task.Status != TaskAnswered && task.Standing == exercise.Automatic:
		return ""
	case task.Standing == Unmarked || task.Standing == exercise.Differing:
		return t.say("points."+string(task.Standing), nil)
	}
	args := i18n.Args{"Points": task.Points.String(), "Max": task.Max.String()}
	if task.Standing == exercise.Automatic {
		return t.say("points", args)
	}
	args["Standing"] = t.T("review.standing." + string(task.Standing))
	return t.say("points.marked", args)
}

func (t *replayText) answers(margin int, all []SceneAnswer) {
	for i := range all {
		a := &all[i]
		text := strings.TrimSpace(a.Text)
		if len(a.Items) > 0 {
			text = strings.Join(a.Items, t.sep())
		}
		key := "answer"
		if text == "" && a.Via > 0 {
			key = "answer.via"
		}
		if a.File != nil {
			text = t.file(a.File)
		}
		t.put(margin, 2, t.say(key, i18n.Args{"Clock": a.At.clock(), "Text": text, "Seq": a.Via}))
		for _, p := range a.Parts {
			t.put(margin+2, 2, t.say("part", i18n.Args{"Title": p.Title.In(t.Lang(), t.play.Pack.Languages[0]), "Text": strings.TrimSpace(p.Text)}))
		}
	}
}
