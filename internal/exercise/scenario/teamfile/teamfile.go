// Package teamfile reads the teams that an exercise casts from a file, and has
// those of fictional economies. It reads no file but the bytes that it is given.
// Start with Demo and Read.
package teamfile

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"renkei/internal/exercise/scenario"
)

//go:embed demo.yaml
var demo []byte

// Member is one economy or organisation of a community.
type Member struct {
	Key    string            `yaml:"key"`
	Code   string            `yaml:"code"`
	Name   map[string]string `yaml:"name"`
	CSIRT  map[string]string `yaml:"csirt"`
	Domain string            `yaml:"domain"`
	Locale string            `yaml:"locale"`
	Also   []string          `yaml:"also"`
	Zone   string            `yaml:"zone"`
}

type file struct {
	Members []Member `yaml:"members"`
}

// DemoSize is the number of fictional economies with a character of their own.
const DemoSize = 11

// Demo returns n teams of fictional economies: DemoSize with a character
// of their own, then numbered ones.
func Demo(n int) ([]scenario.Unit, error) {
	teams, err := Read(demo)
	if err != nil {
		return nil, fmt.Errorf("demo community: %w", err)
	}
	for i := len(teams) + 1; i <= n; i++ {
		teams = append(teams, numbered(i))
	}
	return teams[:n], nil
}

func numbered(i int) scenario.Unit {
	key := fmt.Sprintf("member-%03d", i)
	return scenario.Unit{
		Key: key, Code: fmt.Sprintf("M%03d", i), N: i,
		Name:   scenario.Text{"en": fmt.Sprintf("Member %d", i), "ja": fmt.Sprintf("参加国%d", i)},
		CSIRT:  scenario.Text{"": fmt.Sprintf("CERT-M%03d", i)},
		Domain: key + ".example", Locale: "en", Zone: "UTC",
	}
}

var errNoMembers = errors.New("the community has no members: expected a list \"members\"")

// Read reads a community file (YAML, a list "members"). Every error names the
// member and the field.
func Read(b []byte) ([]scenario.Unit, error) {
	var f file
	if len(bytes.TrimSpace(b)) == 0 {
		return nil, errNoMembers
	}
	if err := yaml.Load(b, &f, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("read community: %w", err)
	}
	if len(f.Members) == 0 {
		return nil, errNoMembers
	}
	seen := map[string]bool{}
	teams := make([]scenario.Unit, 0, len(f.Members))
	for i, m := range f.Members {
		if err := m.check(seen); err != nil {
			return nil, fmt.Errorf("member %d (%s): %w", i+1, m.Key, err)
		}
		teams = append(teams, scenario.Unit{
			Key: m.Key, Code: m.Code, Name: m.Name, CSIRT: m.CSIRT,
			Domain: m.Domain, Locale: m.Locale, Also: m.Also, Zone: m.Zone, N: i + 1,
		})
	}
	return teams, nil
}

func (m *Member) check(seen map[string]bool) error {
	required := map[string]string{"key": m.Key, "code": m.Code, "domain": m.Domain, "locale": m.Locale, "zone": m.Zone}
	for field, v := range required {
		if v == "" {
			return fmt.Errorf("%s is missing", field)
		}
	}
	if strings.Trim(m.Key, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return fmt.Errorf("key %q: use small letters, digits and hyphens", m.Key)
	}
	if seen[m.Key] {
		return fmt.Errorf("key %q stands twice", m.Key)
	}
	seen[m.Key] = true
	if len(m.Name) == 0 {
		return fmt.Errorf("name is missing")
	}
	for i, lang := range m.Also {
		if lang == "" || lang == m.Locale || slices.Contains(m.Also[:i], lang) {
			return fmt.Errorf("also %q: name languages beside the locale, each once", lang)
		}
	}
	if _, err := time.LoadLocation(m.Zone); err != nil {
		return fmt.Errorf("zone %q: %w", m.Zone, err)
	}
	return nil
}

// MaxTeams bounds how many teams play one exercise.
const MaxTeams = 1000
