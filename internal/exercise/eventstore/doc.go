// Package eventstore keeps the event logs of all exercises of one installation,
// with their idempotency keys, contents, ticks and snapshots, in the database of
// the installation. It may import the journal and package database, and nothing
// else of the domain.
//
// One goroutine owns all writing of events. It takes what is queued, computes
// the hash chain, and commits batches of many exercises in one durable
// transaction; nobody hears of an event before that commit. Start reading at
// [Store.Enqueue], then writer.go and group.go; uncertain_commit.go has what
// happens when a connection is lost in the midst of a commit.
package eventstore
