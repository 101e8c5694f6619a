package community

import "slices"

// TLP says who may be told of something: a label of the Traffic Light Protocol
// 2.0 (FIRST).
type TLP string

// Labels, the strictest last.
const (
	Clear       TLP = "CLEAR"
	Green       TLP = "GREEN"
	Amber       TLP = "AMBER"
	AmberStrict TLP = "AMBER+STRICT"
	Red         TLP = "RED"
)

// Labels lists all labels, the strictest last.
func Labels() []TLP { return []TLP{Clear, Green, Amber, AmberStrict, Red} }

// Valid reports whether t is a label.
func (t TLP) Valid() bool { return slices.Contains(Labels(), t) }

// Stricter reports whether fewer may be told of t than of other.
func (t TLP) Stricter(other TLP) bool {
	return slices.Index(Labels(), t) > slices.Index(Labels(), other)
}
