package store_test

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"renkei/internal/community"
	"renkei/internal/community/comcheck"
	"renkei/internal/community/store"
	"renkei/internal/database"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// opened is a store on a new database, and a second on the same as another
// process has it.
func opened(t *testing.T, at string) (s *store.Store, db *database.DB) {
	t.Helper()
	db, err := database.Open(t.Context(), at, database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context(), database.Area{Name: "community", Migrations: store.Migrations(), Tables: store.Tables()}); err != nil {
		t.Fatal(err)
	}
	return store.New(db), db
}

func names(en string) community.Names { return community.Names{{Full: community.Text{"en": en}}} }

func put(base int64, rec community.Record) community.Change {
	return community.Change{Author: "p", Reason: "it is so", Of: rec.Kind(), ID: rec.Key(), Record: rec, Base: base}
}

// filled has a member, its CSIRT, a person in it, and a contact that is they.
func filled(t *testing.T, s *store.Store) *community.Registry {
	t.Helper()
	r, err := s.Apply(t.Context(), noon,
		put(0, &community.Member{ID: "kh", Code: "KH", Names: names("Cambodia")}),
		put(0, &community.Organisation{ID: "camcert", Member: "kh", Type: community.CSIRT, Names: names("CamCERT"), TLP: community.Clear}),
		put(0, &community.Person{ID: "dara", Name: community.Text{"en": "Dara Sok"}, TLP: community.Amber, Posts: []community.Post{{Organisation: "camcert"}}}),
		put(0, &community.Contact{
			ID: "duty", Organisation: "camcert", Person: "dara", Role: community.Text{"en": "Duty officer"}, Order: 1, TLP: community.Amber,
			Channels: []community.Channel{{Kind: community.Mail, Value: "dara.sok@camcert.example"}},
		}),
	)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// testStore is what holds on either engine.
func testStore(t *testing.T, at func(t *testing.T) string) {
	t.Helper()
	t.Run("what was written is read, by another process too", func(t *testing.T) {
		t.Parallel()
		s, db := opened(t, at(t))
		filled(t, s)
		other := store.New(db)
		r, err := other.Registry(t.Context())
		if err != nil || r.Last != 4 || r.Member("kh") == nil || r.Contact("duty").Channels[0].Value != "dara.sok@camcert.example" {
			t.Fatalf("%+v, %v", r, err)
		}
		if _, err := s.Apply(t.Context(), noon, put(1, &community.Member{ID: "kh", Code: "KH", Names: names("Kingdom of Cambodia")})); err != nil {
			t.Fatal(err)
		}
		if r, err = other.Registry(t.Context()); err != nil || r.Member("kh").Names.At(noon).Full.In() != "Kingdom of Cambodia" {
			t.Errorf("%+v, %v", r.Member("kh"), err)
		}
	})
	t.Run("of changes together all are made or none", func(t *testing.T) {
		t.Parallel()
		s, _ := opened(t, at(t))
		var refused *community.Refusal
		_, err := s.Apply(t.Context(), noon,
			put(0, &community.Member{ID: "kh", Code: "KH", Names: names("Cambodia")}),
			put(0, &community.Organisation{ID: "x", Member: "nobody", Type: "csirt", Names: names("X"), TLP: community.Clear}))
		if !errors.As(err, &refused) || refused.Code != "no_member" {
			t.Fatalf("the error is %v", err)
		}
		if r, err := s.Registry(t.Context()); err != nil || r.Last != 0 || len(r.Members()) != 0 {
			t.Errorf("%+v, %v", r, err)
		}
	})
	t.Run("who has seen an older revision changes nothing", func(t *testing.T) {
		t.Parallel()
		s, _ := opened(t, at(t))
		filled(t, s)
		var wins sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wins.Go(func() {
				_, errs[i] = s.Apply(t.Context(), noon, put(1, &community.Member{ID: "kh", Code: "KH", Names: names(strings.Repeat("C", i+1))}))
			})
		}
		wins.Wait()
		won := 0
		for _, err := range errs {
			var refused *community.Refusal
			switch {
			case err == nil:
				won++
			case !errors.As(err, &refused) || refused.Code != "changed":
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d changes of the same revision were made", won)
		}
	})
	t.Run("a history goes back to the beginning", func(t *testing.T) {
		t.Parallel()
		s, _ := opened(t, at(t))
		filled(t, s)
		remove := community.Change{Author: "q", Reason: "no longer", Of: community.KindContact, ID: "duty", Base: 4}
		if _, err := s.Apply(t.Context(), noon.Add(time.Hour), remove); err != nil {
			t.Fatal(err)
		}
		all, err := s.History(t.Context(), community.KindContact, "duty")
		if err != nil || len(all) != 2 || all[0].Record != nil || all[0].Author != "q" || all[0].Reason != "no longer" ||
			!all[0].At.Equal(noon.Add(time.Hour)) || all[1].Record.(*community.Contact).Person != "dara" {
			t.Fatalf("%+v, %v", all, err)
		}
		back := put(0, all[1].Record)
		back.Restores = all[1].Number
		r, err := s.Apply(t.Context(), noon.Add(2*time.Hour), back)
		if err != nil || r.Contact("duty") == nil {
			t.Fatal(err)
		}
		if all, err = s.Recent(t.Context(), 1); err != nil || len(all) != 1 || all[0].Restores != 4 {
			t.Errorf("%+v, %v", all, err)
		}
	})
	t.Run("of an erased person nothing is left", func(t *testing.T) {
		t.Parallel()
		s, db := opened(t, at(t))
		filled(t, s)
		// The desk goes to nobody; that it was theirs stands in its history.
		desk := &community.Contact{ID: "duty", Organisation: "camcert", Role: community.Text{"en": "Duty officer"}, Order: 1, TLP: community.Amber}
		if _, err := s.Apply(t.Context(), noon, put(4, desk)); err != nil {
			t.Fatal(err)
		}
		r, err := s.Erase(t.Context(), noon, "p", "asked for it", "dara")
		if err != nil || !r.Person("dara").Erased {
			t.Fatalf("%+v, %v", r, err)
		}
		for _, table := range store.Tables() {
			var text strings.Builder
			if err := db.Write(t.Context(), func(tx *database.Tx) error {
				rows, err := tx.Query(`SELECT * FROM ` + table)
				if err != nil {
					return err
				}
				defer rows.Close()
				columns, err := rows.Columns()
				if err != nil {
					return err
				}
				for rows.Next() {
					values, into := make([]string, len(columns)), make([]any, len(columns))
					for i := range values {
						into[i] = &values[i]
					}
					if err := rows.Scan(into...); err != nil {
						return err
					}
					text.WriteString(strings.Join(values, " "))
				}
				return rows.Err()
			}); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(strings.ToLower(text.String()), "sok") {
				t.Errorf("%s still has: %s", table, text.String())
			}
		}
		if _, err := s.Erase(t.Context(), noon, "p", "again", "dara"); !errors.Is(err, database.ErrNotFound) {
			t.Errorf("erased twice: %v", err)
		}
		var refused *community.Refusal
		if _, err := s.Apply(t.Context(), noon, put(r.LastOf(community.KindPerson, "dara"), &community.Person{
			ID: "dara", Name: community.Text{"en": "Dara Sok"}, TLP: community.Amber,
		})); !errors.As(err, &refused) || refused.Code != "erased" {
			t.Errorf("brought back: %v", err)
		}
	})
	t.Run("a round is begun once, goes on, and is answered once", func(t *testing.T) {
		t.Parallel()
		s, db := opened(t, at(t))
		filled(t, s)
		now := noon
		rounds := &comcheck.Service{Store: s, Now: func() time.Time { return now }}
		schedule := comcheck.Schedule{On: true, Day: 28, Hour: 1, Plan: comcheck.DefaultPlan()}
		schedule.Plan.Scope = comcheck.All
		if err := s.SetSchedule(t.Context(), schedule); err != nil {
			t.Fatal(err)
		}
		other := &comcheck.Service{Store: store.New(db), Now: rounds.Now}
		for range 2 {
			if err := errors.Join(rounds.Advance(t.Context()), other.Advance(t.Context())); err != nil {
				t.Fatal(err)
			}
		}
		all, err := s.Rounds(t.Context())
		if err != nil || len(all) != 1 || all[0].ID != "2026-11" || all[0].Plan.Scope != comcheck.All || !all[0].Begun.Equal(noon) {
			t.Fatalf("%+v, %v", all, err)
		}
		if _, _, err := rounds.Start(t.Context(), comcheck.DefaultPlan(), "p"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := rounds.Start(t.Context(), comcheck.DefaultPlan(), "p"); !errors.Is(err, comcheck.ErrBegun) {
			t.Errorf("twice in a minute: %v", err)
		}
		second := &community.Contact{
			ID: "second", Organisation: "camcert", Role: community.Text{"en": "Deputy"}, Order: 2, TLP: community.Amber,
			Channels: []community.Channel{{Kind: community.Phone, Value: "+999 1 0002"}},
		}
		if _, err := s.Apply(t.Context(), noon, put(0, second)); err != nil {
			t.Fatal(err)
		}
		now = noon.Add(48 * time.Hour)
		if err := errors.Join(rounds.Advance(t.Context()), rounds.Advance(t.Context())); err != nil {
			t.Fatal(err)
		}
		round, asks, err := s.Round(t.Context(), "2026-11")
		if err != nil || len(asks) != 2 || asks[1].Contact != "second" || !asks[1].Asked.Equal(now) {
			t.Fatalf("%+v, %v", asks, err)
		}
		a, err := s.AskOf(t.Context(), round.Token(asks[0].Key()))
		if err != nil || a != asks[0] {
			t.Fatalf("%+v, %v", a, err)
		}
		if _, err := s.AskOf(t.Context(), "guessed"); !errors.Is(err, database.ErrNotFound) {
			t.Errorf("a guessed link: %v", err)
		}
		for _, word := range []string{"the first", "the second"} {
			a.Answered, a.How, a.Word = now, comcheck.ByLink, word
			if err := s.Answer(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
		asks[1].Bounced = true
		if err := s.Bounce(t.Context(), asks[1]); err != nil {
			t.Fatal(err)
		}
		_, asks, err = s.Round(t.Context(), "2026-11")
		if err != nil || asks[0].Word != "the first" || !asks[0].Answered.Equal(now) || asks[0].How != comcheck.ByLink || !asks[1].Bounced || asks[0].Bounced {
			t.Errorf("%+v, %v", asks, err)
		}
		last, err := s.LastAnswers(t.Context())
		if err != nil || len(last) != 1 || !last["duty"].Equal(now) {
			t.Errorf("%v, %v", last, err)
		}
		year, err := s.AsksOf(t.Context(), "duty", noon.AddDate(-1, 0, 0))
		if err != nil || len(year) != 2 {
			t.Errorf("%+v, %v", year, err)
		}
		if _, err := s.Erase(t.Context(), noon, "p", "asked for it", "dara"); err != nil {
			t.Fatal(err)
		}
		if year, err = s.AsksOf(t.Context(), "duty", noon.AddDate(-1, 0, 0)); err != nil || len(year) != 2 {
			t.Fatalf("%+v, %v", year, err)
		}
		for _, a := range year {
			if strings.Contains(a.Address, "@") || a.Word != "" {
				t.Errorf("an erased person's answer is %+v", a)
			}
		}
	})
	t.Run("a reader sees one moment", func(t *testing.T) {
		t.Parallel()
		where := at(t)
		s, _ := opened(t, where)
		filled(t, s)
		reader, err := database.OpenReader(t.Context(), where, database.Area{Name: "community", Migrations: store.Migrations(), Tables: store.Tables()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = reader.Close() })
		r, err := store.ReadMoment(t.Context(), reader)
		if err != nil || r.Last != 4 || r.MemberOf(r.Contact("duty")) != "kh" {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	testStore(t, func(t *testing.T) string {
		t.Helper()
		return filepath.Join(t.TempDir(), "renkei.db")
	})
}
