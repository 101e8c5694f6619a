package demo

import (
	"cmp"
	_ "embed"
	"fmt"

	"go.yaml.in/yaml/v4"

	"renkei/internal/community"
	"renkei/internal/handbook/needs"
)

//go:embed needs.yaml
var needsFile []byte

type listing struct {
	ID        string         `yaml:"id"`
	Member    string         `yaml:"member"`
	Partner   string         `yaml:"partner"`
	Form      needs.Form     `yaml:"form"`
	Measure   string         `yaml:"measure"`
	Themes    []string       `yaml:"themes"`
	Level     needs.Level    `yaml:"level"`
	From      community.Date `yaml:"from"`
	Until     community.Date `yaml:"until"`
	Places    int            `yaml:"places"`
	Where     string         `yaml:"where"`
	Languages []string       `yaml:"languages"`
	Text      words          `yaml:"text"`
	Note      words          `yaml:"note"`
	TLP       community.TLP  `yaml:"tlp"`
}

type deal struct {
	ID     string `yaml:"id"`
	Offer  string `yaml:"offer"`
	Member string `yaml:"member"`
	Need   string `yaml:"need"`
	People int    `yaml:"people"`
	Steps  []struct {
		To      needs.Stage    `yaml:"to"`
		Word    string         `yaml:"word"`
		When    community.Date `yaml:"when"`
		Outcome string         `yaml:"outcome"`
	} `yaml:"steps"`
}

// baseYear is the year in the file that stands for next year.
const baseYear = 2026

// moved is a date so many years later.
func moved(d community.Date, years int) community.Date {
	if d == "" {
		return ""
	}
	return community.Date(fmt.Sprintf("%04d", d.Year()+years)) + d[len("2006"):]
}

func (l *listing) change(side needs.Side, years int) needs.Change {
	return needs.Change{Reason: reason, Listing: &needs.Listing{
		ID: prefix + l.ID, Side: side, Member: l.Member, Partner: l.Partner, Text: l.Text.texts(), Note: l.Note.texts(),
		Form: l.Form, Measure: l.Measure, Themes: l.Themes, Level: l.Level, From: moved(l.From, years), Until: moved(l.Until, years), Places: l.Places, Where: l.Where,
		Languages: l.Languages, TLP: cmp.Or(l.TLP, community.Green), Invented: true,
	}}
}

const (
	reason = "demo data"
	prefix = "demo-" // of all ids
)

// Needs returns the changes that enter needs, offers and what came of them, as
// they are made one after the other, in a year. An error means a broken build.
func Needs(year int) ([]needs.Change, error) {
	var f struct {
		Needs  []listing `yaml:"needs"`
		Offers []listing `yaml:"offers"`
		Deals  []deal    `yaml:"deals"`
	}
	if err := yaml.Load(needsFile, &f, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("demo needs: %w", err)
	}
	years := year + 1 - baseYear
	var all []needs.Change
	for i := range f.Needs {
		all = append(all, f.Needs[i].change(needs.Need, years))
	}
	for i := range f.Offers {
		all = append(all, f.Offers[i].change(needs.Offer, years))
	}
	number := int64(len(all))
	for _, d := range f.Deals {
		var base int64
		for _, step := range d.Steps {
			next := needs.Deal{ID: prefix + d.ID, Offer: prefix + d.Offer, Member: d.Member, People: d.People, Invented: true, Stage: step.To, Note: step.Word, When: moved(step.When, years), Outcome: step.Outcome}
			if d.Need != "" {
				next.Need = prefix + d.Need
			}
			all = append(all, needs.Change{Reason: reason, Deal: &next, Base: base})
			number++
			base = number
		}
	}
	return all, nil
}
