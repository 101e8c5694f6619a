package rehearsal

import "renkei/internal/exercise"

// Play plays one run, or as many as are asked for one after the other, and tells
// every event after STARTEX.
func Play(o Setup, each func(*exercise.Event)) (*Tally, error) {
	begin, err := startex(o.Play)
	if err != nil {
		return nil, err
	}
	p := newPlayer(&rehearsal{Setup: o, layout: newLayout(o.Play)}, begin)
	p.each = each
	for seed := o.Seed; seed == o.Seed || seed < o.Seed+uint64(o.Runs); seed++ {
		if err := p.play(seed); err != nil {
			return nil, err
		}
	}
	return p.tally, nil
}
