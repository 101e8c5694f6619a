// Package programme holds what a community does together over the years: its
// activities, the events of each with who took part, figures that name their
// records, agreements, decisions, and the yearly report that is made of all
// these. It is domain and may import the community and what is shared, but no
// SQL and no HTTP. No figure is typed, unless it says who stated it and where.
//
// Start reading at [Record], [Records] and [Compose].
package programme
