package scenario

// Unit is a team (one member) or a cell below it, as the exercise casts it.
type Unit struct {
	Key    string   `json:"key"`              // team: "asteria"; cell: "asteria/hospital"
	Parent string   `json:"parent,omitempty"` // key of the team; "" for a team
	Cell   string   `json:"cell,omitempty"`   // the pack's cell key; "" for a team
	Code   string   `json:"code"`             // short code of the member, e.g. "AST"
	Name   Text     `json:"name"`
	CSIRT  Text     `json:"csirt,omitempty"` // name of the national CSIRT
	Domain string   `json:"domain"`          // reserved domain, e.g. "asteria.example"
	Locale string   `json:"locale"`          // language tag
	Also   []string `json:"also,omitempty"`  // language tags: in these it reads too, on chat services and by mail
	Zone   string   `json:"zone"`            // IANA time zone
	N      int      `json:"n"`               // number of the team in the ring, from 1; a cell has its team's
}

// IsTeam reports whether the unit is a team.
func (u Unit) IsTeam() bool { return u.Parent == "" }
