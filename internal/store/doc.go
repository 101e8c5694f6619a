// Package store keeps the event logs of all exercises of one installation in a
// database: embedded SQLite today, with PostgreSQL able to follow on the same
// SQL text. It may import the domain's journal and nothing else of the domain.
//
// One goroutine owns all writing of events. It takes what is queued, computes
// the hash chain, and commits batches of many exercises in one durable
// transaction; nobody hears of an event before that commit. Start reading at
// [DB.Enqueue], then writer.go and group.go.
package store
