package exercise

import (
	"encoding/hex"
	"math"
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

// checkAnswer refuses what is no answer to a task of this type.
func (d *decision) checkAnswer(task int, a *Submit) error {
	def := d.s.tasks[task]
	if err := checkSizes(a); err != nil {
		return err
	}
	form := def.form != nil
	if a.Parts != nil && !form || a.File != nil && def.kind != scenario.TaskFile || a.Text != "" && form {
		return refuse(WrongKind, "Task", a.Task)
	}
	switch def.kind {
	case scenario.TaskShare:
		return refuse(ShareByMessage, "Task", a.Task)
	case scenario.TaskFile:
		return a.File.check(def, a.Task)
	case scenario.TaskReport, scenario.TaskAnswer, scenario.TaskFlag:
		if form {
			return def.checkForm(a)
		}
		if strings.TrimSpace(a.Text) == "" {
			return refuse(EmptyAnswer, "Task", a.Task)
		}
		return nil
	}
	if !slices.ContainsFunc(a.Items, func(it string) bool { return strings.TrimSpace(it) != "" }) {
		return refuse(EmptyAnswer, "Task", a.Task)
	}
	if def.kind == scenario.TaskChoice {
		return def.checkOptions(a.Items)
	}
	return nil
}

func checkSizes(a *Submit) error {
	items, parts := 0, 0
	for _, it := range a.Items {
		items += len(it)
	}
	for key, text := range a.Parts {
		parts += len(key) + len(text)
	}
	if max(items, parts) > MaxText {
		return refuse(TooLong, "Limit", MaxChars)
	}
	return tooLong(a.Text)
}

func (def *taskDef) checkOptions(items []string) error {
	for _, it := range items {
		if !slices.Contains(def.options, it) {
			return refuse(UnknownOption, "Option", it, "Task", def.key)
		}
	}
	return nil
}

// checkKey refuses an amended key that the type of the task does not have.
func (def *taskDef) checkKey(a *AmendTask) error {
	bad := refuse(BadAmendKey, "Task", a.Task)
	answer := def.kind == scenario.TaskAnswer
	switch {
	case !answer && (len(a.Match) > 0 || a.Number != nil || a.Tolerance != ""):
		return bad
	case len(a.Accept) > 0 && (def.kind == scenario.TaskReport || def.kind == scenario.TaskShare):
		return bad
	case a.Number != nil && (math.IsNaN(*a.Number) || math.IsInf(*a.Number, 0)):
		return bad
	}
	if _, ok := scenario.ParseTolerance(a.Tolerance); a.Tolerance != "" && !ok {
		return bad
	}
	for _, src := range a.Match {
		if _, err := scenario.CompilePattern(src); err != nil {
			return refuse(BadPattern, "Pattern", src, "Cause", err.Error())
		}
	}
	switch def.kind {
	case scenario.TaskChoice:
		return def.checkOptions(a.Accept)
	case scenario.TaskFile:
		for _, sum := range a.Accept {
			if raw, err := hex.DecodeString(sum); err != nil || len(raw) != 32 {
				return bad
			}
		}
	}
	return nil
}
