// Package scenarios holds the shipped scenario packs, embedded in the program.
package scenarios

import "embed"

// Packs holds one folder per shipped pack.
//
//go:embed all:hospital-ransomware all:gateway-to-wards all:hospital-ransomware-60 all:payment all:two-sentences all:who-is-calling
var Packs embed.FS
