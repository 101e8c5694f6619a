// Package runner is what the command line does with packs and exercises: play a
// pack with simulated teams and go on with it, rehearse it, print or exchange
// its MSEL, enter what was done on paper, write a report. It puts engine, store
// and review together and knows no flags. Start reading at [RunExercise].
package runner
