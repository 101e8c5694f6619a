// Package authpages is how people come in: sign-in, links, and one's own account
// with its sessions and tokens.
package authpages

//go:generate go tool templ generate
