package exercise

import (
	"slices"
	"strings"
	"unicode/utf8"

	"renkei/internal/exercise/scenario"
)

// MaxTitle is how many letters the title of an exercise has at most, in each
// language.
const MaxTitle = 200

// Renamed gives the exercise another title.
type Renamed struct {
	Title scenario.Text `json:"title"`
}

// Type names the event.
func (*Renamed) Type() Type { return "exercise.renamed" }

// Rename gives the exercise another title, before STARTEX.
type Rename struct{ Title scenario.Text }

func (a Rename) decide(d *decision) error {
	if err := first(d.control(), d.phase(Preparing), checkTitle(a.Title)); err != nil {
		return err
	}
	d.emit(toAll, &Renamed{Title: a.Title})
	return nil
}

func checkTitle(title scenario.Text) error {
	if len(title) == 0 {
		return refuse(EmptyText)
	}
	for lang, text := range title {
		bad := len(lang) > MaxName || !utf8.ValidString(text) || slices.ContainsFunc([]rune(text), func(r rune) bool { return r < ' ' })
		if bad || strings.TrimSpace(text) == "" || utf8.RuneCountInString(text) > MaxTitle {
			return refuse(BadTitle, "Limit", MaxTitle)
		}
	}
	return nil
}

// retitle puts a title in the place of that with which the log began. The event
// that opened the log is shared, and stays as it is.
func (s *State) retitle(title scenario.Text) {
	created := *s.created
	created.Title = title
	s.created, s.renamed = &created, title
}
