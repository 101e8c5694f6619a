package handbook

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

//go:embed vocabulary.yaml
var vocabularyFile []byte

// Term is a word that items are sorted by.
type Term struct {
	ID   string            `yaml:"id"   json:"id"`
	Name map[string]string `yaml:"name" json:"name"`
}

// In is the term's name in a language, in English where it has none.
func (t *Term) In(lang string) string { return cmp.Or(t.Name[lang], t.Name["en"], t.ID) }

// Vocabulary is what items are sorted by. It is data: a community with other
// measures brings them.
type Vocabulary struct {
	Measures []Term `yaml:"measures" json:"measures"`
	Themes   []Term `yaml:"themes"   json:"themes"`
	Sectors  []Term `yaml:"sectors"  json:"sectors"`
	Indices  []Term `yaml:"indices"  json:"indices"`
}

// DefaultVocabulary returns the measures of the ASEAN-Japan handbook with its
// tags. An error means a broken build.
func DefaultVocabulary() (*Vocabulary, error) { return ReadVocabulary(vocabularyFile) }

var errVocabulary = errors.New("the vocabulary is wrong")

// Bounds of a vocabulary. Each measure is a column of the matrix, and each other
// term a line of a form.
const (
	maxVocabulary = 1 << 20 // bytes of its file
	maxMeasures   = 30
	maxTerms      = 300 // of each other list
	maxTermID     = 60  // letters
	maxTermName   = 200 // characters in a language
)

// ReadVocabulary reads a vocabulary (YAML). Every error names the list and the
// term.
func ReadVocabulary(raw []byte) (*Vocabulary, error) {
	if len(raw) > maxVocabulary {
		return nil, fmt.Errorf("%w: it has %d bytes, and at most %d are read", errVocabulary, len(raw), maxVocabulary)
	}
	var v Vocabulary
	if err := yaml.Load(raw, &v, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("%w: %w", errVocabulary, err)
	}
	if len(v.Measures) == 0 {
		return nil, fmt.Errorf("%w: measures: there are none", errVocabulary)
	}
	for name, list := range map[string][]Term{"measures": v.Measures, "themes": v.Themes, "sectors": v.Sectors, "indices": v.Indices} {
		most := maxTerms
		if name == "measures" {
			most = maxMeasures
		}
		if len(list) > most {
			return nil, fmt.Errorf("%w: %s: there are %d terms, and at most %d can be shown", errVocabulary, name, len(list), most)
		}
		seen := map[string]bool{}
		for i, t := range list {
			if t.ID == "" || seen[t.ID] || strings.Trim(t.ID, "abcdefghijklmnopqrstuvwxyz0123456789_:") != "" {
				return nil, fmt.Errorf("%w: %s: term %d: id %q is missing, stands twice or has other characters than small letters, digits, colons and underscores", errVocabulary, name, i+1, t.ID)
			}
			if err := t.bounded(); err != nil {
				return nil, fmt.Errorf("%w: %s: term %d: %w", errVocabulary, name, i+1, err)
			}
			if t.Name["en"] == "" {
				return nil, fmt.Errorf("%w: %s: %s: no English name", errVocabulary, name, t.ID)
			}
			seen[t.ID] = true
		}
	}
	return &v, nil
}

// bounded returns an error where a term is too long to be shown.
func (t *Term) bounded() error {
	if len(t.ID) > maxTermID {
		return fmt.Errorf("its id has %d letters, and at most %d may be", len(t.ID), maxTermID)
	}
	if len(t.Name) > maxTexts {
		return fmt.Errorf("%s: it has names in %d languages, and at most %d may be", t.ID, len(t.Name), maxTexts)
	}
	for lang, name := range t.Name {
		if n := utf8.RuneCountInString(name); n > maxTermName {
			return fmt.Errorf("%s: its name in %q has %d characters, and at most %d may be", t.ID, lang, n, maxTermName)
		}
	}
	return nil
}

// find returns the term of an id; nil where there is none.
func find(list []Term, id string) *Term {
	for i := range list {
		if list[i].ID == id {
			return &list[i]
		}
	}
	return nil
}

// Measure returns the measure of an id; nil where there is none.
func (v *Vocabulary) Measure(id string) *Term { return find(v.Measures, id) }

// Theme returns the theme of an id; nil where there is none.
func (v *Vocabulary) Theme(id string) *Term { return find(v.Themes, id) }

// Sector returns the sector of an id; nil where there is none.
func (v *Vocabulary) Sector(id string) *Term { return find(v.Sectors, id) }

// Index returns the place in an index of others; nil where there is none.
func (v *Vocabulary) Index(id string) *Term { return find(v.Indices, id) }
