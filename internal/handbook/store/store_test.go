package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"renkei/internal/community"
	"renkei/internal/database"
	"renkei/internal/handbook"
	"renkei/internal/handbook/store"
	"renkei/internal/search"
)

func open(tb testing.TB, at string) *store.Store {
	tb.Helper()
	db, err := database.Open(tb.Context(), at, database.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	area := database.Area{Name: "handbook", Migrations: store.Migrations(), Tables: store.Tables()}
	if err := db.Migrate(tb.Context(), search.Area(), area); err != nil {
		tb.Fatal(err)
	}
	words, err := handbook.DefaultVocabulary()
	if err != nil {
		tb.Fatal(err)
	}
	return store.New(db, words)
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	testStore(t, func(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "renkei.db") })
}

// testStore is what the store must do on every engine.
func testStore(t *testing.T, at func(*testing.T) string) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, *store.Store){
		"Publish": testPublish, "Drafts": testDrafts, "Comments": testComments, "Conflict": testConflict, "Undo": testUndo, "Find": testFind,
		"Needs": testNeeds, "Links": testLinks,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, open(t, at(t))) })
	}
}

var (
	owner       = handbook.Actor{Person: "owner", Owns: []string{"kh"}}
	approver    = handbook.Actor{Person: "approver", Approves: []string{"kh"}}
	secretariat = handbook.Actor{Person: "secretary", Secretariat: true}
	foreigner   = handbook.Actor{Person: "foreigner", Owns: []string{"th"}, Approves: []string{"th"}}
	now         = time.Date(2024, 10, 1, 9, 0, 0, 0, time.UTC)
)

func item(id, text string) handbook.Item {
	return handbook.Item{
		ID: id, Member: id[:2], Kind: handbook.Measured, Measure: "legal", Status: handbook.Planned,
		Text: handbook.Say("en", text).With("ja", handbook.Words{Text: text + "の制定"}), Themes: []string{"law"},
	}
}

