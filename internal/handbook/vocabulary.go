package handbook

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"strings"

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

// ReadVocabulary reads a vocabulary (YAML). Every error names the list and the
// term.
func ReadVocabulary(raw []byte) (*Vocabulary, error) {
	var v Vocabulary
	if err := yaml.Load(raw, &v, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("%w: %w", errVocabulary, err)
	}
	if len(v.Measures) == 0 {
		return nil, fmt.Errorf("%w: measures: there are none", errVocabulary)
	}
	for name, list := range map[string][]Term{"measures": v.Measures, "themes": v.Themes, "sectors": v.Sectors, "indices": v.Indices} {
		seen := map[string]bool{}
		for i, t := range list {
			if t.ID == "" || seen[t.ID] || strings.Trim(t.ID, "abcdefghijklmnopqrstuvwxyz0123456789_:") != "" {
				return nil, fmt.Errorf("%w: %s: term %d: id %q is missing, stands twice or has other characters than small letters, digits, colons and underscores", errVocabulary, name, i+1, t.ID)
			}
			if t.Name["en"] == "" {
				return nil, fmt.Errorf("%w: %s: %s: no English name", errVocabulary, name, t.ID)
			}
			seen[t.ID] = true
		}
	}
	return &v, nil
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
