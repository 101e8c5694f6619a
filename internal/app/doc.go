// Package app is the only place where the parts are put together: packs,
// community, store, conductor, simulated teams and review. The command line and
// the end-to-end tests use it. Start with RunExercise.
package app
