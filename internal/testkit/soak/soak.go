// Package soak says at what length a test runs: short with -short, at the
// length of every day, or in full, for `make soak`.
package soak

import (
	"os"
	"testing"
	"time"
)

// InFull reports whether tests that repeat or wait do so at full length.
func InFull() bool { return os.Getenv("RENKEI_SOAK") == "1" }

// Count returns how often a test repeats: with -short, on every day, or in full.
func Count(short, usual, full int) int {
	switch {
	case InFull():
		return full
	case testing.Short():
		return short
	}
	return usual
}

// Lasting returns how long what a test does to a program lasts: on every day, or
// in full.
func Lasting(usual, full time.Duration) time.Duration {
	if InFull() {
		return full
	}
	return usual
}
