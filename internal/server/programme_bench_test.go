package server_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"renkei/internal/community"
	"renkei/internal/programme"
	"renkei/internal/programme/store"
	"renkei/internal/server"
	"renkei/internal/storage"
)

// A large programme: what twenty members do in thirty years.
const (
	largeYears   = 30
	largeEvents  = 2000
	largeSeats   = 50 // at each event
	largeMembers = 20
	largePersons = 30_000
)

func inBoth(words string) community.Text { return community.Text{"en": words, "ja": words} }

// largeProgramme enters it, beside the demo data.
func largeProgramme(b *testing.B) *fixture {
	b.Helper()
	db, err := storage.Open(b.Context(), filepath.Join(b.TempDir(), "programme.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	for _, a := range server.Areas(server.Deps{DB: db.Database}) {
		if a.Demo != nil {
			if err := a.Demo(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	kept, now := store.New(db.Database), time.Now()
	var changes []programme.Change
	add := func(rec programme.Record) {
		changes = append(changes, programme.Change{Reason: "large", Of: rec.Kind(), ID: rec.Key(), Record: rec})
	}
	for i := range largeYears {
		add(&programme.Activity{Head: programme.Head{ID: fmt.Sprint("activity-", i), Title: inBoth(fmt.Sprint("Activity ", i))}, Type: programme.Meeting, Begun: "1996"})
	}
	for i := range largeEvents {
		day := now.AddDate(-largeYears, 0, i*365*largeYears/largeEvents).Format(time.DateOnly)
		add(&programme.Event{
			Head: programme.Head{ID: fmt.Sprint("event-", i), Title: inBoth(fmt.Sprint("Event ", i))}, Activity: fmt.Sprint("activity-", i%largeYears), Type: "training",
			Status: programme.Held, Begin: community.Date(day), Place: inBoth("Tokyo"),
		})
	}
	book := &programme.Edition{Head: programme.Head{ID: "large", Title: inBoth("Thirty years")}, AsOf: community.Date(now.Format(time.DateOnly))}
	for i := range largeYears {
		of := []string{fmt.Sprint("activity-", i)}
		book.Sections = append(book.Sections, programme.Section{ID: of[0], Title: inBoth(of[0]), Blocks: []programme.Block{{Show: programme.ShowFacts, Of: of}, {Show: programme.ShowTimeline, Of: of}, {Show: programme.ShowHeads, Of: of}}})
	}
	add(book)
	for i, rule := range []programme.Rule{programme.Persons, programme.Seats, programme.PersonDays} {
		add(&programme.Figure{Head: programme.Head{ID: fmt.Sprint("large-", i), Title: inBoth(string(rule))}, Rule: rule, Of: fmt.Sprint("activity-", i), AsOf: community.Date(now.Format(time.DateOnly))})
	}
	if _, err := kept.Apply(b.Context(), now, changes...); err != nil {
		b.Fatal(err)
	}
	for i := range largeEvents {
		list := make([]programme.Attendee, largeSeats)
		for j := range list {
			n := (i*7919 + j*104_729) % largePersons
			list[j] = programme.Attendee{
				ID: fmt.Sprintf("a-%d-%d", i, j), Event: fmt.Sprint("event-", i), Member: fmt.Sprint("m", n%largeMembers), Name: personName(n),
				Role: programme.Delegate, Code: fmt.Sprintf("%06d", j), Came: now,
			}
		}
		if _, err := kept.Attend(b.Context(), now, "", fmt.Sprint("event-", i), func([]programme.Attendee) ([]programme.Attendee, error) { return list, nil }); err != nil {
			b.Fatal(err)
		}
	}
	return serving(b, db, nil)
}

// personName is the name of one of many, some of whom differ by a letter.
func personName(n int) string {
	syllables := []string{"an", "bo", "chi", "da", "eng", "fu", "go", "hoa", "in", "jai", "ke", "lin", "min", "na", "ou", "phi", "qui", "ra", "so", "thi"}
	name := "Person"
	for range 4 {
		name += " " + syllables[n%len(syllables)] + syllables[n/7%len(syllables)]
		n /= 11
	}
	return name
}

// BenchmarkProgramme fetches the pages of a programme of thirty years, 2,000
// events and 100,000 who took part. A page may take 100 ms, of a hundred fetches
// all but one; making a report 30 s.
func BenchmarkProgramme(b *testing.B) {
	h := largeProgramme(b)
	who := h.granted(community.Coordinator, community.Everywhere())
	for _, path := range []string{
		"/programme", "/programme/events", "/programme/figures", "/programme/year", "/programme/meetings", "/programme/people", "/programme/calendars",
		"/programme/record/activity/activity-3", "/programme/record/event/event-100", "/programme/record/figure/large-0",
		"/programme/event/event-100/attendance", "/programme/event/demo-course/course", "/programme/report/2023",
	} {
		if status, _ := who.get(path); status != http.StatusOK {
			b.Fatalf("%s: %d", path, status)
		}
		b.Run(path, func(b *testing.B) {
			var took []time.Duration
			for range 100 {
				began := time.Now()
				if status, _ := who.get(path); status != http.StatusOK {
					b.Fatalf("%s: %d", path, status)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[49].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[98].Microseconds())/1000, "p99-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
	for _, edition := range []string{"2023", "large"} { // 38 pages, and more than 60
		b.Run("report.pdf/"+edition, func(b *testing.B) {
			began := time.Now()
			status, file := who.get("/programme/report/" + edition + "/file/report.pdf")
			if status != http.StatusOK {
				b.Fatal(status)
			}
			b.ReportMetric(time.Since(began).Seconds(), "s")
			b.ReportMetric(float64(len(file))/1024, "KiB")
			b.ReportMetric(0, "ns/op")
		})
	}
}
