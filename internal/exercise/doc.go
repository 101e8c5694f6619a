// Package exercise is the engine: what a live exercise is, decided by pure
// functions over an append-only log.
//
//   - [State.Decide] turns a command into events or a typed refusal,
//   - [State.Apply] folds an event into the state,
//   - [State.Due] says what the clock owes up to a time,
//   - [State.Next] says when it owes again.
//
// Conduct and rehearsal run this same code. It reads no clock, draws no random
// number and starts no goroutine: times come in as arguments. Start reading
// with State (state.go) and Command (command.go); every event is in body.go
// and, with examples, in docs/exercise/log.md.
//
// It may import scenario and nothing else of the program.
package exercise
