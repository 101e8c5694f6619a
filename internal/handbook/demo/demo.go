// Package demo holds a handbook to try the program with: the edition 2023, which
// restates a public report and says so, and an edition after it that is invented
// and says so. It is domain and reads nothing but its own files. Start reading
// at [Editions].
package demo

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"renkei/internal/community"
	"renkei/internal/handbook"
)

//go:embed 2023.yaml
var first []byte

//go:embed 2024.yaml
var second []byte

// words are a text by language as a file has it; English is the original.
type words map[string]string

func (w words) texts() handbook.Texts {
	if len(w) == 0 {
		return nil
	}
	t := handbook.Texts{}
	for lang, text := range w {
		state := handbook.Checked
		if lang == "en" {
			state = handbook.Original
		}
		t[lang] = handbook.Words{Text: text, State: state}
	}
	return t
}

type edition struct {
	ID       string         `yaml:"id"`
	AsOf     community.Date `yaml:"as_of"`
	Invented bool           `yaml:"invented"`
	Title    words          `yaml:"title"`
	Notice   words          `yaml:"notice"`
}

// edition is published a month after its day.
func (e *edition) edition() handbook.Edition {
	return handbook.Edition{
		ID: e.ID, AsOf: e.AsOf, Invented: e.Invented, Title: e.Title.texts(), Notice: e.Notice.texts(),
		Published: e.AsOf.First().AddDate(0, 1, 0).Add(9 * time.Hour),
	}
}

type evidence struct {
	Title string         `yaml:"title"`
	URL   string         `yaml:"url"`
	Alive community.Date `yaml:"alive"`
}

type item struct {
	ID        string           `yaml:"id"`
	Kind      handbook.Kind    `yaml:"kind"`
	Measure   string           `yaml:"measure"`
	Status    handbook.Status  `yaml:"status"`
	Recurring bool             `yaml:"recurring"`
	Text      words            `yaml:"text"`
	Note      words            `yaml:"note"`
	Uncertain bool             `yaml:"uncertain"`
	Since     community.Date   `yaml:"since"`
	Due       community.Date   `yaml:"due"`
	Until     community.Date   `yaml:"until"`
	Also      []community.Date `yaml:"also"`
	Evidence  []evidence       `yaml:"evidence"`
	Themes    []string         `yaml:"themes"`
	Sectors   []string         `yaml:"sectors"`
	Indices   []string         `yaml:"indices"`
}

func (i *item) item(member string, order int) handbook.Item {
	it := handbook.Item{
		ID: i.ID, Member: member, Kind: cmp.Or(i.Kind, handbook.Measured), Order: order, Measure: i.Measure, Status: i.Status, Recurring: i.Recurring,
		Text: i.Text.texts(), Note: i.Note.texts(), Uncertain: i.Uncertain, Since: i.Since, Due: i.Due, Until: i.Until, Also: i.Also,
		Themes: i.Themes, Sectors: i.Sectors, Indices: i.Indices,
	}
	it.Evidence = i.evidence()
	return it
}

func (i *item) evidence() (all []handbook.Evidence) {
	for _, e := range i.Evidence {
		all = append(all, handbook.Evidence{Title: e.Title, URL: e.URL, Alive: e.Alive})
	}
	return all
}

type member struct {
	Member    string `yaml:"member"`
	Code      string `yaml:"code"`
	Name      words  `yaml:"name"`
	CSIRT     string `yaml:"csirt"`
	Lead      words  `yaml:"lead"`
	Note      words  `yaml:"note"`
	NeedsNote words  `yaml:"needs_note"`
	Partner   bool   `yaml:"partner"`
	Items     []item `yaml:"items"`
}

// Editions returns the editions of the demonstration, the oldest first. An error
// means a broken build.
func Editions(v *handbook.Vocabulary) ([]*handbook.Content, error) {
	var f struct {
		Edition edition  `yaml:"edition"`
		Members []member `yaml:"members"`
	}
	if err := yaml.Load(first, &f, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("demo edition: %w", err)
	}
	c := &handbook.Content{Edition: f.Edition.edition()}
	for _, m := range f.Members {
		c.Profiles = append(c.Profiles, handbook.Profile{
			Member: m.Member, Code: m.Code, Name: m.Name.texts(), CSIRT: m.CSIRT, Lead: m.Lead.texts(),
			Note: m.Note.texts(), NeedsNote: m.NeedsNote.texts(), Partner: m.Partner,
		})
		for n := range m.Items {
			c.Items = append(c.Items, m.Items[n].item(m.Member, n+1))
		}
	}
	next, err := invented(c)
	if err != nil {
		return nil, err
	}
	all := []*handbook.Content{c, next}
	for _, c := range all {
		v.SortItems(c.Items)
		for i := range c.Items {
			if faults := v.Check(&c.Items[i]); len(faults) > 0 {
				return nil, fmt.Errorf("demo edition %s, %s: %w", c.Edition.ID, c.Items[i].ID, faults[0])
			}
		}
	}
	return all, nil
}

// invented makes the edition after one.
func invented(before *handbook.Content) (*handbook.Content, error) {
	var f struct {
		Edition edition  `yaml:"edition"`
		Changes []item   `yaml:"changes"`
		Dropped []string `yaml:"dropped"`
		New     []item   `yaml:"new"`
	}
	if err := yaml.Load(second, &f, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("demo edition: %w", err)
	}
	c := &handbook.Content{Edition: f.Edition.edition(), Profiles: slices.Clone(before.Profiles)}
	changes := map[string]*item{}
	for i := range f.Changes {
		changes[f.Changes[i].ID] = &f.Changes[i]
	}
	for _, it := range before.Items {
		if slices.Contains(f.Dropped, it.ID) {
			continue
		}
		if change := changes[it.ID]; change != nil {
			change.apply(&it)
			delete(changes, it.ID)
		}
		c.Items = append(c.Items, it)
	}
	for id := range changes {
		return nil, fmt.Errorf("demo edition %s changes %s, which is not there", c.Edition.ID, id)
	}
	for i := range f.New {
		c.Items = append(c.Items, f.New[i].item(f.New[i].ID[:2], 1000+i))
	}
	return c, nil
}

// apply changes what the change names.
func (i *item) apply(it *handbook.Item) {
	it.Status = cmp.Or(i.Status, it.Status)
	it.Since, it.Due = cmp.Or(i.Since, it.Since), cmp.Or(i.Due, it.Due)
	if i.Status.Fact() {
		it.Due = ""
	}
	if i.Text != nil {
		it.Text = i.Text.texts()
	}
	if e := i.evidence(); e != nil {
		it.Evidence = e
	}
}
