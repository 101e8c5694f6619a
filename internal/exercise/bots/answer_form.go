package bots

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// form fills in the parts of a report; nil when it has none. What the team has
// understood stands in the first part that takes a text.
func (c *Bots) form(a *attempt) map[string]string {
	if a.task == nil || len(a.task.Form) == 0 {
		return nil
	}
	parts, told := map[string]string{}, false
	for i := range a.task.Form {
		part := &a.task.Form[i]
		if !part.Required && !a.rand.yes(a.chance+0.2) && (told || i+1 < len(a.task.Form)) {
			continue
		}
		if part.Kind == scenario.PartText && !told {
			parts[part.Key], told = c.report(&a.rand, a.plan, a.key.Mentions, a.chance), true
			continue
		}
		parts[part.Key] = c.part(a, part)
	}
	return parts
}

func (c *Bots) part(a *attempt, part *scenario.FormPart) string {
	switch part.Kind {
	case scenario.PartNumber:
		return strconv.Itoa(1 + a.rand.below(200))
	case scenario.PartTime:
		return c.play.Pack.Startex.Add(-time.Duration(a.rand.below(180)) * time.Minute).Format("15:04")
	case scenario.PartList:
		return c.list(a)
	case scenario.PartChoice:
		return pick(a, part.Options)
	}
	return c.unsure(a.unit)
}

// list holds the indicators that the team knows, one a line.
func (c *Bots) list(a *attempt) string {
	var lines []string
	for _, forms := range a.key.Mentions {
		if len(forms) > 0 && looksLikeIndicator(forms[0]) && a.rand.yes(a.chance+0.1) {
			lines = append(lines, scenario.PlainForm(forms[0]))
		}
	}
	if lines == nil {
		return c.unsure(a.unit)
	}
	return strings.Join(lines, "\n")
}

// pick prefers what the author holds correct, if anything.
func pick(a *attempt, options []scenario.Option) string {
	right := a.rand.yes(a.chance)
	for i := range options {
		if right && options[i].Correct {
			return options[i].Key
		}
	}
	return options[a.rand.below(len(options))].Key
}

// file hands in a file that fits a rule by name, kind and size; or notes that
// fit none but a lenient one. A file that must have a certain hash only people
// can find.
func (c *Bots) file(a *attempt) *exercise.Upload {
	notes := []byte(c.report(&a.rand, a.plan, nil, 0) + "\n")
	if a.rand.yes(a.chance) {
		for i := range a.key.Files {
			if r := &a.key.Files[i]; r.SHA256 == "" {
				return exercise.NewUpload(nameFor(r), fill(r, contentFor(r.Media, notes)))
			}
		}
	}
	return exercise.NewUpload("notes.txt", notes)
}

// nameFor is a name that the pattern of a rule takes.
func nameFor(r *scenario.FileRule) string {
	if r.Name == "" {
		return "result"
	}
	return strings.NewReplacer("*", "result", "?", "1").Replace(r.Name)
}

// contentFor is a small file of a media type; notes where none is known.
func contentFor(media string, notes []byte) []byte {
	switch strings.ToLower(media) {
	case "text/csv":
		return []byte("type,value\nipv4,192.0.2.1\ndomain,c2.example\n")
	case "text/tab-separated-values":
		return []byte("type\tvalue\nipv4\t192.0.2.1\n")
	case "application/json":
		return []byte(`{"indicators": ["192.0.2.1", "c2.example"]}` + "\n")
	case "application/xml", "text/xml":
		return []byte(`<?xml version="1.0"?><indicators><ipv4>192.0.2.1</ipv4></indicators>` + "\n")
	case "application/pdf":
		return []byte("%PDF-1.7\n%%EOF\n")
	case "image/*", "image/png":
		return []byte("\x89PNG\r\n\x1a\n")
	case "application/zip":
		return []byte("PK\x05\x06" + strings.Repeat("\x00", 18))
	}
	return notes
}

// fill lengthens a file to the least size of its rule: tables by rows, others
// by empty lines.
func fill(r *scenario.FileRule, data []byte) []byte {
	row := []byte("\n")
	if strings.EqualFold(r.Media, "text/csv") {
		row = []byte("ipv4,192.0.2.2\n")
	}
	if short := r.Min - int64(len(data)); short > 0 {
		data = append(data, bytes.Repeat(row, int(short)/len(row)+1)...)
	}
	return data
}
