// Package eventrows gives the log as one viewer may have it: plain rows, numbered
// by what that viewer saw. It is what units download and what programs read.
//
// Rows hold no seq of the log: seqs tell how much goes on elsewhere. What a row
// is about is named by its key. It may import exercise, follow and scenario.
// Start reading at [Rows].
package eventrows
