package exchange_test

import (
	"testing"

	"renkei/internal/programme/exchange"
)

// FuzzOpen hands in anything: it may be refused, and nothing that passes can be
// without its event's own people.
func FuzzOpen(f *testing.F) {
	f.Add([]byte("kind,code,text:en\nrecord,WG1,They met.\n"))
	f.Add([]byte("person,name,member\n,Ada,kh\n"))
	f.Add([]byte("paper,tlp\nwg1-kh-1,CLEAR\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b := book(t)
		plan, err := exchange.Open(raw, b, may())
		if err != nil {
			return
		}
		for _, c := range plan.Changes {
			if c.Record == nil {
				t.Errorf("%s %s would be removed", c.Of, c.ID)
			}
		}
		for _, a := range plan.People {
			if a.Event != b.Event.ID || a.Name == "" {
				t.Errorf("%+v", a)
			}
		}
	})
}
