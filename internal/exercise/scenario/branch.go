package scenario

import "time"

// Decision is a moment at which one of several branches is taken, for good.
type Decision struct {
	Pos      Pos
	Key      string
	Title    Text
	All      bool // once for everybody, not for each team by itself
	At       time.Duration
	After    string // inject or task key; "": at At
	Delay    time.Duration
	Branches []Branch
}

// Branch is one way on from a decision.
type Branch struct {
	Pos   Pos
	Key   string
	Title Text
	When  *Condition // nil: otherwise

	Outcome Text // what it means for the country, as the report says it
}
