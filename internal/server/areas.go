package server

import (
	"renkei/internal/exercise/area"
	"renkei/internal/exercise/pages"
	"renkei/internal/web"
)

// Areas are the wings of the program.
func Areas(host pages.Host, joined pages.Joined) []web.Area {
	return []web.Area{startArea(), authArea(), area.Area(host, joined), peopleArea()}
}
