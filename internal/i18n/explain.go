package i18n

import (
	"errors"
	"maps"
	"strings"
)

// UserTexter is an error that says in the reader's words what to do: a key of
// the catalogue with its arguments, names in the first of the languages that has
// them. One that also has Unavailable() bool may be gone when one asks again.
type UserTexter interface {
	error
	UserText(langs ...string) (key string, args Args)
}

// maxNames is how many names of a list an explanation says.
const maxNames = 40

// NewError returns an error for a sentinel value, with the sentence that people
// read: a key of the catalogue.
func NewError(text, key string) error { return &sentinel{text, key} }

type sentinel struct{ text, key string }

func (s *sentinel) Error() string { return s.text }

func (s *sentinel) UserText(...string) (string, Args) { return s.key, nil }

// Names is an argument of [UserTexter]: a list that is joined, and cut where it
// is long.
type Names []string

// Explain returns what the outermost UserTexter of err says, and false where
// there is none. An argument that is an error is explained in its turn, else it
// stands in its own words.
func (p *Printer) Explain(err error) (text string, ok bool) {
	var says UserTexter
	if !errors.As(err, &says) {
		return "", false
	}
	key, args := says.UserText(p.lang, "en")
	args = maps.Clone(args)
	for name, value := range args {
		switch v := value.(type) {
		case error:
			args[name] = p.cause(v)
		case Names:
			args[name] = p.List(v)
		}
	}
	return p.T(key, args), true
}

// cause is an error within a sentence.
func (p *Printer) cause(err error) string {
	if text, ok := p.Explain(err); ok {
		return strings.TrimSuffix(text, ".")
	}
	return err.Error()
}

// List joins names, and says of a long list how many more there are.
func (p *Printer) List(names []string) string {
	if more := len(names) - maxNames; more > 1 {
		return p.T("review.list.more", Args{"Names": strings.Join(names[:maxNames], ", "), "N": more})
	}
	return strings.Join(names, ", ")
}
