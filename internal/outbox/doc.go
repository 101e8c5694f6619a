// Package outbox hands messages of all areas to the channels that deliver them,
// such as mail: at least once, each with an idempotency key by which it is shown
// once. What was put in outlives a crash. It is domain: it knows no SQL, no HTTP,
// no channel and no area; package store keeps it, and internal/server hands the
// channels in.
//
// Start reading at [Message], [Channel] and [Dispatcher].
package outbox
