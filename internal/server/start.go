package server

import (
	"net/http"
	"slices"

	authpages "renkei/internal/auth/pages"
	authtexts "renkei/internal/auth/texts"
	"renkei/internal/web"
)

// startRoutes is the start page.
func startRoutes() []web.Route {
	return []web.Route{{Pattern: "GET /{$}", Handle: showStart}}
}

// showStart asks who one is, or shows area by area what waits for one. Whoever
// has one place only is led there.
func showStart(r *web.Request) error {
	if !r.Access.Known() {
		return r.Show(http.StatusOK, authpages.SignInPage(r, ""))
	}
	parts, only, err := homes(r)
	if err != nil {
		return err
	}
	if len(parts) == 1 && only != "" {
		return r.Back(only)
	}
	return r.Show(http.StatusOK, web.StartPage(r, parts))
}

// homes are what the areas show on the start page, and where somebody is led
// who has nothing else.
func homes(r *web.Request) (parts []*web.Home, only string, err error) {
	for i := range r.Server.Areas {
		home := r.Server.Areas[i].Home
		if home == nil {
			continue
		}
		h, err := home(r)
		if err != nil {
			return nil, "", err
		}
		if h != nil {
			parts = append(parts, h)
			only = h.Only
		}
	}
	return parts, only, nil
}

// authArea is how people come in, and their own account.
func authArea() web.Area {
	return web.Area{Name: "auth", Texts: authtexts.Area(), Routes: slices.Concat(authpages.LinkRoutes(), authpages.MeRoutes(), authpages.SecondRoutes())}
}

// startArea is the start page.
func startArea() web.Area { return web.Area{Name: "server", Routes: startRoutes()} }
