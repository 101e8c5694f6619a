package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/limit"
	"renkei/internal/bounds"
	"renkei/internal/i18n"
)

// Places are how much may be in progress at once, of each kind.
type Places struct {
	Requests bounds.Limits // but for streams
	Bodies   bounds.Limits // requests whose body has not arrived yet
	Streams  bounds.Limits
	// Downloads are files on the disk that wait for their readers.
	Downloads bounds.Limits
}

// PlacesFor are the places of a server that may have so many connections at
// once. A delegation shares an address: 5,000 people behind 50 addresses never
// meet these limits.
func PlacesFor(connections int) Places {
	kept := max(8, connections/16)
	streams := min(10_000, connections*2/3)
	return Places{
		Requests:  bounds.Limits{Person: 64, Address: min(512, connections/2), All: connections, Kept: kept},
		Bodies:    bounds.Limits{Person: 8, Address: min(128, connections/8), All: min(1024, connections/4), Kept: kept},
		Streams:   bounds.Limits{Person: 16, Address: min(400, streams/2), All: streams, Kept: kept},
		Downloads: bounds.Limits{Person: 4, Address: 64, All: 128, Kept: 16},
	}
}

// fullRetry is how long somebody is told to wait for whom no place is free.
const fullRetry = 10 * time.Second

// AdmissionDeps are what an Admission works with.
type AdmissionDeps struct {
	Auth   *auth.Service
	Texts  *i18n.Catalogue
	Log    *slog.Logger
	Areas  []Area         // they say for whom places are kept
	Limits *limit.Limiter // says which addresses are counted, and as what
	Secure bool
	Places Places // the zero value for those of 16,384 connections
	// BodyTime bounds how long a body may take however fast it comes; 0 for five
	// minutes.
	BodyTime time.Duration
}

// Admission says who may have something in progress, before anything else is
// done for them: a place is kept for who steers an exercise, known by the
// session alone. It is safe for use by many goroutines.
type Admission struct {
	AdmissionDeps
	requests, bodies, streams, downloads *bounds.Places
	told                                 *crowdLog
}

// NewAdmission returns an Admission to which nobody has come yet.
func NewAdmission(d AdmissionDeps) *Admission {
	if d.Places == (Places{}) {
		d.Places = PlacesFor(16_384)
	}
	if d.BodyTime == 0 {
		d.BodyTime = 5 * time.Minute
	}
	return &Admission{
		AdmissionDeps: d, told: newCrowdLog(d.Log),
		requests: bounds.NewPlaces(d.Places.Requests), bodies: bounds.NewPlaces(d.Places.Bodies), streams: bounds.NewPlaces(d.Places.Streams),
		downloads: bounds.NewPlaces(d.Places.Downloads),
	}
}

// Connection is one on which requests come.
type Connection interface {
	// Tight reports whether it was taken though none was free, for somebody for
	// whom a place is kept.
	Tight() bool
	// Own says whose it is. It returns false where they have too many.
	Own(who bounds.Who) bool
}

type contextKey int

const (
	connectionKey contextKey = iota
	admittedKey
)

// WithConnection returns a context whose requests come on a connection.
func WithConnection(ctx context.Context, c Connection) context.Context {
	return context.WithValue(ctx, connectionKey, c)
}

// admitted is a request that has a place.
type admitted struct {
	who  bounds.Who
	free func() // gives the place of a request back
}

// Handler hands on the requests for which there is a place.
func (a *Admission) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := a.who(r)
		if c, ok := r.Context().Value(connectionKey).(Connection); ok {
			switch {
			case c.Tight() && !who.Kept:
				a.refuse(w, r, "connections", &bounds.FullError{Of: "all"})
				return
			case !c.Own(who):
				a.refuse(w, r, "connections", &bounds.FullError{Of: "person"})
				return
			}
		}
		free, err := a.requests.Take(who, nil)
		if err != nil {
			a.refuse(w, r, "requests", err)
			return
		}
		defer free()
		r = r.WithContext(context.WithValue(r.Context(), admittedKey, admitted{who, free}))
		if r.ContentLength != 0 && r.Body != nil {
			body, err := a.receive(w, r, who)
			if err != nil {
				a.refuse(w, r, "bodies", err)
				return
			}
			defer body.finish()
			r.Body = body
		}
		next.ServeHTTP(w, r)
	})
}

// who finds out who asks. Whom the database cannot name now is a stranger: what
// they ask for says so.
func (a *Admission) who(r *http.Request) bounds.Who {
	access := &auth.Access{}
	if c, err := r.Cookie(cookieName(a.Secure)); err == nil {
		if found, err := a.Auth.Access(r.Context(), c.Value); err == nil {
			access = found
		}
	}
	return a.whoIs(access, r.RemoteAddr)
}

func (a *Admission) whoIs(access *auth.Access, address string) bounds.Who {
	who := bounds.Who{Person: access.Person}
	if place, trusted := a.Limits.Place(address); !trusted {
		who.Address = place
	}
	for i := range a.Areas {
		if keeps := a.Areas[i].Keeps; keeps != nil && access.Known() && keeps(access) {
			who.Kept = true
		}
	}
	return who
}

// refuse answers somebody for whom there is no place, with as little work as
// can be, and closes the connection.
func (a *Admission) refuse(w http.ResponseWriter, r *http.Request, kind string, err error) {
	full := &bounds.FullError{Of: "all"}
	_ = errors.As(err, &full) // it is nothing else
	a.told.full(kind, full.Of, r.RemoteAddr)
	status, text := a.refusal(w, a.Texts.For(preferredLanguages(r)...), full)
	h := w.Header()
	h.Set("Connection", "close")
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // whoever has gone does not read it
}

// refusal is the status and the sentence for somebody for whom there is no
// place, and says when to come again.
func (a *Admission) refusal(w http.ResponseWriter, p *i18n.Printer, full *bounds.FullError) (status int, text string) {
	seconds := int(fullRetry.Seconds())
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	text = p.T("web.error.full_"+full.Of, Args("Seconds", seconds))
	if full.Of == "all" {
		return http.StatusServiceUnavailable, text
	}
	return http.StatusTooManyRequests, text
}

// errGaveWay ends a stream.
var errGaveWay = errors.New("web: another stream took the place")

// streaming makes a handler one that has the place of a stream: its context ends
// when the stream gives way to another.
func streaming(handle func(*Request) error) func(*Request) error {
	return func(r *Request) error {
		a := r.Server.Admission
		who := a.whoIs(r.Access, r.RemoteAddr)
		ctx, cancel := context.WithCancelCause(r.Context())
		defer cancel(nil)
		free, err := a.streams.Take(who, func() { cancel(errGaveWay) })
		if err != nil {
			a.told.fullError("streams", err, r.RemoteAddr)
			return err
		}
		defer free()
		if in, ok := ctx.Value(admittedKey).(admitted); ok {
			in.free()
		}
		r.Request = r.WithContext(ctx)
		err = handle(r)
		if errors.Is(context.Cause(ctx), errGaveWay) {
			a.told.full("streams", "gave_way", r.RemoteAddr)
			_, _ = r.Writer.Write([]byte(returnLater)) // so that it does not push another out at once
		}
		return err
	}
}

// returnLater tells a browser to wait for 30 s before it opens the stream anew.
const returnLater = "retry: 30000\n\n"
