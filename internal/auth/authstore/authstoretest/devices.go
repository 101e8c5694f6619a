package authstoretest

import (
	"errors"

	"renkei/internal/auth/authstore"
	"renkei/internal/database"
)

// knows expects browsers to be known of a person, or not.
func (b *bench) knows(person string, want map[byte]int64) {
	b.t.Helper()
	for n, expires := range want {
		got, err := b.Device(b.ctx(), token(n), person)
		switch {
		case expires == 0 && !errors.Is(err, database.ErrNotFound):
			b.t.Errorf("browser %d of %s: %+v, %v", n, person, got, err)
		case expires > 0 && (err != nil || got != authstore.Device{Token: token(n), Person: person, Expires: expires}):
			b.t.Errorf("browser %d of %s: %+v, %v", n, person, got, err)
		}
	}
}

// testDevices keeps browsers of several people, and of each the latest.
func testDevices(b *bench) {
	put := func(n byte, person string, expires int64) {
		b.t.Helper()
		b.must(b.PutDevice(b.ctx(), authstore.Device{Token: token(n), Person: person, Expires: expires}, 2))
	}
	put(1, "a", 10)
	put(1, "b", 20)
	put(2, "a", 30)
	b.knows("a", map[byte]int64{1: 10, 2: 30, 3: 0})
	put(1, "a", 40)
	put(3, "a", 50)
	b.knows("a", map[byte]int64{1: 40, 2: 0, 3: 50})
	b.knows("b", map[byte]int64{1: 20, 3: 0})
	b.must(b.SweepSessions(b.ctx(), 40))
	b.knows("a", map[byte]int64{1: 0, 3: 50})
	b.knows("b", map[byte]int64{1: 0})
}

// testAddresses forgets addresses in old entries, and nothing else of them.
func testAddresses(b *bench) {
	for _, at := range []int64{10, 20} {
		b.must(b.Note(b.ctx(), authstore.Audit{At: at, What: "signed_in", Address: "2001:db8::1"}))
	}
	b.must(b.ForgetAddresses(b.ctx(), 20))
	got, err := b.Audited(b.ctx(), 0, 9)
	if err != nil || len(got) != 2 || got[0].Address != "2001:db8::1" || got[1].Address != "" || got[1].What != "signed_in" {
		b.t.Errorf("the audit log says %+v, %v", got, err)
	}
}
