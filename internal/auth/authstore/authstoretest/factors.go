package authstoretest

import (
	"errors"
	"reflect"
	"sync"

	"renkei/internal/auth/authstore"
	"renkei/internal/database"
)

// second expects somebody to have so many factors, codes and steps: one of each,
// or none.
func (b *bench) second(person string, want int) {
	b.t.Helper()
	factors, err := b.Factors(b.ctx(), person)
	codes, codesErr := b.Codes(b.ctx(), person)
	if len(factors) != want || codes != want || err != nil || codesErr != nil {
		b.t.Errorf("%s: factors %v %v, %d codes %v", person, factors, err, codes, codesErr)
	}
	if _, err := b.Step(b.ctx(), token(person[0])); (err == nil) != (want == 1) || err != nil && !errors.Is(err, database.ErrNotFound) {
		b.t.Errorf("%s: a step: %v", person, err)
	}
}

func testFactors(b *bench) {
	t := b.t
	b.person("a", "ada")
	b.person("b", "bob")
	app := authstore.Factor{ID: "1", Person: "a", Kind: "totp", Name: "Phone", Made: 10, Step: 5, Data: []byte{0, 1, 255}}
	key := authstore.Factor{ID: "2", Person: "a", Kind: "passkey", Name: "鍵", Made: 20, Data: []byte("{}")}
	b.must(b.PutFactor(b.ctx(), key, nil))
	b.must(b.PutFactor(b.ctx(), app, []authstore.Token{token(1), token(2)}))
	if err := b.UseTOTP(b.ctx(), "1", 5, 30); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("the code of a step that was taken: %v", err)
	}
	b.must(b.UseTOTP(b.ctx(), "1", 6, 30))
	b.must(b.UseFactor(b.ctx(), "2", []byte("{2}"), 40))
	b.must(b.NameFactor(b.ctx(), "a", "1", "Tablet", authstore.Audit{What: "named"}))
	for what, err := range map[string]error{
		"use":  b.UseFactor(b.ctx(), "3", nil, 1),
		"name": b.NameFactor(b.ctx(), "b", "1", "Mine"),
		"drop": b.DropFactor(b.ctx(), "b", "1", false),
	} {
		if !errors.Is(err, database.ErrNotFound) {
			t.Errorf("%s what is not there: %v", what, err)
		}
	}
	app.Name, app.Step, app.Used = "Tablet", 6, 30
	key.Data, key.Used = []byte("{2}"), 40
	b.reopen()
	if got, err := b.Factors(b.ctx(), "a"); err != nil || !reflect.DeepEqual(got, []authstore.Factor{app, key}) {
		t.Errorf("Factors = %+v, %v", got, err)
	}
	for id, want := range map[string]bool{"a": true, "b": false} {
		if got, err := b.Who(b.ctx(), id); err != nil || got.Second != want {
			t.Errorf("Who(%s) = %+v, %v", id, got, err)
		}
	}
	if all, err := b.Accounts(b.ctx()); err != nil || !all[0].Second || all[1].Second {
		t.Errorf("Accounts = %+v, %v", all, err)
	}
}

// testFactorLast drops the last factor of somebody who need not have one, and not
// of somebody who must.
func testFactorLast(b *bench) {
	t := b.t
	b.person("a", "ada")
	for _, id := range []string{"1", "2"} {
		b.must(b.PutFactor(b.ctx(), authstore.Factor{ID: id, Person: "a"}, []authstore.Token{token(1)}))
	}
	b.must(b.DropFactor(b.ctx(), "a", "1", true))
	if err := b.DropFactor(b.ctx(), "a", "2", true); !errors.Is(err, authstore.ErrLast) {
		t.Errorf("the last: %v", err)
	}
	if n, err := b.Codes(b.ctx(), "a"); n != 1 || err != nil {
		t.Errorf("%d codes are left, %v", n, err)
	}
	b.must(b.DropFactor(b.ctx(), "a", "2", false))
	b.second("a", 0)
}

