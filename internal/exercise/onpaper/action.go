package onpaper

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

func (r *reader) action(what string) exercise.Action {
	item := r.text("item")
	switch what {
	case "release":
		var units []string
		if r.text("unit") != "" {
			units = []string{r.unit("unit", r.text("unit"))}
		}
		return exercise.Release{Inject: r.named(item), Units: units}
	case "ack":
		return exercise.Acknowledge{Inject: r.named(item), Unit: r.unit("unit", r.text("unit"))}
	case "answer":
		return r.answer(r.named(item))
	case "hint":
		return exercise.TakeHint{Task: r.named(item), Unit: r.unit("unit", r.text("unit"))}
	case "relay":
		return exercise.RelayTo{
			Inject: r.named(item), From: r.unit("unit", r.text("unit")), Unit: r.unit("to", r.text("to")), Text: r.text("text"), TLP: r.tlp(),
		}
	case "message":
		from := r.end("unit", r.text("unit"))
		send := exercise.Send{From: strings.TrimPrefix(from, exercise.EndUnit), Text: r.text("text"), TLP: r.tlp()}
		for _, to := range strings.FieldsFunc(r.text("to"), func(c rune) bool { return strings.ContainsRune(",;、，\n", c) }) {
			send.Ends = append(send.Ends, r.end("to", to))
		}
		return send
	case "call": // the other side confirms it afterwards, on its page
		with := strings.TrimPrefix(r.end("to", r.text("to")), exercise.EndUnit)
		return exercise.NoteCall{Unit: r.unit("unit", r.text("unit")), With: with, Text: r.text("text"), TLP: r.tlp()}
	case "note":
		unit := ""
		if r.text("unit") != "" {
			unit = r.unit("unit", r.text("unit"))
		}
		return exercise.AddNote{Unit: unit, Text: r.text("text"), Re: item}
	}
	return nil
}

// named tells a missing key.
func (r *reader) named(item string) string {
	if item == "" {
		r.issue("item", "paper_item")
	}
	return item
}

func (r *reader) tlp() scenario.TLP {
	text := strings.TrimPrefix(strings.ToUpper(norm.NFKC.String(r.text("tlp"))), "TLP:")
	t, err := scenario.ParseTLP(strings.TrimSpace(text))
	if err != nil {
		r.issue("tlp", "tlp")
	}
	return t
}

// unit finds a unit by its key, its code (a team's) or its name.
func (r *reader) unit(column, text string) string {
	for _, u := range r.play.Cast.Units {
		if u.Key == text || u.Parent == "" && (fold(u.Code) == fold(text) || named(u.Name, text)) {
			return u.Key
		}
	}
	r.issue(column, "paper_unit")
	return ""
}

func named(t scenario.Text, text string) bool {
	for _, name := range t {
		if fold(name) == fold(text) {
			return text != ""
		}
	}
	return false
}

// end finds whom a message comes from or goes to.
func (r *reader) end(column, text string) string {
	text = strings.TrimSpace(text)
	switch fold(text) {
	case "liaison", "liaisonroom", "連絡室":
		return exercise.EndLiaison
	case "excon":
		return exercise.EndExcon
	}
	for _, p := range r.play.Pack.Personas {
		if p.Key == strings.TrimPrefix(text, exercise.EndPersona) || named(p.Name, text) {
			return exercise.EndPersona + p.Key
		}
	}
	return exercise.EndUnit + r.unit(column, strings.TrimPrefix(text, exercise.EndUnit))
}
