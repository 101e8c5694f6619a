package bots

import (
	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// Assign returns the commands that put simulated teams into the places of units,
// and make them ready.
func Assign(units []scenario.Unit) []exercise.Command {
	var cmds []exercise.Command
	for _, u := range units {
		cmds = append(cmds, exercise.Command{
			Key: "standin/" + u.Key, Actor: exercise.Excon(), Do: exercise.SetStandIn{Unit: u.Key, Bot: true},
		})
		cmds = append(cmds, Ready(u.Key)...)
	}
	return cmds
}
