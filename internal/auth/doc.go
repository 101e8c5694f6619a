// Package auth says who somebody is and what they have been granted: accounts
// with passwords, links that are good once, sessions, tokens of programs, and
// roles in scopes. Roles, and what they allow, belong to the areas of the
// program, of which it knows an [Area] each. It knows no HTTP and no SQL: what it
// keeps is in auth/authstore. Whether the one who asks may do it is decided by
// who calls: of a method with a person by, that person has been admitted.
//
// What a method finds missing it says with ErrNotFound. Every change is in the
// audit log, written in the same transaction.
//
// Start reading at [Service], which signs in, and [Access], which it gives.
// docs/access.md has the rules.
package auth
