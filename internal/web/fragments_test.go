package web

import (
	"strconv"
	"testing"
)

// TestPartsAreBounded: one page under many addresses does not fill the memory.
func TestPartsAreBounded(t *testing.T) {
	t.Parallel()
	var p Fragments
	kept := func() (bytes int) {
		for _, x := range p.all {
			bytes += x.size()
		}
		return bytes
	}
	for i := range 500 {
		x := p.get(strconv.Itoa(i))
		got := Made{Plain: make([]byte, 1<<20)}
		p.addSize(got.size() - x.size())
		x.Made = got
		if n := kept(); n > maxFragmentBytes+1<<20 {
			t.Fatalf("%d bytes are kept", n)
		}
	}
}
