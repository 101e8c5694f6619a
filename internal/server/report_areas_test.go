package server_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"renkei/internal/community"
	"renkei/internal/community/comcheck"
	communitystore "renkei/internal/community/store"
	"renkei/internal/programme"
	"renkei/internal/server"
	"renkei/internal/storage"
)

// TestReportOfAreas makes a report of what all areas have done: each number of
// another area is a figure with its rule and its record.
func TestReportOfAreas(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	secretary := h.granted(community.Coordinator, community.Everywhere())
	for id, year := range map[string]string{"all": "2024", "now": time.Now().AddDate(0, 0, -12).Format("2006")} {
		secretary.want(http.StatusSeeOther, "/programme/save/edition", url.Values{
			"id": {id}, "title.en": {"All areas"}, "as_of": {year + "-12-31"}, "handbook": {"2024"}, "base": {"0"}, "reason": {"new"},
			"sections": {`[{"id": "one", "title": {"en": "One"}, "blocks": [{"show": "comchecks"}, {"show": "changes"}, {"show": "deals"}, {"show": "heads"}, {"show": "plans"}]}]`},
		})
	}
	holds(t, secretary.page("/programme/report/all"), "Items of the handbook that were planned in its edition before", "Lao PDR", "has not been frozen")
	page := secretary.page("/programme/report/now")
	holds(t, page, "Course on handling incidents", "9 (8 to 11)", "All events of the year", "Courses completed in", "Persons trained")
	if strings.Count(page, "9 (8 to 11)") != 2 { // in the text and among the figures
		t.Error("the number has no figure")
	}
}

// TestDealsOfReport: a report has what was delivered in its year, and nothing of
// other years.
func TestDealsOfReport(t *testing.T) {
	t.Parallel()
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "renkei.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := server.FillDemo(t.Context(), db.Database); err != nil {
		t.Fatal(err)
	}
	found := map[string]programme.OutsideRow{}
	for years := range 6 {
		year := time.Now().AddDate(1-years, 0, 0).Format("2006")
		rows, err := server.Chapters(db.Database.Reader).Outside(t.Context(), programme.ShowDeals, "", year)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if _, twice := found[row.ID]; twice || !strings.HasPrefix(string(row.On), year) {
				t.Errorf("%s in %s: %+v", row.ID, year, row)
			}
			found[row.ID] = row
		}
	}
	people := int64(0)
	for _, row := range found {
		if row.Name["en"] == "Course for government staff in Thai and Lao" && row.Member == "la" {
			people = row.Facts[0].N
		}
	}
	if people != 18 {
		t.Errorf("%d people of the course that was delivered: %+v", people, found)
	}
}

// TestComchecksOfReport: a report has the contact checks of its year that are over.
func TestComchecksOfReport(t *testing.T) {
	t.Parallel()
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "renkei.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	kept := communitystore.New(db.Database)
	begun := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	for id, at := range map[string]time.Time{"2024-03": begun, "2025-03": begun.AddDate(1, 0, 0), "now": time.Now()} {
		round := &comcheck.Round{ID: id, Begun: at, Plan: comcheck.DefaultPlan(), Secret: []byte("secret")}
		var asks []comcheck.Ask
		for _, contact := range []string{"a", "b", "c"} {
			asks = append(asks, comcheck.Ask{Round: id, Contact: contact, Channel: "mail", Address: contact + "@example.org", Organisation: "o", Asked: at})
		}
		if err := kept.BeginRound(t.Context(), round, asks); err != nil {
			t.Fatal(err)
		}
		asks[0].Answered, asks[1].Answered = at.Add(time.Hour), at.AddDate(0, 3, 0)
		for _, a := range asks[:2] {
			if err := kept.Answer(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
	}
	rows, err := server.Chapters(db.Database.Reader).Outside(t.Context(), programme.ShowComchecks, "", "2024")
	if err != nil || len(rows) != 1 || rows[0].ID != "2024-03" || rows[0].On != "2024-03-01" {
		t.Fatalf("%+v, %v", rows, err)
	}
	for i, want := range []int64{3, 2, 1, 1} {
		if got := rows[0].Facts[i]; got.N != want {
			t.Errorf("%s: %d, want %d", got.Key, got.N, want)
		}
	}
}

// TestNeedsOfReport: a report has the needs and offers of its year by measure, each
// number with what was counted, and nothing that only some may read.
func TestNeedsOfReport(t *testing.T) {
	t.Parallel()
	db := demoDatabase(t)
	from := server.Chapters(db.Database.Reader)
	if rows, err := from.Outside(t.Context(), programme.ShowNeeds, "", "2023"); err != nil || len(rows) != 0 {
		t.Fatalf("before anything was entered: %+v, %v", rows, err)
	}
	year := time.Now().Format("2006")
	rows, err := from.Outside(t.Context(), programme.ShowNeeds, "", year)
	if err != nil || len(rows) < 3 {
		t.Fatalf("%+v, %v", rows, err)
	}
	sums, all := map[string]int64{}, rows[len(rows)-1]
	for _, row := range rows[:len(rows)-1] {
		states := int64(0)
		for _, f := range row.Facts {
			sums[f.Key] += f.N
			if f.N != int64(len(f.Of)) {
				t.Errorf("%s of %s is %d and has %d records", f.Key, row.ID, f.N, len(f.Of))
			}
			for _, rec := range f.Of {
				if rec.ID == "th-2" {
					t.Errorf("%s of %s counts what only Thailand may read", f.Key, row.ID)
				}
			}
			if f.Key != "need.all" && f.Key != "need.offers" {
				states += f.N
			}
		}
		if states != row.Facts[0].N {
			t.Errorf("%s: %d needs in states of %d", row.ID, states, row.Facts[0].N)
		}
	}
	for _, f := range all.Facts {
		if f.N != sums[f.Key] {
			t.Errorf("%s of all is %d, the sum is %d", f.Key, f.N, sums[f.Key])
		}
	}
	h := serving(t, db, nil)
	reader := h.of("kh", community.Owner)
	page := reader.page("/programme/report/" + year + "-demo")
	holds(t, page, "Nobody offers it", "Open needs of members that the whole community may read", "Cambodia, Expert to review the design of a monitoring centre", "!Expert review of the security of a power utility")
	holds(t, reader.in("ja").page("/programme/report/"+year+"-demo"), "提供者なし", "ニーズと支援", "カンボジア", "イラスト（デモ用に作成）")
}
