// Package excon is exercise control: the board, the MSEL with what changes it,
// injects that are composed during play, the inbox of simulated contacts, the
// log, and the clock.
package excon

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
