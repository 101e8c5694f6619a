package search_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/search"
)

// BenchmarkSearch looks for what people type in 400,000 items of 200 members and
// 20 editions, and reports how long the slowest hundredth takes at least.
func BenchmarkSearch(b *testing.B) {
	x := open(b, filepath.Join(b.TempDir(), "renkei.db"))
	random := rand.New(rand.NewPCG(4, 2))
	start := time.Now()
	const items, batch = 400_000, 10_000
	for first := 0; first < items; first += batch {
		docs := make([]search.Document, batch)
		for i := range docs {
			docs[i] = madeUp(random, first+i)
		}
		x.put(b, docs...)
	}
	b.Logf("%d items were put in %v", items, time.Since(start).Round(time.Second))
	queries := []search.Query{
		{Text: "a"},
		{Text: "cybersecurity"},
		{Text: "演習"},
		{Text: "法"},
		{Text: "critical information infrastructure"},
		{Text: "số 17"},
		{Text: "an toan"},
		{Text: "ไซเบอร์"},
		{Text: "សន្តិសុខ"},
		{Text: "absent words"},
		{Text: "399999"},
		{Text: "law", Facets: [][]string{{"edition:2023"}, {"member:7", "member:8"}}},
		{Facets: [][]string{{"measure:3"}}},
		{Text: "重要情報インフラ防護"},
		{Text: "protection drill centre"},
	}
	var took []time.Duration
	b.ResetTimer()
	for b.Loop() {
		for _, q := range queries {
			from := time.Now()
			if _, err := x.Search(b.Context(), q); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(from))
		}
	}
	b.StopTimer()
	var each []string
	for _, q := range queries {
		from := time.Now()
		res, err := x.Search(b.Context(), q)
		if err != nil {
			b.Fatal(err)
		}
		each = append(each, fmt.Sprintf("%q %v: %d in %v", q.Text, q.Facets, res.Total, time.Since(from).Round(time.Microsecond)))
	}
	b.Log(strings.Join(each, "; "))
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// madeUp is an item in three languages, as the handbook has them.
func madeUp(random *rand.Rand, i int) search.Document {
	words := strings.Fields("law on the protection of critical information infrastructure cybersecurity strategy national centre drill training yearly report agency ministry data privacy standard framework awareness campaign response team sector operators cooperation memorandum")
	var text []string
	for range 10 {
		text = append(text, words[random.IntN(len(words))])
	}
	for _, lang := range []string{"ja", "th", "km", "vi"} {
		text = append(text, sentences[lang][random.IntN(len(sentences[lang]))])
	}
	return search.Document{
		ID: fmt.Sprintf("%06d", i), Text: fmt.Sprint(strings.Join(text, " "), " số ", i),
		Facets: []string{fmt.Sprintf("edition:%d", 2010+i/20_000), fmt.Sprintf("member:%d", i/100%200), fmt.Sprintf("measure:%d", i%5)},
	}
}