// loaded has the edition 2023 with two members.
func loaded(t *testing.T, s *store.Store) *handbook.Content {
	t.Helper()
	c := &handbook.Content{
		Edition: handbook.Edition{ID: "2023", AsOf: "2023-10", Title: handbook.Say("en", "2023"), Published: now},
		Profiles: []handbook.Profile{
			{Member: "kh", Code: "KH", Name: handbook.Say("en", "Cambodia")}, {Member: "th", Code: "TH", Name: handbook.Say("en", "Thailand")},
		},
		Items: []handbook.Item{item("kh-1", "Cybersecurity law"), item("kh-2", "Cybercrime law"), item("th-1", "Secondary laws")},
	}
	if err := s.Load(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return c
}

// must does what has to succeed.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// save has the owner change the working copy of kh.
func save(t *testing.T, s *store.Store, c store.Change) {
	t.Helper()
	head, err := s.Head(t.Context(), "kh")
	must(t, err)
	c.Member, c.Version, c.At = "kh", head.Version, now
	must(t, s.Save(t.Context(), owner, c))
}

// act does something to the working copy of kh.
func act(t *testing.T, s *store.Store, a handbook.Actor, what handbook.Act, comment string) {
	t.Helper()
	head, err := s.Head(t.Context(), "kh")
	must(t, err)
	must(t, s.Act(t.Context(), a, "kh", head.Version, what, comment, now))
}

// testPublish takes a change from the owner to a new edition.
func testPublish(t *testing.T, s *store.Store) {
	t.Helper()
	first := loaded(t, s)
	if err := s.Load(t.Context(), first); !errors.Is(err, database.ErrExists) {
		t.Errorf("an edition is loaded twice: %v", err)
	}
	if _, err := s.Publish(t.Context(), secretariat, handbook.Edition{ID: "2024"}); !errors.Is(err, handbook.ErrState) {
		t.Errorf("published without anything approved: %v", err)
	}
	law := item("kh-1", "Cybersecurity law")
	law.Status, law.Since = handbook.InForce, "2024-05"
	save(t, s, store.Change{Put: []handbook.Item{law, item("kh-3", "New law")}, Drop: []string{"kh-2"}, Reason: "yearly"})
	act(t, s, owner, handbook.Submit, "")
	act(t, s, approver, handbook.Approve, "")
	if _, err := s.Publish(t.Context(), owner, handbook.Edition{ID: "2024"}); !errors.Is(err, handbook.ErrForbidden) {
		t.Errorf("an owner publishes: %v", err)
	}
	e, err := s.Publish(t.Context(), secretariat, handbook.Edition{ID: "2024", AsOf: "2024-10", Title: handbook.Say("en", "2024"), Published: now})
	must(t, err)
	c, err := s.Content(t.Context(), "2024")
	must(t, err)
	if sum, err := c.Sum(); err != nil || sum != e.Hash || c.Edition.Hash != sum {
		t.Errorf("the hash is %s and %s, %v, want %s", e.Hash, c.Edition.Hash, err, sum)
	}
	if len(c.Items) != 3 || c.Profile("th").Carried != "2023" || c.Profile("kh").Carried != "" {
		t.Errorf("the edition has %d items, th carried from %q, kh from %q", len(c.Items), c.Profile("th").Carried, c.Profile("kh").Carried)
	}
	before, err := s.Content(t.Context(), "2023")
	must(t, err)
	got := handbook.Compare(before, c)
	if got.Count[handbook.Done] != 1 || got.Count[handbook.New] != 1 || got.Count[handbook.Dropped] != 1 || got.Same != 1 {
		t.Errorf("compared: %v, the same %d", got.Count, got.Same)
	}
	if head, err := s.Head(t.Context(), "kh"); err != nil || head.State != handbook.Unchanged {
		t.Errorf("the working copy is %s, %v", head.State, err)
	}
	save(t, s, store.Change{Put: []handbook.Item{item("kh-4", "Later")}})
	if again, err := s.Content(t.Context(), "2024"); err != nil || len(again.Items) != 3 {
		t.Errorf("a change after publication reaches the edition: %v", err)
	}
	history, err := s.History(t.Context(), "kh-1")
	if err != nil || len(history) != 2 || history["2024"].Status != handbook.InForce {
		t.Errorf("the history of an item is %v, %v", history, err)
	}
	if all, err := s.Contents(t.Context(), "kh"); err != nil || len(all) != 2 || len(all[0].Items) != 2 || len(all[1].Items) != 2 {
		t.Errorf("over the editions kh has %v, %v", all, err)
	}
}

// testDrafts shows nothing of a draft to others.
func testDrafts(t *testing.T, s *store.Store) {
	t.Helper()
	loaded(t, s)
	save(t, s, store.Change{Put: []handbook.Item{item("kh-9", "Secret plan")}, Profile: &handbook.Profile{Code: "KH", Name: handbook.Say("en", "Kampuchea")}})
	must(t, s.Comment(t.Context(), owner, "kh", "kh-9", "not yet", now))
	sees := func(stage string, want map[string]bool) {
		t.Helper()
		for name, a := range map[string]handbook.Actor{"owner": owner, "approver": approver, "secretariat": secretariat, "foreigner": foreigner, "stranger": {}} {
			_, err := s.Draft(t.Context(), a, "kh")
			_, historyErr := s.Revisions(t.Context(), a, "kh", 10)
			_, commentsErr := s.Comments(t.Context(), a, "kh")
			for what, err := range map[string]error{"draft": err, "history": historyErr, "comments": commentsErr} {
				if (err == nil) != want[name] || err != nil && !errors.Is(err, handbook.ErrForbidden) {
					t.Errorf("%s: the %s for the %s: %v", stage, what, name, err)
				}
			}
		}
	}
	own := map[string]bool{"owner": true, "approver": true}
	sees("writing", own)
	act(t, s, owner, handbook.Submit, "")
	sees("submitted", own)
	act(t, s, approver, handbook.Approve, "")
	sees("approved", map[string]bool{"owner": true, "approver": true, "secretariat": true})
	if found, err := s.Find(t.Context(), store.Query{Text: "Secret"}); err != nil || found.Total > 0 {
		t.Errorf("a draft is found: %v, %v", found, err)
	}
	if _, err := s.History(t.Context(), "kh-9"); !errors.Is(err, handbook.ErrAbsent) {
		t.Errorf("a draft has a history: %v", err)
	}
	if err := s.Comment(t.Context(), foreigner, "kh", "", "hello", now); !errors.Is(err, handbook.ErrForbidden) {
		t.Errorf("a foreigner comments: %v", err)
	}
}

func testComments(t *testing.T, s *store.Store) {
	t.Helper()
	loaded(t, s)
	save(t, s, store.Change{Put: []handbook.Item{item("kh-1", "Cyber law")}})
	act(t, s, owner, handbook.Submit, "")
	head, err := s.Head(t.Context(), "kh")
	must(t, err)
	if err := s.Act(t.Context(), approver, "kh", head.Version, handbook.Return, "", now); !errors.Is(err, handbook.ErrComment) {
		t.Errorf("returned without a word: %v", err)
	}
	for range 2 {
		must(t, s.Comment(t.Context(), approver, "kh", "kh-1", "Which law?", now))
	}
	act(t, s, approver, handbook.Return, "See below")
	all, err := s.Comments(t.Context(), owner, "kh")
	if err != nil || len(all) != 2 || all[0].Item != "kh-1" || all[0].Author != "approver" || all[1].Text != "See below" || !all[0].At.Equal(now) {
		t.Fatalf("the comments are %+v, %v", all, err)
	}
	must(t, s.CloseComment(t.Context(), owner, "kh", all[0].Number))
	if all, err = s.Comments(t.Context(), owner, "kh"); err != nil || !all[0].Closed || all[1].Closed {
		t.Errorf("after one was closed they are %+v, %v", all, err)
	}
	if err := s.CloseComment(t.Context(), owner, "kh", 999); !errors.Is(err, handbook.ErrAbsent) {
		t.Errorf("closed what is not there: %v", err)
	}
}

// testConflict refuses who has not seen the last change, and what cannot be
// kept.
func testConflict(t *testing.T, s *store.Store) {
	t.Helper()
	loaded(t, s)
	head, err := s.Head(t.Context(), "kh")
	must(t, err)
	change := store.Change{Member: "kh", Version: head.Version, Put: []handbook.Item{item("kh-1", "One")}, At: now}
	must(t, s.Save(t.Context(), owner, change))
	if err := s.Save(t.Context(), owner, change); !errors.Is(err, handbook.ErrConflict) {
		t.Errorf("the second of two changes: %v", err)
	}
	change.Version++
	for name, c := range map[string]struct {
		a    handbook.Actor
		put  handbook.Item
		want error
	}{
		"approver": {approver, item("kh-1", "Two"), handbook.ErrForbidden}, "foreigner": {foreigner, item("kh-1", "Two"), handbook.ErrForbidden},
		"secretariat": {secretariat, item("kh-1", "Two"), handbook.ErrForbidden}, "bad": {owner, handbook.Item{ID: "kh-1"}, handbook.ErrKind},
	} {
		change.Put = []handbook.Item{c.put}
		if err := s.Save(t.Context(), c.a, change); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if d, err := s.Draft(t.Context(), owner, "kh"); err != nil || d.Version != change.Version || len(d.Items) != 2 {
		t.Errorf("the draft is %+v, %v", d, err)
	}
}

func testUndo(t *testing.T, s *store.Store) {
	t.Helper()
	loaded(t, s)
	save(t, s, store.Change{Put: []handbook.Item{item("kh-1", "Changed")}, Reason: "mistake"})
	save(t, s, store.Change{Drop: []string{"kh-2"}})
	save(t, s, store.Change{Put: []handbook.Item{item("kh-7", "Added")}})
	all, err := s.Revisions(t.Context(), owner, "kh", 10)
	if err != nil || len(all) != 3 || all[2].Reason != "mistake" || all[2].Author != "owner" || all[2].Before == nil || all[1].After != nil || all[0].Before != nil {
		t.Fatalf("the history is %+v, %v", all, err)
	}
	for _, r := range all {
		head, err := s.Head(t.Context(), "kh")
		must(t, err)
		must(t, s.Undo(t.Context(), owner, "kh", head.Version, r.Number, "undone", now))
	}
	d, err := s.Draft(t.Context(), owner, "kh")
	must(t, err)
	var texts []string
	for _, it := range d.Items {
		texts = append(texts, it.ID+" "+it.Text["en"].Text)
	}
	if want := []string{"kh-1 Cybersecurity law", "kh-2 Cybercrime law"}; !slices.Equal(texts, want) {
		t.Errorf("undone it is %v", texts)
	}
	if all, err = s.Revisions(t.Context(), owner, "kh", 10); err != nil || len(all) != 6 {
		t.Errorf("undoing takes history away: %d, %v", len(all), err)
	}
}

func testFind(t *testing.T, s *store.Store) {
	t.Helper()
	loaded(t, s)
	for name, c := range map[string]struct {
		q    store.Query
		want []string
	}{
		"word":    {store.Query{Text: "cybercrime"}, []string{"kh-2"}},
		"two":     {store.Query{Text: "制定"}, []string{"th-1", "kh-2", "kh-1"}},
		"member":  {store.Query{Text: "law", Members: []string{"th"}}, []string{"th-1"}},
		"name":    {store.Query{Text: "thailand"}, []string{"th-1"}},
		"none":    {store.Query{Text: "law", Editions: []string{"2024"}}, nil},
		"filters": {store.Query{Measures: []string{"legal", "technical"}, Statuses: []string{"planned"}, Tags: []string{"theme:law"}, Members: []string{"kh"}}, []string{"kh-2", "kh-1"}},
	} {
		found, err := s.Find(t.Context(), c.q)
		var ids []string
		for _, h := range found.Hits {
			ids = append(ids, h.Item.ID)
		}
		if err != nil || !slices.Equal(ids, c.want) || found.Total != len(c.want) {
			t.Errorf("%s: %v of %d, %v", name, ids, found.Total, err)
		}
	}
	if found, err := s.Find(t.Context(), store.Query{Text: "law", Limit: 2}); err != nil || found.Total != 3 || len(found.Hits) != 2 || found.Next == 0 {
		t.Errorf("a page of the index finds %+v, %v", found, err)
	}
}

// BenchmarkCompare compares two editions of 200 members with 100 items each, as
// they are read from the database and as they are kept in memory.
func BenchmarkCompare(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "renkei.db"))
	for _, year := range []string{"2023", "2024"} {
		c := &handbook.Content{Edition: handbook.Edition{ID: year, AsOf: community.Date(year)}}
		for m := range 200 {
			member := fmt.Sprintf("m%03d", m)
			c.Profiles = append(c.Profiles, handbook.Profile{Member: member, Code: member, Name: handbook.Say("en", member)})
			for i := range 100 {
				it := item(fmt.Sprintf("%s-%d", member, i), fmt.Sprintf("Law on the protection of critical infrastructure %d of %s", i%7, year[:3+i%2]))
				it.Member = member
				c.Items = append(c.Items, it)
			}
		}
		if err := s.Load(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
	for name, s := range map[string]func() *store.Reader{
		"cold": func() *store.Reader { return s.Fresh() }, "warm": func() *store.Reader { return s.Reader },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r := s()
				before, err := r.Content(b.Context(), "2023")
				if err != nil {
					b.Fatal(err)
				}
				after, err := r.Content(b.Context(), "2024")
				if err != nil {
					b.Fatal(err)
				}
				if c := handbook.Compare(before, after); c.Count[handbook.Reworded] != 10_000 {
					b.Fatal(c.Count)
				}
			}
		})
	}
}
