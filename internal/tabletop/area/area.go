// Package area registers tabletops with the program: their pages at the place of
// the exercise, and their texts.
package area

import (
	xpages "renkei/internal/exercise/pages"
	"renkei/internal/tabletop/joining"
	"renkei/internal/tabletop/pages"
	"renkei/internal/tabletop/texts"
	"renkei/internal/web"
)

// Area returns the wing of tabletops, with what they leave elsewhere.
func Area(host xpages.Host, out pages.Outside) web.Area {
	d := &xpages.Deps{Host: host, Kinds: Kinds()}
	return web.Area{
		Name: "tabletop", Routes: xpages.Register(d, pages.Routes(out)), Texts: texts.Area(),
		Migrations: joining.Migrations(), Tables: joining.Tables(),
	}
}

// Kinds are what the pages of exercises have to know of tabletops.
func Kinds() []xpages.Kind { return []xpages.Kind{pages.Kind()} }
