package transfer

import (
	"context"
	"encoding/json"
	"iter"
	"strings"

	"renkei/internal/auth/authstore"
	"renkei/internal/exercise"
	"renkei/internal/exercise/archive"
)

// writeNamed says in an archive who those are whom the exercise names, where
// that is known, and returns how many.
func (x *exporter) writeNamed(ctx context.Context, w *archive.Writer, id string) (int, error) {
	var all []authstore.Person
	if x.db != nil {
		var err error
		if all, err = x.db.AllPeople(ctx); err != nil {
			return 0, err
		}
	}
	named := map[string]bool{}
	if len(all) > 0 {
		if err := x.findNamed(ctx, id, named); err != nil {
			return 0, err
		}
	}
	n := 0
	for _, p := range all {
		if named[p.ID] {
			all[n] = p
			n++
		}
	}
	return n, w.People(people(all[:n]))
}

// findNamed collects the person ids in the events that are handed on.
func (x *exporter) findNamed(ctx context.Context, id string, named map[string]bool) error {
	for e, err := range x.db.Entries(ctx, id, 1) {
		if err != nil {
			return err
		}
		if e.Redacted() || x.clearing != nil && !x.clearing.Event(e.Seq) {
			continue
		}
		namedIn(e.Event, named)
	}
	return nil
}

// namedIn collects the person ids in a stored event.
func namedIn(raw []byte, named map[string]bool) {
	var event struct {
		Actor string        `json:"actor"`
		To    []string      `json:"to"`
		Type  exercise.Type `json:"type"`
		Body  struct {
			People []string        `json:"people"`
			To     json.RawMessage `json:"to"`
		} `json:"body"`
	}
	if json.Unmarshal(raw, &event) != nil {
		return // of a form that names nobody
	}
	named[event.Actor] = true
	for _, person := range event.Body.People {
		named[person] = true
	}
	var next string
	if event.Type == (*exercise.HandedOver)(nil).Type() && json.Unmarshal(event.Body.To, &next) == nil {
		named[next] = true
	}
	for _, to := range event.To {
		if person, ok := strings.CutPrefix(to, "person:"); ok {
			named[person] = true
		}
	}
}

func people(all []authstore.Person) iter.Seq2[archive.Person, error] {
	return func(yield func(archive.Person, error) bool) {
		for _, p := range all {
			if !yield(archive.Person{ID: p.ID, Name: p.Name, Organisation: p.Organisation}, nil) {
				return
			}
		}
	}
}

// putPeople says in a database who the people of an archive are. What was known
// there of somebody stays: an archive comes from others.
func putPeople(ctx context.Context, db *authstore.Store, r *archive.Reader) error {
	var some []authstore.Person
	for p, err := range r.People() {
		if err != nil {
			return err
		}
		known, err := db.People(ctx, []string{p.ID})
		if err != nil {
			return err
		}
		if len(known) == 0 {
			some = append(some, authstore.Person{ID: p.ID, Name: p.Name, Organisation: p.Organisation})
		}
		if len(some) == 500 {
			if err := db.PutPeople(ctx, some); err != nil {
				return err
			}
			some = some[:0]
		}
	}
	return db.PutPeople(ctx, some)
}
