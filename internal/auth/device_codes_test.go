package auth_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
)

// guest has somebody without an account take a link to a place of exercise x.
func (d *desk) guest(t *testing.T, role auth.Role, unit, name string) (link, person, session string) {
	t.Helper()
	link = must(d.Invite(t.Context(), "d", auth.Grant{Scope: access.In("x", unit), Role: string(role)}, 0))(t)
	session, g, err := d.Take(t.Context(), link, name, "Firefox")
	if err != nil {
		t.Fatal(err)
	}
	return link, g.Person, session
}

// open tries to open a link on one more device.
func (d *desk) open(ctx context.Context, link, code string) (string, error) {
	session, _, err := d.OpenDevice(ctx, link, code, "Safari")
	return session, err
}

// TestFurtherDevice opens a link on one more device of its taker, with a code,
// and never without.
func TestFurtherDevice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	link, ada, first := d.guest(t, access.Player, "asteria", "Ada")
	other, _, _ := d.guest(t, access.Player, "asteria", "Bo")
	for _, code := range []string{"", "000000"} {
		_, err := d.open(t.Context(), link, code)
		check(t, "where there is no code", err, auth.ErrDeviceCode)
	}
	code, until, err := d.NewDeviceCode(t.Context(), ada, ada)
	if err != nil || len(code) != 6 || !until.Equal(d.now.Add(10*time.Minute)) {
		t.Fatalf("NewDeviceCode = %q, %v, %v", code, until, err)
	}
	_, err = d.open(t.Context(), other, code)
	check(t, "somebody else's link", err, auth.ErrDeviceCode)
	_, err = d.open(t.Context(), "none", code)
	check(t, "no link", err, auth.ErrLink)
	second := must(d.open(t.Context(), link, " "+code[:3]+"　"+code[3:]))(t)
	if a := d.access(t, second); a.Person != ada || a.Name != "Ada" || !a.Plays("x", "asteria") {
		t.Errorf("in as %+v", a)
	}
	_, err = d.open(t.Context(), link, code)
	check(t, "the code again", err, auth.ErrDeviceCode)
	all := must(d.Sessions(t.Context(), ada))(t)
	if len(all) != 2 || !d.access(t, first).Known() {
		t.Errorf("devices: %+v", all)
	}
	how := []string{all[0].By, all[1].By}
	slices.Sort(how)
	if !slices.Equal(how, []string{auth.ByCode, auth.ByLink}) {
		t.Errorf("they came by %q", how)
	}
	if holders := must(d.GrantsIn(t.Context(), access.In("x", "")))(t); len(holders) != 2 {
		t.Errorf("who takes part: %+v", holders)
	}
	if said := d.said(t); !slices.Contains(said, "device_code_made") || !slices.Contains(said, "device_added player x asteria") {
		t.Errorf("the audit log has %q", said)
	}
}

// TestDeviceCodeEnds: a code ends with its time, and with five wrong ones.
func TestDeviceCodeEnds(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	link, ada, _ := d.guest(t, access.Player, "asteria", "Ada")
	code, _, err := d.NewDeviceCode(t.Context(), ada, ada)
	check(t, "make", err, nil)
	d.now = d.now.Add(10 * time.Minute)
	_, err = d.open(t.Context(), link, code)
	check(t, "after ten minutes", err, auth.ErrDeviceCode)
	code, _, err = d.NewDeviceCode(t.Context(), ada, ada)
	check(t, "make", err, nil)
	for range 5 {
		_, err = d.open(t.Context(), link, "x"+code[:5])
		check(t, "a wrong one", err, auth.ErrDeviceCode)
	}
	_, err = d.open(t.Context(), link, code)
	check(t, "after five wrong ones", err, auth.ErrDeviceCode)
	wrong := 0
	for _, line := range d.said(t) {
		if line == "device_code_wrong player x asteria" {
			wrong++
		}
	}
	if wrong != 5 {
		t.Errorf("%d wrong ones are in the audit log", wrong)
	}
}

