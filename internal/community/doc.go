// Package community holds who practises together: members, their organisations,
// the people in these and the points of contact, each with its history. It is
// domain: it knows no SQL and no HTTP, and decides what a change may be and who
// may make it and see what.
//
// Everything that is known is a [Registry], the fold of all [Revision]s; a
// [Change] makes the next one. Package store keeps them, pages show them. All
// areas may import this package.
//
// Start reading at [Registry] and [Access].
package community
