// Package bots plays simulated teams: they acknowledge, ask others, share what
// they know, relay to their cells, and answer right, wrong, late or not at all.
//
// What a team does follows from a seed and from the events of the log, never
// from a generator that was advanced before: so the same seed gives the same
// exercise, a restart brings every plan back from the log, and a simulated team
// can take over any unit at any moment. Start with New and Bots.React.
package bots
