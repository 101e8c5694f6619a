package paper

import (
	"fmt"
	"strconv"
	"time"

	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// Editions beside the MSEL and its handouts.
const (
	Briefing = "briefing" // for players: nothing of the storyline, and no key
	Handbook = "handbook" // for controllers and evaluators: with keys
)

// Brief is what players are told before STARTEX. Nothing here may tell of the
// storyline or come from a key.
type Brief struct {
	Unit       string // "" in the edition for everybody
	Local      string // STARTEX where the unit is
	Teams      []BriefTeam
	Cells      []string // of the unit
	Phases     []string
	Objectives []string
	Roles      []Fact
}

// BriefTeam is a team that plays; its cells stand in the edition for everybody.
type BriefTeam struct {
	Name, Zone string
	Cells      []string
}

// briefing lays out what the players of a unit, or all of them, are told.
func (b *Book) briefing() error {
	own := -1
	if b.o.For != "" {
		i, ok := b.cast.Index(b.o.For)
		if !ok {
			return fmt.Errorf("%s: %w", b.o.For, ErrUnit)
		}
		own = i
	}
	for i := range b.cast.Units {
		if err := b.briefUnit(i, own); err != nil {
			return err
		}
	}
	for _, p := range b.pack.Phases {
		b.Brief.Phases = append(b.Brief.Phases, b.in(p.Title))
	}
	for _, o := range b.pack.Objectives {
		b.Brief.Objectives = append(b.Brief.Objectives, b.in(o.Title))
	}
	for _, r := range b.pack.Roles {
		b.Brief.Roles = append(b.Brief.Roles, Fact{b.in(r.Title), b.in(r.About)})
	}
	return nil
}

// briefUnit adds a unit of the cast as the reader may know it: every team, and
// of cells the reader's own.
func (b *Book) briefUnit(i, own int) error {
	u := b.cast.Units[i]
	name := b.in(u.Name)
	if !u.IsTeam() {
		var err error
		if name, err = b.fill(name, reader{i, b.lang, b.pack.Startex}); err != nil {
			return err
		}
	}
	if i == own {
		loc, err := time.LoadLocation(u.Zone)
		if err != nil {
			return fmt.Errorf("zone of %s: %w", u.Key, err)
		}
		b.Brief.Unit, b.Brief.Local = name, b.day(b.o.Startex.In(loc), b.o.Startex)+" "+u.Zone
	}
	switch n := len(b.Brief.Teams); {
	case u.IsTeam():
		b.Brief.Teams = append(b.Brief.Teams, BriefTeam{Name: name, Zone: u.Zone})
	case own < 0:
		b.Brief.Teams[n-1].Cells = append(b.Brief.Teams[n-1].Cells, name)
	case u.Parent == b.o.For:
		b.Brief.Cells = append(b.Brief.Cells, name)
	}
	return nil
}

// steps are the lines of a list of the catalogue.
func (w *words) steps(list string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = w.t("step." + list + "." + strconv.Itoa(i+1))
	}
	return all
}

// labels are the labels of the TLP with what they allow, the strictest first.
func (w *words) labels() []Fact {
	var all []Fact
	for l := scenario.TLPRed; l >= scenario.TLPClear; l-- {
		all = append(all, Fact{"TLP:" + l.String(), w.t("tlp." + l.String())})
	}
	return all
}

// briefFacts are what stands at the head of the briefing.
func (b *Book) briefFacts() []Fact {
	facts := []Fact{{b.t("label.startex_story"), b.startex()}}
	if b.Brief.Local != "" {
		facts[0].Value += " · " + b.Brief.Local
	}
	facts = append(facts,
		Fact{b.t("label.length"), b.length(b.pack.Duration)},
		Fact{b.t("label.pack"), b.source()},
		Fact{b.t("label.real_startex"), b.o.When},
		Fact{b.t("label.contact"), b.o.Contact})
	return facts
}

// forWhom is the heading of the briefing.
func (b *Book) forWhom() string {
	if b.Brief.Unit == "" {
		return b.t("edition.briefing")
	}
	return b.t("edition.briefing_for", i18n.Args{"Unit": b.Brief.Unit})
}
