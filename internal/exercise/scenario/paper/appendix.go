package paper

import (
	"cmp"
	"strings"

	"renkei/internal/exercise/scenario"
)

// TeamRow is a team with what the tags in the texts stand for.
type TeamRow struct {
	Code, Name, Zone string
	Vars             []Fact
}

// teams resolves every variable for every team, in the reader's language.
func (b *Book) teams() ([]TeamRow, error) {
	var all []TeamRow
	for i, u := range b.cast.Units {
		if u.Parent != "" {
			continue
		}
		row := TeamRow{Code: u.Code, Name: b.in(u.Name), Zone: u.Zone}
		for _, tag := range b.tags() {
			value, err := b.fill("{{"+tag+"}}", reader{i, b.lang, b.pack.Startex})
			if err != nil {
				return nil, err
			}
			row.Vars = append(row.Vars, Fact{"{{" + tag + "}}", value})
		}
		all = append(all, row)
	}
	return all, nil
}

// tags are what stands in the texts for something of the team's own.
func (b *Book) tags() []string {
	all := []string{"team.name", "team.csirt", "team.code", "team.domain"}
	for _, v := range b.pack.Units.Vars {
		all = append(all, v.Name)
	}
	return all
}

// personas lists the simulated senders with their prepared answers.
func (b *Book) personas() ([]Fact, []ReplyRow, error) {
	var who []Fact
	var replies []ReplyRow
	var err error
	r := reader{unit: -1, lang: b.lang, now: b.pack.Startex}
	if b.one {
		r.unit = 0
	}
	fill := b.filler(r, &err)
	for _, p := range b.pack.Personas {
		value := strings.Trim(b.in(p.Role)+" "+fill(p.Address), " ")
		who = append(who, Fact{b.in(p.Name) + " (" + p.Key + ")", value})
		for _, reply := range p.Replies {
			replies = append(replies, b.replyRow(p.Key, reply, fill))
		}
	}
	return who, replies, err
}

// heading says what this edition is.
func (b *Book) heading() string {
	switch {
	case b.o.Edition == Briefing:
		return b.forWhom()
	case b.o.Edition == Handbook:
		return b.t("edition.handbook")
	case b.o.For == "":
		return b.t("edition.controllers")
	}
	return b.t("edition.handout", map[string]any{"Unit": b.Units[0].Name})
}

func (b *Book) title() string { return cmp.Or(b.o.Title, b.in(b.pack.Title)) }

// source names the pack so that two printed editions can be told apart.
func (b *Book) source() string {
	const short = 12
	return b.pack.Key + " " + b.pack.Version + " #" + b.pack.Hash()[:short]
}

// Label is the strictest label of what the edition holds.
func (b *Book) Label() scenario.TLP { return b.label }

func (b *Book) tlp() string {
	if b.label == scenario.TLPNone {
		return ""
	}
	return "TLP:" + b.label.String()
}

func (b *Book) startex() string { return b.o.Startex.UTC().Format("2006-01-02 15:04") + " UTC" }
func (b *Book) endex() string {
	return b.o.Startex.Add(b.pack.Duration).UTC().Format("2006-01-02 15:04") + " UTC (T+" + clock(b.pack.Duration) + ")"
}