// TestNoFurtherDevice: what was taken back, or is better guarded, opens on no
// further device, code or not.
func TestNoFurtherDevice(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(d *desk, ctx context.Context, person string) error{
		"role": func(d *desk, ctx context.Context, person string) error {
			return d.Revoke(ctx, "d", auth.Grant{Person: person, Scope: access.In("x", "asteria"), Role: string(access.Player)})
		},
		"role, given again": func(d *desk, ctx context.Context, person string) error {
			g := auth.Grant{Person: person, Scope: access.In("x", "asteria"), Role: string(access.Player)}
			return errors.Join(d.Revoke(ctx, "d", g), d.Grant(ctx, "d", g))
		},
		"link": func(d *desk, ctx context.Context, person string) error {
			return d.CloseLinks(ctx, "d", person, access.In("x", ""))
		},
		"person": func(d *desk, ctx context.Context, person string) error { return d.db.ErasePerson(ctx, person) },
		"account": func(d *desk, ctx context.Context, person string) error {
			f := auth.For{Person: person, Login: "ada"}
			link, err := d.InviteFor(ctx, "s", auth.Grant{Role: string(auth.LinkAccount)}, f, time.Hour)
			if err == nil {
				_, _, err = d.TakeAccount(ctx, link, auth.NewAccount{Password: goodPassword}, "")
			}
			return err
		},
		"end": func(d *desk, _ context.Context, _ string) error {
			ended := d.now.Add(-14 * 24 * time.Hour)
			d.EndsBy(func(context.Context, auth.Scope) (time.Time, error) { return ended, nil })
			d.now = d.now.Add(5 * time.Minute)
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			link, ada, _ := d.guest(t, access.Player, "asteria", "Ada")
			if name == "end" {
				d.now = d.now.Add(14 * 24 * time.Hour) // taken so long ago
			}
			code, _, err := d.NewDeviceCode(t.Context(), ada, ada)
			check(t, "make", err, nil)
			if ok := must(d.Opens(t.Context(), link))(t); !ok {
				t.Error("it does not open at first")
			}
			check(t, "end", end(d, t.Context(), ada), nil)
			if ok := must(d.Opens(t.Context(), link))(t); ok {
				t.Error("it still opens")
			}
			_, err = d.open(t.Context(), link, code)
			check(t, "with the code", err, auth.ErrLink)
			_, _, err = d.NewDeviceCode(t.Context(), ada, ada)
			check(t, "another code", err, auth.ErrNotFound)
		})
	}
}

// TestRenewLink makes a link anew, by which the same person comes back.
func TestRenewLink(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	link, ada, first := d.guest(t, access.Player, "asteria", "Ada")
	x := access.In("x", "")
	lost, _, err := d.RenewLink(t.Context(), "c", ada, x)
	check(t, "renew", err, nil)
	anew, _, err := d.RenewLink(t.Context(), "c", ada, x)
	check(t, "once more", err, nil)
	if ok := must(d.Opens(t.Context(), link))(t); ok {
		t.Error("the first link still opens")
	}
	_, _, err = d.Take(t.Context(), lost, "", "")
	check(t, "the one that was lost", err, auth.ErrLink)
	bob, _ := d.account(t, "bob")
	_, err = d.TakeAs(t.Context(), anew, bob, "")
	check(t, "as somebody else", err, auth.ErrLink)
	session, g, err := d.Take(t.Context(), anew, "Eve", "Safari")
	if a := d.access(t, session); err != nil || g.Person != ada || a.Name != "Ada" || !a.Plays("x", "asteria") {
		t.Errorf("in as %+v, %+v, %v", g, a, err)
	}
	_, _, err = d.Take(t.Context(), anew, "Eve", "")
	check(t, "again", err, auth.ErrLink)
	if !d.access(t, first).Known() {
		t.Error("the first device is out")
	}
	if holders := must(d.GrantsIn(t.Context(), x))(t); len(holders) != 1 {
		t.Errorf("who takes part: %+v", holders)
	}
	if ok := must(d.Opens(t.Context(), anew))(t); !ok {
		t.Error("the new one opens on no further device")
	}
	_, _, err = d.RenewLink(t.Context(), "c", bob, x)
	check(t, "of an account", err, auth.ErrAccount)
	_, _, err = d.RenewLink(t.Context(), "c", ada, access.In("y", ""))
	check(t, "where they do not take part", err, auth.ErrRole)
}

