// Package journal is the log of an exercise as bytes: how events are hashed
// into a chain, and the file form (log.jsonl) in which a log leaves and enters
// the program.
//
// It belongs to the domain: it imports no SQL, no HTTP and no clock, and it
// never decodes or re-encodes an event. Start reading at [Entry], then
// [Writer] and [Reader].
//
//	leaf  = SHA-256(salt || event bytes)
//	chain = SHA-256(previous chain || leaf)
//
// The chain before the first event is [Genesis] of the exercise. Because the
// chain runs over leaves, an event can be redacted, its salt and bytes left
// out, and the rest still verifies; the salt keeps a short event from being
// guessed from its leaf.
package journal
