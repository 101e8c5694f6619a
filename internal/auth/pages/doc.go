// Package authpages is how people come in: sign-in, links, and one's own account
// with its sessions and tokens.
package authpages

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
