package conduct

import (
	"slices"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// Kind is what an area brings for packs of a kind of its own, such as tabletops.
// Whoever puts the program together hands the kinds in, so that neither the
// engine nor this package knows the area.
type Kind struct {
	scenario.Kind
	// Bots makes simulated delegations in place of simulated teams. Where they are
	// alone one of them steers as well.
	Bots func(play *exercise.Play, seed uint64, alone bool) Bots
}

// Kinds are those of a program, beside exercises that need none.
type Kinds []Kind

// Packs are the kinds as those see them who read packs.
func (k Kinds) Packs() []scenario.Kind {
	all := make([]scenario.Kind, 0, len(k))
	for _, kind := range k {
		all = append(all, kind.Kind)
	}
	return all
}

// Bots makes what plays units of a play whose kind brings it; false for simulated
// teams.
func (k Kinds) Bots(play *exercise.Play, seed uint64, alone bool) (Bots, bool) {
	i := slices.IndexFunc(k, func(kind Kind) bool { return kind.Name == play.Pack.Kind })
	if i < 0 || k[i].Bots == nil {
		return nil, false
	}
	return k[i].Bots(play, seed, alone), true
}
