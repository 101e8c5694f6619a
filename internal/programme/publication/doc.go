// Package publication writes what everybody may read of a programme as files that
// need no server and no script. It is domain and may import the programme and what
// is shared.
//
// Start reading at [Site].
package publication

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate
