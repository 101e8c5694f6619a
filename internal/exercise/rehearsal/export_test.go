package rehearsal

import "renkei/internal/exercise"

// Play plays one run and tells every event after STARTEX.
func Play(o Setup, each func(*exercise.Event)) (*Tally, error) {
	begin, err := startex(o.Play)
	if err != nil {
		return nil, err
	}
	p := newPlayer(&rehearsal{Setup: o, layout: newLayout(o.Play)}, begin)
	p.each = each
	return p.tally, p.play(o.Seed)
}