// TestRenewedLinkOpensOneExercise: who makes a link of somebody anew does not
// come in as them where they take part elsewhere meanwhile.
func TestRenewedLinkOpensOneExercise(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, ada, _ := d.guest(t, access.Player, "asteria", "Ada")
	anew, _, err := d.RenewLink(t.Context(), "c", ada, access.In("x", ""))
	check(t, "renew", err, nil)
	check(t, "grant", d.Grant(t.Context(), "s", auth.Grant{Person: ada, Scope: access.In("y", ""), Role: string(access.Director)}), nil)
	_, _, err = d.Take(t.Context(), anew, "", "")
	check(t, "take", err, auth.ErrLink)
}

// TestRenewedLinkAfterHandOver gives nobody the role of before.
func TestRenewedLinkAfterHandOver(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, ada, _ := d.guest(t, access.Director, "", "Ada")
	_, bo, _ := d.guest(t, access.Controller, "", "Bo")
	anew, _, err := d.RenewLink(t.Context(), ada, ada, access.In("x", ""))
	check(t, "renew", err, nil)
	check(t, "hand over", access.HandOver(t.Context(), d.Service, ada, "x", bo), nil)
	_, _, err = d.Take(t.Context(), anew, "", "")
	check(t, "take", err, auth.ErrLink)
}

func TestReplaceLink(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g := auth.Grant{Scope: access.In("x", "asteria"), Role: string(access.Player)}
	old := must(d.InviteFor(t.Context(), "d", g, auth.For{Name: "Ada"}, time.Hour))(t)
	d.now = d.now.Add(2 * time.Hour) // it is over
	all := must(d.Links(t.Context(), access.In("x", "")))(t)
	_, _, err := d.ReplaceLink(t.Context(), "d", access.In("y", ""), all[0].ID)
	check(t, "of another exercise", err, auth.ErrNotFound)
	anew, l, err := d.ReplaceLink(t.Context(), "d", access.In("x", ""), all[0].ID)
	if err != nil || l.For.Name != "Ada" || l.Role != access.Player || !l.Expires.Equal(d.now.Add(time.Hour)) {
		t.Errorf("ReplaceLink = %+v, %v", l, err)
	}
	_, err = d.LookAt(t.Context(), old)
	check(t, "the one before", err, auth.ErrLink)
	_, _, err = d.Take(t.Context(), anew, "Ada", "")
	check(t, "take", err, nil)
	all = must(d.Links(t.Context(), access.In("x", "")))(t)
	_, _, err = d.ReplaceLink(t.Context(), "d", access.In("x", ""), all[0].ID)
	check(t, "one that was taken", err, auth.ErrNotFound)
}

// TestSessionOfExercise lasts as long as the exercise and two weeks, while it is
// used once in a while; that of an account for a week.
func TestSessionOfExercise(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var ended time.Time
	d.EndsBy(func(context.Context, auth.Scope) (time.Time, error) { return ended, nil })
	_, _, guest := d.guest(t, access.Player, "asteria", "Ada")
	idle := sessionOf(d.guest(t, access.Player, "asteria", "Bo"))
	bob, _ := d.account(t, "bob")
	account := must(d.SignIn(t.Context(), "bob", goodPassword, ""))(t)
	check(t, "grant", d.Grant(t.Context(), "d", auth.Grant{Person: bob, Scope: access.In("x", ""), Role: string(access.Director)}), nil)
	d.account(t, "eve")
	elsewhere := must(d.SignIn(t.Context(), "eve", goodPassword, ""))(t)
	use := func(days int) {
		t.Helper()
		for range 3 * days {
			d.now = d.now.Add(8 * time.Hour)
			d.access(t, guest)
			d.access(t, account)
			check(t, "sweep", d.Sweep(t.Context()), nil)
		}
	}
	in := func(what string, want map[string]bool) {
		t.Helper()
		for session, known := range want {
			if d.access(t, session).Known() != known {
				t.Errorf("%s: in is %v, want %v (guest %v, account %v)", what, !known, known, session == guest, session == account)
			}
		}
	}
	use(1)
	in("after a day", map[string]bool{guest: true, account: true, elsewhere: false, idle: true})
	use(6)
	in("after a week", map[string]bool{guest: true, account: false})
	use(54)
	in("after 61 days", map[string]bool{guest: true, idle: false})
	ended = d.now
	use(13)
	in("13 days after the end", map[string]bool{guest: true})
	use(1)
	in("two weeks after the end", map[string]bool{guest: false})
}

// sessionOf is the session of a guest.
func sessionOf(_, _, session string) string { return session }
