package authstoretest

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"renkei/internal/auth/authstore"
	"renkei/internal/database"
)

// testDeviceCodes tries codes: a right one once, and none after its time or too
// many wrong ones.
func testDeviceCodes(b *bench) {
	t := b.t
	const most = 3
	put := func(n byte, expires int64) {
		t.Helper()
		b.must(b.PutDeviceCode(b.ctx(), authstore.DeviceCode{Person: "a", Code: token(n), Expires: expires}, authstore.Audit{What: "made"}))
	}
	try := func(what, person string, n byte, now int64, right bool, want error) {
		t.Helper()
		if got, err := b.TryDeviceCode(b.ctx(), person, token(n), most, now); got != right || !errors.Is(err, want) {
			t.Errorf("%s: %v, %v", what, got, err)
		}
	}
	try("none", "a", 1, 10, false, database.ErrNotFound)
	put(1, 100)
	b.reopen()
	try("somebody else's", "b", 1, 10, false, database.ErrNotFound)
	try("a wrong one", "a", 2, 10, false, nil)
	try("the right one", "a", 1, 10, true, nil)
	try("the right one again", "a", 1, 10, false, database.ErrNotFound)
	put(1, 100)
	put(2, 100)
	try("the one before", "a", 1, 10, false, nil)
	try("too late", "a", 2, 100, false, database.ErrNotFound)
	try("the second wrong one", "a", 1, 10, false, nil)
	try("the third wrong one", "a", 1, 10, false, nil)
	try("the right one, too late", "a", 2, 10, false, database.ErrNotFound)
	put(3, 100)
	b.must(b.SweepSessions(b.ctx(), 100))
	try("one that was swept", "a", 3, 10, false, database.ErrNotFound)
}

// testDeviceCodeTries has many guess at once: no more than most are looked at.
func testDeviceCodeTries(b *bench) {
	b.must(b.PutDeviceCode(b.ctx(), authstore.DeviceCode{Person: "a", Code: token(1), Expires: 100}))
	var tried atomic.Int64
	var all sync.WaitGroup
	for n := range byte(12) {
		all.Go(func() {
			switch _, err := b.TryDeviceCode(b.ctx(), "a", token(n+2), 5, 1); {
			case err == nil:
				tried.Add(1)
			case !errors.Is(err, database.ErrNotFound):
				b.t.Error(err)
			}
		})
	}
	all.Wait()
	if tried.Load() != 5 {
		b.t.Errorf("%d guesses were looked at", tried.Load())
	}
}

// testLinksOf makes a link anew, which ends those of before, there and of that
// person alone.
func testLinksOf(b *bench) {
	t := b.t
	take := func(n byte, object, person string) authstore.Link {
		t.Helper()
		l := authstore.Link{Token: token(n), Grant: authstore.Grant{Scope: in(object, "u"), Role: "player"}, Expires: 100, Lasting: true}
		b.must(b.PutLink(b.ctx(), l))
		g, err := b.TakeLink(b.ctx(), l.Token, authstore.Taking{Person: authstore.Person{ID: person, Name: person}}, int64(n))
		b.must(err)
		l.Grant, l.Taken = g, int64(n)
		return l
	}
	first, elsewhere, other := take(1, "x", "a"), take(2, "y", "a"), take(3, "x", "b")
	of := func(what, person string, want ...authstore.Link) {
		t.Helper()
		if got, err := b.LinksOf(b.ctx(), person); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %+v, %v; want %+v", what, got, err, want)
		}
	}
	of("at first", "a", elsewhere, first)
	anew := authstore.Link{Token: token(4), Grant: authstore.Grant{Scope: in("x", "u"), Role: "player"}, Expires: 100, For: authstore.Meant{Person: "a"}, Lasting: true}
	b.must(b.PutDeviceCode(b.ctx(), authstore.DeviceCode{Person: "a", Code: token(1), Expires: 100}))
	b.must(b.RenewLink(b.ctx(), anew, authstore.Audit{What: "renewed"}))
	of("made anew", "a", elsewhere)
	of("somebody else's", "b", other)
	if got, err := b.Link(b.ctx(), first.Token); err != nil || !got.Closed {
		t.Errorf("the one before: %+v, %v", got, err)
	}
	if _, err := b.TryDeviceCode(b.ctx(), "a", token(1), 5, 1); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("the code of before: %v", err)
	}
	again := anew
	again.Token = token(5)
	b.must(b.RenewLink(b.ctx(), again))
	if _, err := b.Link(b.ctx(), anew.Token); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("one that waits and was made anew: %v", err)
	}
	b.must(b.RevokeGrant(b.ctx(), authstore.Grant{Person: "a", Scope: in("x", "u"), Role: "player"}, authstore.KeepNone))
	if _, err := b.Link(b.ctx(), again.Token); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("one that waits for somebody whose role was taken away: %v", err)
	}
	b.must(b.CloseLinks(b.ctx(), "a", in("y", ""), authstore.Audit{What: "closed"}))
	of("closed", "a")
}

// testReplaceLink makes a link anew that nobody has taken, and not one that
// somebody has.
func testReplaceLink(b *bench) {
	old := authstore.Link{Token: token(1), Grant: authstore.Grant{Scope: in("x", ""), Role: "observer"}, Expires: 100}
	b.must(b.PutLink(b.ctx(), old))
	anew := old
	anew.Token = token(2)
	b.must(b.ReplaceLink(b.ctx(), old.Token, anew, authstore.Audit{What: "invited"}))
	if all, err := b.Links(b.ctx(), in("x", "")); err != nil || len(all) != 1 || all[0].Link != anew {
		b.t.Errorf("Links = %+v, %v", all, err)
	}
	_, err := b.TakeLink(b.ctx(), anew.Token, authstore.Taking{Person: authstore.Person{ID: "a"}}, 1)
	b.must(err)
	third := old
	third.Token = token(3)
	if err := b.ReplaceLink(b.ctx(), anew.Token, third); !errors.Is(err, database.ErrNotFound) {
		b.t.Errorf("one that was taken: %v", err)
	}
	if _, err := b.Link(b.ctx(), third.Token); !errors.Is(err, database.ErrNotFound) {
		b.t.Errorf("it was made all the same: %v", err)
	}
}

// testSlides moves the end of a session with its use, where it slides.
func testSlides(b *bench) {
	slides := authstore.Session{Token: token(1), Person: "a", Begun: 10, Expires: 30, Slides: 20, BegunBy: "link"}
	stays := authstore.Session{Token: token(2), Person: "a", Begun: 10, Expires: 30}
	b.must(b.PutSession(b.ctx(), slides))
	b.must(b.PutSession(b.ctx(), stays))
	for _, at := range []int64{5, 25} {
		b.must(b.SeeSessions(b.ctx(), []authstore.Token{slides.Token, stays.Token}, at))
	}
	slides.Seen, slides.Expires, stays.Seen = 25, 45, 25
	b.reopen()
	for _, want := range []authstore.Session{slides, stays} {
		if got, err := b.Session(b.ctx(), want.Token); err != nil || got != want {
			b.t.Errorf("Session = %+v, %v; want %+v", got, err, want)
		}
	}
}
