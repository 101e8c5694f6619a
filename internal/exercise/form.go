package exercise

import (
	"maps"
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

// checkForm refuses what would be filed incomplete: what counts as reported is
// always complete.
func (def *taskDef) checkForm(a *Submit) error {
	for _, key := range slices.Sorted(maps.Keys(a.Parts)) {
		if !slices.ContainsFunc(def.form, func(p scenario.FormPart) bool { return p.Key == key }) {
			return refuse(UnknownPart, "Part", key, "Task", def.key)
		}
	}
	var missing, invalid partNames
	filled := false
	for i := range def.form {
		part := &def.form[i]
		switch text := a.Parts[part.Key]; {
		case strings.TrimSpace(text) != "":
			filled = true
			if !fits(part, text) {
				invalid = append(invalid, part.Title)
			}
		case part.Required:
			missing = append(missing, part.Title)
		}
	}
	switch {
	case missing != nil || invalid != nil:
		return refuse(FormIncomplete, "Task", def.key, "Missing", missing, "Invalid", invalid)
	case !filled:
		return refuse(EmptyAnswer, "Task", def.key)
	}
	return nil
}

// fits reports whether what was filled in is of the kind of the part.
func fits(part *scenario.FormPart, text string) bool {
	switch part.Kind {
	case scenario.PartNumber:
		_, ok := scenario.ParseNumber(text)
		return ok
	case scenario.PartTime:
		return scenario.NamesTime(text)
	case scenario.PartChoice:
		return slices.ContainsFunc(part.Options, func(o scenario.Option) bool { return o.Key == strings.TrimSpace(text) })
	}
	return true
}

// said is the text of a submission; of a form all its parts, a line each, in
// the order of the form.
func (def *taskDef) said(b *Submitted) string {
	if len(b.Parts) == 0 {
		return b.Text
	}
	return PartsText(def.form, b.Parts)
}

// filled are the parts that were filled in; none is none, as in the stored form.
func filled(parts map[string]string) map[string]string {
	out := map[string]string{}
	for key, text := range parts {
		if strings.TrimSpace(text) != "" {
			out[key] = text
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// PartsText joins the parts of a form that were filled in, in its order.
func PartsText(form []scenario.FormPart, parts map[string]string) string {
	var lines []string
	for i := range form {
		if text := strings.TrimSpace(parts[form[i].Key]); text != "" {
			lines = append(lines, text)
		}
	}
	return strings.Join(lines, "\n")
}

// lastCounts reports whether of several submissions the last is judged, not the
// best.
func (def *taskDef) lastCounts() bool {
	return def.kind == scenario.TaskReport || def.kind == scenario.TaskFile
}
