package exercise

import (
	"slices"
	"strings"
)

// ActFor does for a unit what the unit told EXCON to do, such as an answer given
// by telephone. The actor stays who of EXCON enters it; points and times count
// as if the unit had done it itself now.
type ActFor struct {
	Unit string
	How  string // ByTelephone, InPerson or ByMail
	By   string // who of the unit told it
	Do   Action // Acknowledge, Submit, RelayTo or SetReady, of the same unit
}

// Ways in which a unit tells EXCON what to do for it.
const (
	ByTelephone = "telephone"
	InPerson    = "in_person"
	ByMail      = "mail"
)

// ActedForWays are the ways in which a unit tells EXCON what to do for it.
func ActedForWays() []string { return []string{ByTelephone, InPerson, ByMail} }

// ActedFor says that the event that follows it, and what comes of that, is what
// the actor, of EXCON, did for a unit.
type ActedFor struct {
	For string `json:"for"` // the unit
	How string `json:"how"` // how it told EXCON: telephone, in_person, mail
	By  string `json:"by"`  // who of the unit told it
}

// Type is that of the event.
func (*ActedFor) Type() Type { return "unit.acted_for" }

func (a ActFor) decide(d *decision) error {
	if err := d.control(); err != nil {
		return err
	}
	u, err := d.unit(a.Unit)
	if err := first(err, checkText(a.By)); err != nil {
		return err
	}
	if len(a.By) > MaxName {
		return refuse(TooLong, "Limit", MaxName)
	}
	if actingUnit(a.Do) != a.Unit || !slices.Contains(ActedForWays(), a.How) {
		return refuse(NotForUnit)
	}
	d.emit(d.s.play.toUnit[u], &ActedFor{For: a.Unit, How: a.How, By: strings.TrimSpace(a.By)})
	return a.Do.decide(d)
}

// actingUnit is the unit that an action is of; "" where EXCON cannot do it for
// a unit.
func actingUnit(a Action) string {
	switch a := a.(type) {
	case Acknowledge:
		return a.Unit
	case Submit:
		return a.Unit
	case RelayTo:
		return a.From
	case SetReady:
		return a.Unit
	}
	return ""
}
