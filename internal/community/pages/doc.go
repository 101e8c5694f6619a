// Package communitypages is people and their accounts as the secretariat sees
// them, lists of people that are imported, and the audit log.
package communitypages

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
