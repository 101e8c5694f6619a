package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// SetCookie keeps a value in the browser: until it closes with age 0, not at
// all with an age below that.
func (r *Request) SetCookie(name, value string, age int) {
	http.SetCookie(r.Writer, &http.Cookie{ //nolint:gosec // without TLS, as on one's own machine, a secure cookie would be lost
		Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: r.Server.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// setLanguage keeps the language that somebody chose, and goes back.
func setLanguage(r *Request) error {
	lang := r.Server.Texts.For(r.PostFormValue("lang")).Lang()
	if r.Access.Known() {
		if err := r.Server.Auth.SetLanguage(r.Context(), r.Access.Person, lang); err != nil {
			return err
		}
	}
	r.SetCookie(languageCookie, lang, int((365 * 24 * time.Hour).Seconds()))
	return r.Back(Local(r.PostFormValue("back")))
}

// manifest lets a phone put the program on its home screen.
func manifest(r *Request) error {
	data, err := json.Marshal(map[string]any{
		"name": r.T("name"), "short_name": r.T("name"), "lang": r.Printer.Lang(), "start_url": "/", "scope": "/", "display": "standalone",
		"background_color": "#ffffff", "theme_color": "#1a1a1a",
		"icons": []map[string]string{{"src": r.Asset("icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}},
	})
	if err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	r.Writer.Header().Set("Content-Type", "application/manifest+json")
	r.Writer.Header().Set("Vary", "Accept-Language, Cookie")
	_, err = r.Writer.Write(data)
	return err
}

func healthy(r *Request) error {
	r.Writer.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := r.Writer.Write([]byte("ok\n"))
	return err
}

// ready says whether everything can be used: a load balancer asks.
func ready(r *Request) error {
	r.Writer.Header().Set("Content-Type", "text/plain; charset=utf-8")
	all, about := true, []string(nil)
	for i := range r.Server.Areas {
		if check := r.Server.Areas[i].Ready; check != nil {
			ok, text := check()
			all, about = all && ok, append(about, text)
		}
	}
	if !all {
		r.Writer.WriteHeader(http.StatusServiceUnavailable)
	}
	_, err := fmt.Fprintf(r.Writer, "ready: %v, %s\n", all, strings.Join(about, ", "))
	return err
}
