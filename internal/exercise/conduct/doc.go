// Package conduct runs an exercise on the clock: one loop per exercise decides
// commands in turn on its own state, hands batches of events to the store, and
// tells nobody of an event before it is durable. Start with Create, Open and
// Conductor.Run.
//
// It imports exercise, journal, scenario and eventstore. Simulated teams are in
// bots, below it.
package conduct
