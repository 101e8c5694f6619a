package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"renkei/internal/exercise"
	"renkei/internal/exercise/eventrows"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/review/report"
	"renkei/internal/exercise/scenario"
)

// operations are all that a program may ask.
func (s *server) operations(a huma.API) {
	open := func(o *huma.Operation) { o.Security = nil }
	huma.Get(a, Root+"/health", s.health, named("health", "Whether every exercise can be read"), open)
	huma.Get(a, Root+"/exercises", s.exercises, named("exercises", "The exercises in which the owner takes part"))
	huma.Get(a, Root+"/exercises/{exercise}", s.exercise, named("exercise", "How an exercise stands"))
	huma.Get(a, Root+"/exercises/{exercise}/events", s.events, named("events", "What has happened, as far as the owner may see it"))
	huma.Get(a, Root+"/exercises/{exercise}/state", s.state, named("state", "Injects and tasks of a unit"))
	huma.Get(a, Root+"/exercises/{exercise}/results", s.results, named("results", "The figures of an exercise (EXCON)"), raw("application/json"))
	huma.Get(a, Root+"/exercises/{exercise}/report", s.report, named("report", "An after-action report"), raw("application/json"))
	huma.Get(a, Root+"/exercises/{exercise}/log.jsonl", s.log, named("log", "The whole log as its file form (EXCON)"), raw("application/jsonl"))
}

// named sets what the description says of an operation.
func named(id, summary string) func(*huma.Operation) {
	return func(o *huma.Operation) {
		o.OperationID, o.Summary = id, summary
		o.Security = []map[string][]string{{"token": {}}}
	}
}

// raw describes an answer that is written as it is.
func raw(media string) func(*huma.Operation) {
	return func(o *huma.Operation) {
		o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{media: {}}}}
	}
}

// body is an answer of JSON.
type body[T any] struct{ Body T }

// OfExercise names an exercise in an address.
type OfExercise struct {
	Exercise string `path:"exercise" maxLength:"200" doc:"Its id."`
}

// find returns an exercise in which the caller takes part.
func (s *server) find(ctx context.Context, id string) (*hosting.Exercise, *caller, error) {
	c := callerOf(ctx)
	if !c.access.Takes(id) {
		return nil, c, absent(c)
	}
	h, err := s.Host.Exercise(ctx, id)
	switch {
	case errors.Is(err, hosting.ErrNotFound):
		return nil, c, absent(c)
	case err != nil:
		s.Log.Warn("exercise_not_opened", "exercise", id, "error", err)
		return nil, c, problemOf(c, http.StatusServiceUnavailable, "away")
	}
	return h, c, nil
}

type healthBody struct {
	Ready   bool `json:"ready"`
	Waiting int  `json:"waiting" doc:"Exercises that are being opened."`
}

func (s *server) health(context.Context, *struct{}) (*body[healthBody], error) {
	ok, waiting := s.Host.Ready()
	return &body[healthBody]{healthBody{ok, waiting}}, nil
}

type listBody struct {
	Exercises []listedBody `json:"exercises"`
}

type listedBody struct {
	ID    string        `json:"id"`
	Title scenario.Text `json:"title" doc:"By language."`
}

func (s *server) exercises(ctx context.Context, _ *struct{}) (*body[listBody], error) {
	list, err := s.Host.List(ctx, callerOf(ctx).access.Takes)
	if err != nil {
		return nil, fmt.Errorf("list exercises: %w", err)
	}
	out := &body[listBody]{listBody{Exercises: []listedBody{}}}
	for _, x := range list {
		out.Body.Exercises = append(out.Body.Exercises, listedBody{ID: x.ID, Title: x.Title})
	}
	return out, nil
}

type eventsIn struct {
	OfExercise
	After uint64 `query:"after" doc:"The number of the last event that is known; 0 for none."`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"200"`
}

type eventsBody struct {
	Events []eventrows.Row `json:"events" doc:"In order. Numbers are the owner's own: they count what the owner may see, and change with the owner's roles."`
	Next   uint64          `json:"next" doc:"What to ask after next."`
	Count  uint64          `json:"count" doc:"How many there are by now."`
}

func (s *server) events(ctx context.Context, in *eventsIn) (*body[eventsBody], error) {
	h, c, err := s.find(ctx, in.Exercise)
	if err != nil {
		return nil, err
	}
	out := &body[eventsBody]{}
	h.Live.Now(func(m *follow.Moment) {
		out.Body.Events, out.Body.Count = eventrows.Rows(m, eventrows.Options{
			Viewer: c.access.Viewer(h.ID), Plain: !c.access.Controls(h.ID), After: in.After, Limit: in.Limit,
		})
	})
	out.Body.Next = in.After + uint64(len(out.Body.Events))
	return out, nil
}

// answer is one that was made already.
type answer struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (s *server) results(ctx context.Context, in *OfExercise) (*answer, error) {
	h, c, err := s.find(ctx, in.Exercise)
	if err == nil && !c.access.Controls(h.ID) {
		err = absent(c)
	}
	if err != nil {
		return nil, err
	}
	return made(func(w io.Writer) error {
		return h.Report(ctx, w, hosting.ReportOptions{For: review.ForExcon, Format: report.ResultsFormat, Printer: c.p})
	})
}

func made(write func(io.Writer) error) (*answer, error) {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return nil, err
	}
	return &answer{"application/json", b.Bytes()}, nil
}

type reportIn struct {
	OfExercise
	For string `query:"for" required:"true" maxLength:"200" doc:"excon, public, or the key of a unit."`
}

func (s *server) report(ctx context.Context, in *reportIn) (*answer, error) {
	h, c, err := s.find(ctx, in.Exercise)
	if err == nil {
		h.Live.Now(func(m *follow.Moment) { err = mayReport(m.State, c, h.ID, in.For) })
	}
	if err != nil {
		return nil, err
	}
	return made(func(w io.Writer) error {
		return h.Report(ctx, w, hosting.ReportOptions{For: in.For, Format: report.JSONFormat, Printer: c.p})
	})
}

// mayReport says why a report is not for a caller, or not yet: the rules are
// those of the pages.
func mayReport(st *exercise.State, c *caller, id, reader string) error {
	u, isUnit := st.Play().Cast.Index(reader)
	switch {
	case reader == review.ForExcon && c.access.Controls(id):
		return nil // an interim one before ENDEX
	case reader == review.ForPublic && c.access.Observes(id):
	case !isUnit || !c.access.Reads(id, reader):
		return absent(c)
	case c.access.Controls(id):
		return nil
	case !c.access.ReadsReport(id, st, u) && c.access.Evaluates(id, reader):
		return problemOf(c, http.StatusConflict, "blind")
	case !c.access.ReadsReport(id, st, u):
		return absent(c)
	}
	if st.Phase() != exercise.Over {
		return problemOf(c, http.StatusConflict, "early")
	}
	return nil
}

// log streams: it may be large. What went wrong on the way breaks it off.
func (s *server) log(ctx context.Context, in *OfExercise) (*huma.StreamResponse, error) {
	h, c, err := s.find(ctx, in.Exercise)
	if err == nil && !c.access.Controls(h.ID) {
		err = absent(c)
	}
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(out huma.Context) {
		out.SetHeader("Content-Type", "application/jsonl")
		if err := h.WriteLog(ctx, out.BodyWriter(), 0); err != nil {
			s.Log.Error("log_broken_off", "exercise", h.ID, "error", err)
			panic(http.ErrAbortHandler)
		}
	}}, nil
}
