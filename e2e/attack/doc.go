// Package attack attacks the real program, on this machine only, under the limits
// of deploy/renkei.service: make attack. Every attack is bounded, and comes from
// somebody who may sign in, or from a stranger. It holds when the program
// refuses it, stays within its memory, and a director's page comes within two
// seconds throughout. Start with attacks in attack_test.go.
package attack
