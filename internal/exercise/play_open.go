package exercise

import (
	"fmt"

	"renkei/internal/exercise/scenario"
)

// OpenPlay lays out the pack and the cast that a log begins with. file returns
// a content of the log by its hash. An error names what is missing or broken.
func OpenPlay(c *Created, file func(hash string) ([]byte, bool)) (*Play, error) {
	files := make(map[string][]byte, len(c.Files))
	for path, hash := range c.Files {
		data, ok := file(hash)
		if !ok {
			return nil, fmt.Errorf("pack file %s: content %s is missing", path, hash)
		}
		files[path] = data
	}
	pack, ds := scenario.Parse(files)
	if scenario.Failed(ds) {
		return nil, fmt.Errorf("pack in the log: %v", ds[0])
	}
	cast, err := scenario.NewCast(pack, c.Teams())
	if err != nil {
		return nil, fmt.Errorf("cast in the log: %w", err)
	}
	return NewPlay(pack, cast)
}

// Teams are the units without the cells, which follow from the pack.
func (c *Created) Teams() []scenario.Unit {
	var teams []scenario.Unit
	for _, u := range c.Units {
		if u.IsTeam() {
			teams = append(teams, u)
		}
	}
	return teams
}
