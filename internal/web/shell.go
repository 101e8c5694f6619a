package web

import (
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
