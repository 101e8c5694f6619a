// Package linkcheck asks now and then whether the evidence of the handbook can
// still be followed, politely: few pages at a time, each seldom, and nothing of
// what they say is read. It never connects to an address that is not public,
// whatever a name or a redirect says. It may import its domain and the store of
// the handbook.
//
// Start reading at [Service.Advance] and [Public].
package linkcheck
