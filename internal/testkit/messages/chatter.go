// Package messages writes what units say to one another in a large exercise, for
// benchmarks. Start with Message.
package messages

import (
	"fmt"
	"math/rand/v2"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// Message is from any unit: of a cell to its team or EXCON, of a team mostly to
// the liaison room, its cell and the neighbours in the ring, now and then to any
// team.
func Message(r *rand.Rand, cast *scenario.Cast) exercise.Send {
	texts := [...]string{
		"Do you see the same at your hospitals? We have connections every 60 seconds, and the proxy log is all that we have so far.",
		"Please block 203.0.113[.]%d and tell us what you find. Our contact is on duty until midnight.",
		"日之本の病院でも、60秒間隔の不審な通信を確認しました。各チームにおかれましては、同様の通信の有無をご確認ください。",
		"We asked the hoster of static.reedmere%d.example to take the server down.",
	}
	from := r.IntN(len(cast.Units))
	text := texts[r.IntN(len(texts))]
	if r.IntN(2) == 0 {
		text = fmt.Sprintf(texts[1+2*r.IntN(2)], 10+r.IntN(200))
	}
	return exercise.Send{
		From: cast.Units[from].Key, Ends: []string{end(r, cast, from)}, Text: text, TLP: scenario.TLP(1 + r.IntN(4)),
	}
}

// end is to whom a unit writes.
func end(r *rand.Rand, cast *scenario.Cast, from int) string {
	n := r.IntN(50)
	team := cast.Team(from)
	switch {
	case from != team && n < 30:
		return exercise.EndUnit + cast.Units[team].Key
	case from != team:
		return "excon"
	case n == 0:
		return exercise.EndUnit + cast.Units[cast.Team(r.IntN(len(cast.Units)))].Key
	case n < 8:
		return "liaison"
	case n < 20:
		return exercise.EndUnit + cast.Units[cast.Next(from)].Key
	case n < 32:
		return exercise.EndUnit + cast.Units[cast.Prev(from)].Key
	case n < 40:
		return "excon"
	}
	return exercise.EndUnit + cast.Units[cast.Team(from)].Key + "/hospital"
}