// testFactorReset drops everything of one person, who is told of it until they
// know or have a factor again.
func testFactorReset(b *bench) {
	reset := func(want int64) {
		b.t.Helper()
		if got, err := b.Who(b.ctx(), "a"); err != nil || got.SecondReset != want {
			b.t.Errorf("Who = %+v, %v, want a reset at %d", got, err, want)
		}
	}
	for _, p := range []string{"a", "b"} {
		b.person(p, p)
		b.must(b.PutFactor(b.ctx(), authstore.Factor{ID: p, Person: p}, []authstore.Token{token(p[0])}))
		b.must(b.PutStep(b.ctx(), authstore.Step{Token: token(p[0]), Person: p}))
		b.must(b.PutSession(b.ctx(), authstore.Session{Token: token(p[0]), Person: p}))
	}
	b.must(b.DropFactors(b.ctx(), "a", 70))
	b.second("a", 0)
	b.second("b", 1)
	if b.sessions("a") != 0 || b.sessions("b") != 1 {
		b.t.Errorf("sessions: %d, %d", b.sessions("a"), b.sessions("b"))
	}
	reset(70)
	b.must(b.SeeReset(b.ctx(), "a"))
	reset(0)
	b.must(b.DropFactors(b.ctx(), "a", 80))
	b.must(b.PutFactor(b.ctx(), authstore.Factor{ID: "3", Person: "a"}, nil))
	reset(0)
	if err := b.DropFactors(b.ctx(), "nobody", 90); !errors.Is(err, database.ErrNotFound) {
		b.t.Errorf("of nobody: %v", err)
	}
}

// testCodeOnce has many take the same code and the same step.
func testCodeOnce(b *bench) {
	b.must(b.PutFactor(b.ctx(), authstore.Factor{ID: "1", Person: "a"}, nil))
	b.must(b.PutCodes(b.ctx(), "a", []authstore.Token{token(1), token(2)}))
	b.must(b.PutCodes(b.ctx(), "b", []authstore.Token{token(3)}))
	b.must(b.PutStep(b.ctx(), authstore.Step{Token: token(9)}))
	if err := b.UseCode(b.ctx(), "b", token(1)); !errors.Is(err, database.ErrNotFound) {
		b.t.Errorf("somebody else's code: %v", err)
	}
	for what, take := range map[string]func() error{
		"recovery code":  func() error { return b.UseCode(b.ctx(), "a", token(1)) },
		"code of a step": func() error { return b.UseTOTP(b.ctx(), "1", 7, 7) },
		"step":           func() error { return b.TakeStep(b.ctx(), token(9)) },
	} {
		errs := make([]error, 8)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { errs[i] = take() })
		}
		all.Wait()
		got := 0
		for _, err := range errs {
			if err == nil {
				got++
			} else if !errors.Is(err, database.ErrNotFound) {
				b.t.Errorf("%s: %v", what, err)
			}
		}
		if got != 1 {
			b.t.Errorf("%s was taken %d times", what, got)
		}
	}
	if n, err := b.Codes(b.ctx(), "a"); n != 1 || err != nil {
		b.t.Errorf("%d codes are left, %v", n, err)
	}
}

func testSteps(b *bench) {
	step := authstore.Step{Token: token(1), Kind: "sign_in", Person: "a", Expires: 10, Data: []byte("x")}
	b.must(b.PutStep(b.ctx(), step))
	step.Data = []byte("y")
	b.must(b.PutStep(b.ctx(), step))
	if got, err := b.Step(b.ctx(), token(1)); err != nil || !reflect.DeepEqual(got, step) {
		b.t.Errorf("Step = %+v, %v", got, err)
	}
	b.must(b.SweepSessions(b.ctx(), 10))
	if _, err := b.Step(b.ctx(), token(1)); !errors.Is(err, database.ErrNotFound) {
		b.t.Errorf("after its end: %v", err)
	}
}
