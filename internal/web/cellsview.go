package web

import "renkei/internal/exercise/scenario"

// cellsView is what a national controller sees of the own cells.
type cellsView struct {
	clock  clockView
	cells  []cellView
	relays []relayView
	done   []relayed
	acts   bool // the reader may relay
}

// cellView is a cell with its work.
type cellView struct {
	key, name         string
	status            string // "" while it is present
	bot, ready        bool
	present, expected int
	open, overdue     int
	life              string // when it last did something; "" for never
	injects           []cellInject
	tasks             []cellTask
	wrote             []deed
}

type cellInject struct {
	key, title string
	at         string
	acked      string // when; "" for not yet
	relayed    bool
}

type cellTask struct {
	key, prompt, due string
	overdue, late    bool
	state            string
	versions         []version
}

// deed is something that a unit did.
type deed struct {
	at, words string
	tlp       scenario.TLP
}

// relayView is an inject that can be relayed to cells.
type relayView struct {
	key      string
	original original
	cells    []relayCell
	tasks    []string // what the cells are then asked, and by when
	open     bool     // some cell can still get it
}

// original is an inject as the team got it.
type original struct {
	at, from      string
	tlp           scenario.TLP
	texts         map[string]string // hashes by language
	lang          string            // of the team
	subject, html string            // read after the look
}

// relayCell is how far a relay to a cell is.
type relayCell struct {
	key, name string
	state     string
	can       bool
}

// relayed is a relay that was done.
type relayed struct {
	at, inject, cell, text string
	tlp                    scenario.TLP
}

// toRelay is how many injects some cell can still get.
func (v *cellsView) toRelay() (n int) {
	for i := range v.relays {
		if v.relays[i].open {
			n++
		}
	}
	return n
}
