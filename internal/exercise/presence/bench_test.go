package presence_test

import (
	"strconv"
	"testing"

	"renkei/internal/exercise/presence"
)

// BenchmarkCrowd is what 5,000 people in 500 units cost who open a page, ask for
// another and leave.
func BenchmarkCrowd(b *testing.B) {
	const people, units = 5000, 500
	var who [people]string
	var of [people][]string
	for i := range people {
		who[i], of[i] = strconv.Itoa(i), []string{"unit" + strconv.Itoa(i%units)}
	}
	r := presence.New(func() {})
	for b.Loop() {
		for i := range people {
			leave := r.Come(who[i], of[i])
			r.Ask(who[i], of[i])
			leave()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*people), "ns/person")
}
