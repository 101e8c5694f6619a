package scenario

import "time"

// Reply is a persona's prepared answer to what players are likely to ask.
type Reply struct {
	Pos   Pos
	Key   string
	Ask   Forms // templates; any one in the message
	Match Forms // or a regular expression found in it; templates
	Text  Text  // template
	Delay time.Duration
	Once  bool // for each unit
	Auto  bool // sent by itself unless somebody plays the persona
}

// Fallback reports whether the reply fits every message.
func (r *Reply) Fallback() bool { return len(r.Ask) == 0 && len(r.Match) == 0 }
