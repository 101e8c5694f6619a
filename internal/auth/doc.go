// Package auth says who somebody is and what they may do: accounts with
// passwords, links that are good once, sessions, tokens of programs, and
// grants. It knows no HTTP and no SQL. Whether the one who asks may do it is
// decided by who calls: of a method with a person by, that person has been
// admitted.
//
// What a method finds missing it says with store.ErrNotFound. Every change is
// in the audit log, written in the same transaction.
//
// Start reading at [Access], which decides, and [Service], which signs in.
// docs/access.md has the rules.
package auth
