package server_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"renkei/internal/community"
	"renkei/internal/handbook"
	handbookarea "renkei/internal/handbook/area"
	"renkei/internal/handbook/store"
	"renkei/internal/server"
	"renkei/internal/storage"
)

// TestHandbookHome: the first page counts the items of each member and measure, and
// lists the first fifty plans where the page of plans lists more.
func TestHandbookHome(t *testing.T) {
	t.Parallel()
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "renkei.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c := &handbook.Content{Edition: handbook.Edition{ID: "2024", AsOf: "2024-10"}}
	add := func(member, measure string, n int, status handbook.Status) {
		for i := range n {
			c.Items = append(c.Items, handbook.Item{
				ID: fmt.Sprint(member, "-", measure, "-", status, "-", i), Member: member, Kind: handbook.Measured, Measure: measure, Order: i,
				Status: status, Text: handbook.Say("en", fmt.Sprint("Plan ", i)),
			})
		}
	}
	for _, member := range []string{"kh", "th"} {
		c.Profiles = append(c.Profiles, handbook.Profile{Member: member, Code: strings.ToUpper(member), Name: handbook.Say("en", member)})
	}
	add("kh", "legal", 41, "planned")
	add("th", "technical", 19, "planned")
	add("th", "technical", 2, "in_force")
	if err := store.New(db.Database, handbookarea.Vocabulary()).Load(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	reader := serving(t, db, nil).granted(community.Coordinator, community.Everywhere())
	home, plans := reader.page("/handbook"), reader.page("/handbook/plans")
	holds(t, home, "The first 50 of 60 plans.", `<td class="n">0 / 41</td>`, `<td class="n">2 / 19</td>`)
	for cell, want := range map[string]int{"0 / 41": 1, "2 / 19": 1, "0 / 0": 8} {
		if got := strings.Count(home, `<td class="n">`+cell+"</td>"); got != want {
			t.Errorf("%d cells of %s, want %d", got, cell, want)
		}
	}
	if n, all := strings.Count(home, `class="outcome`), strings.Count(plans, `class="outcome`); n != 50 || all != 60 {
		t.Errorf("%d plans on the first page, %d on that of plans", n, all)
	}
}
