// Package needs brings what members need and what others offer together: it
// finds which offer fits which need and says why, shows what nobody offers, and
// follows what was agreed until it is known what came of it. It is domain and
// knows no SQL and no HTTP.
//
// A [Listing] is a need or an offer. A [Deal] is what a member and whoever makes
// an offer agree on. A [Board] is all of them at one moment, which [Change]s
// lead to the next. Start reading at [Match] and [Cover].
package needs
