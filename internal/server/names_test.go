package server_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"renkei/internal/auth/authstore"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/testkit/exercisetest"
)

// slowNames is a store that takes its time to say who a controller is.
type slowNames struct {
	*storage.DB
	asked  chan struct{}
	answer chan authstore.Who
}

func (s slowNames) Who(ctx context.Context, person string) (authstore.Who, error) {
	if person != "controller-1" {
		return s.DB.Who(ctx, person)
	}
	s.asked <- struct{}{}
	select {
	case who := <-s.answer:
		return who, nil
	case <-ctx.Done():
		return authstore.Who{}, ctx.Err()
	}
}

// TestNamesHoldUpNobody: while a page waits for the name of somebody who acted,
// play goes on, and the page shows the name once it has come.
func TestNamesHoldUpNobody(t *testing.T) {
	t.Parallel()
	db := exercisetest.Store(t, server.Stored()...)
	names := slowNames{db, make(chan struct{}, 1), make(chan authstore.Who)}
	h := servingFrom(t, names, db, conducted(t, db, "hospital-ransomware", 150*exercise.Second))
	director := h.as(access.Director, "")
	persona := ""
	h.read(func(st *exercise.State) { persona = st.Play().Pack.Personas[0].Key })
	h.do(exercise.Actor{ID: "controller-1", Role: exercise.RoleControl}, exercise.ClaimPersona{Persona: persona})

	page := make(chan string, 1)
	go func() {
		_, text := director.get("/x/x/inbox")
		page <- text
	}()
	<-names.asked
	h.do(exercise.Excon(), exercise.Pause{Reason: "while a name is looked up"}) // returns when it can be seen
	names.answer <- authstore.Who{Person: authstore.Person{Name: "Grace Hopper"}}
	if text := <-page; !strings.Contains(text, "Grace Hopper") || strings.Contains(text, "controller-1") {
		t.Errorf("the inbox does not say who plays: %s", text)
	}
	if status, text := director.get("/x/x/inbox"); status != http.StatusOK || !strings.Contains(text, "Grace Hopper") {
		t.Errorf("the name is not kept: %d", status)
	}
}
