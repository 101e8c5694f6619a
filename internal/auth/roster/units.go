package roster

import (
	"maps"
	"slices"

	"renkei/internal/exercise/scenario"
)

// units finds the units that people name.
type units struct {
	byWord map[string][]string // keys by what may name them, after fold
	names  []string            // what is suggested
	keyOf  map[string]string   // of a suggestion
	team   map[string]string   // of a cell
}

// newUnits takes the units of an exercise: a team goes by its key, code, name
// or CSIRT, and a cell by its key, by the names of its team and its own, or by
// its own alone where no other cell has that.
func newUnits(all []scenario.Unit) *units {
	u := &units{byWord: map[string][]string{}, keyOf: map[string]string{}, team: map[string]string{}}
	words := map[string][]string{}
	for _, unit := range all {
		own := slices.Sorted(maps.Values(unit.Name))
		if unit.IsTeam() {
			own = append(own, unit.Code, unit.Key)
			own = slices.AppendSeq(own, maps.Values(unit.CSIRT))
			words[unit.Key] = own
		} else {
			own = append(own, unit.Cell)
			u.team[unit.Key] = unit.Parent
			for _, team := range words[unit.Parent] {
				for _, cell := range own {
					u.add(team+"/"+cell, unit.Key)
				}
			}
		}
		for _, word := range append(own, unit.Key) {
			u.add(word, unit.Key)
		}
	}
	u.names = slices.Sorted(maps.Keys(u.keyOf))
	return u
}

func (u *units) add(word, key string) {
	folded := fold(word)
	if folded == "" || slices.Contains(u.byWord[folded], key) {
		return
	}
	u.byWord[folded] = append(u.byWord[folded], key)
	u.keyOf[word] = key
}

// find returns the keys of the units that a text may mean.
func (u *units) find(text string) []string { return u.byWord[fold(text)] }
