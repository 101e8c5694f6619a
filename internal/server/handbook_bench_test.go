package server_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/community"
	communitystore "renkei/internal/community/store"
	"renkei/internal/handbook"
	handbookarea "renkei/internal/handbook/area"
	"renkei/internal/handbook/exchange"
	"renkei/internal/handbook/store"
	"renkei/internal/server"
	"renkei/internal/sheet"
	"renkei/internal/storage"
)

// A large handbook: 200 members, 20 editions, 400,000 items.
const (
	handbookMembers  = 200
	handbookEditions = 20
	handbookItems    = 100 // of a member in an edition
	handbookRows     = 10_000
	handbookFetches  = 100
)

func handbookMember(n int) string { return fmt.Sprintf("m%03d", n) }

// largeHandbook enters it, and the members, into the database at a path or a URL.
func largeHandbook(b *testing.B, at string) (*fixture, *storage.DB) {
	b.Helper()
	db, err := storage.Open(b.Context(), at, storage.Options{Areas: server.Stored()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	var changes []community.Change
	for n := range handbookMembers {
		m := &community.Member{ID: handbookMember(n), Code: strings.ToUpper(handbookMember(n)), Names: community.Names{{Full: community.Text{"en": fmt.Sprint("Member ", n)}}}}
		changes = append(changes, community.Change{Reason: "large", Of: m.Kind(), ID: m.ID, Record: m})
	}
	if _, err := communitystore.New(db.Database).Apply(b.Context(), time.Now(), changes...); err != nil {
		b.Fatal(err)
	}
	words := handbookarea.Vocabulary()
	kept, random := store.New(db.Database, words), rand.New(rand.NewPCG(1, 2))
	for e := range handbookEditions {
		year := 2005 + e
		c := &handbook.Content{Edition: handbook.Edition{ID: fmt.Sprint(year), AsOf: community.Date(fmt.Sprint(year, "-10"))}}
		for n := range handbookMembers {
			id := handbookMember(n)
			c.Profiles = append(c.Profiles, handbook.Profile{Member: id, Code: strings.ToUpper(id), Name: handbook.Say("en", fmt.Sprint("Member ", n))})
			for i := range handbookItems {
				c.Items = append(c.Items, largeItem(words, random, id, i, year))
			}
		}
		if err := kept.Load(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
	return serving(b, db, nil), db
}

// largeItem is an item: half of them are promises that become facts over the years.
func largeItem(words *handbook.Vocabulary, random *rand.Rand, member string, i, year int) handbook.Item {
	things := []string{"Law on the protection of critical infrastructure", "National CSIRT", "Cyber drill for hospitals", "重要情報インフラ防護の演習", "An toàn thông tin mạng", "ความมั่นคงปลอดภัยไซเบอร์"}
	measures := words.Measures
	it := handbook.Item{
		ID: fmt.Sprint(member, "-", i), Member: member, Order: i, Kind: handbook.Measured, Measure: measures[i%len(measures)].ID,
		Text: handbook.Say("en", fmt.Sprintf("%s, part %d of %s", things[(i+random.IntN(20)/19)%len(things)], i, member)),
	}
	if made := 2005 + i%handbookEditions; year >= made {
		it.Status, it.Since = "in_force", community.Date(fmt.Sprint(made))
	} else {
		it.Status, it.Due = "planned", community.Date(fmt.Sprint(made))
	}
	return it
}

// BenchmarkHandbook fetches the pages of a handbook of 200 members, 20 editions and
// 400,000 items. A page may take 100 ms, a search 50 ms and a comparison of all
// members 300 ms, of a hundred fetches all but one; the import of 10,000 rows 5 s.
func BenchmarkHandbook(b *testing.B) {
	h, db := largeHandbook(b, filepath.Join(b.TempDir(), "handbook.db"))
	benchHandbook(b, h, db)
}

// benchHandbook does so with a handbook that is there.
func benchHandbook(b *testing.B, h *fixture, db *storage.DB) {
	b.Helper()
	who := h.granted(community.Coordinator, community.Everywhere())
	for _, path := range []string{
		"/handbook", "/handbook/edition/2024", "/handbook/edition/2024/member/m007", "/handbook/edition/2024/measure/legal", "/handbook/edition/2010/measure/legal",
		"/handbook/edition/2024/item/m007-3", "/handbook/needs", "/handbook/plans?member=m007",
		"/handbook/plans", "/handbook/compare?from=2023&to=2024", "/handbook/compare?from=2005&to=2024", "/handbook/compare?from=2023&to=2024&member=m007",
		"/handbook/find?q=hospitals", "/handbook/find?q=%E6%BC%94%E7%BF%92&edition=2024", "/handbook/find?q=an+toan", "/handbook/find?q=part+17+of+m007", "/handbook/find?q=absent+words",
		"/community", "/community/m/m007", "/community/contacts",
	} {
		b.Run(path, func(b *testing.B) {
			var took []time.Duration
			for range handbookFetches {
				began := time.Now()
				if status, _ := who.get(path); status != http.StatusOK {
					b.Fatalf("%s: %d", path, status)
				}
				took = append(took, time.Since(began))
			}
			b.ReportMetric(float64(took[0].Microseconds())/1000, "first-ms")
			slices.Sort(took)
			b.ReportMetric(float64(took[handbookFetches/2-1].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[handbookFetches-2].Microseconds())/1000, "p99-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
	b.Run("import", func(b *testing.B) {
		words := handbookarea.Vocabulary()
		kept, random := store.New(db.Database, words), rand.New(rand.NewPCG(3, 4))
		var items []handbook.Item
		for i := range handbookRows {
			items = append(items, largeItem(words, random, "m150", i, 2024))
			items[i].ID = ""
		}
		var file bytes.Buffer
		if err := sheet.WriteXLSX(&file, exchange.Table("M150", items)); err != nil {
			b.Fatal(err)
		}
		now, err := kept.Working(b.Context(), "m150")
		if err != nil {
			b.Fatal(err)
		}
		head, err := kept.Head(b.Context(), "m150")
		if err != nil {
			b.Fatal(err)
		}
		began, n := time.Now(), 0
		plan, err := exchange.Open(words, file.Bytes(), "m150", now.Items, func() string { n++; return fmt.Sprint("m150-new-", n) })
		if err != nil || len(plan.Problems) > 0 || plan.New != handbookRows {
			b.Fatalf("%d new, %+v, %v", plan.New, plan.Problems[:min(3, len(plan.Problems))], err)
		}
		err = kept.Save(b.Context(), handbook.Actor{Owns: []string{"m150"}}, store.Change{
			Member: "m150", Version: head.Version, Reason: "large", Put: plan.Put, Drop: plan.Drop, At: time.Now(),
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(began).Seconds(), "s")
		b.ReportMetric(0, "ns/op")
	})
}
