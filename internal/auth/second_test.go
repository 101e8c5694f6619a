package auth_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/totp"
	"renkei/internal/exercise/access"
)

// withApp is somebody with an account and an authenticator app, and their
// recovery codes.
func (d *desk) withApp(t *testing.T, login string) (person, session string, secret []byte, codes []string) {
	t.Helper()
	person, session = d.account(t, login)
	secret = totp.NewSecret()
	codes = must(d.AddTOTP(t.Context(), person, "Phone", secret, totp.At(secret, d.now)))(t)
	return person, session, secret, codes
}

// password gives the right password, and returns the step that follows.
func (d *desk) password(t *testing.T, login string) string {
	t.Helper()
	session, err := d.SignIn(t.Context(), login, goodPassword, "")
	var second *auth.SecondError
	if !errors.As(err, &second) || session != "" {
		t.Fatalf("the password alone: %q, %v", session, err)
	}
	return second.Step
}

// TestSecondFactor signs in with codes of an app, each once, and with recovery
// codes.
func TestSecondFactor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, _ := d.account(t, "ada")
	secret := totp.NewSecret()
	_, err := d.AddTOTP(t.Context(), ada, "Phone", secret, "000000")
	check(t, "a wrong code", err, auth.ErrCode)
	_, err = d.AddTOTP(t.Context(), ada, " ", secret, totp.At(secret, d.now))
	check(t, "no name", err, auth.ErrName)
	_, err = d.AddTOTP(t.Context(), "nobody", "Phone", secret, totp.At(secret, d.now))
	check(t, "no account", err, auth.ErrAccount)
	codes := must(d.AddTOTP(t.Context(), ada, "Phone", secret, totp.At(secret, d.now)))(t)
	other := totp.NewSecret()
	if more := must(d.AddTOTP(t.Context(), ada, "Tablet", other, totp.At(other, d.now)))(t); len(codes) != 10 || more != nil {
		t.Errorf("recovery codes: %v, and with another app %v", codes, more)
	}

	step := d.password(t, "ada")
	try := func(what, step, code string, want error) {
		t.Helper()
		session, err := d.SignInCode(t.Context(), step, code, "Firefox")
		check(t, what, err, want)
		if a := d.access(t, session); a.Known() != (want == nil) || want == nil && (a.Person != ada || !a.Second) {
			t.Errorf("%s: %+v", what, a)
		}
	}
	try("the code that was shown when the app was added", step, totp.At(secret, d.now), auth.ErrCode)
	d.now = d.now.Add(30 * time.Second)
	code := totp.At(secret, d.now)
	try("the next", step, " "+code[:3]+" "+code[3:], nil)
	try("the step again", step, totp.At(secret, d.now.Add(30*time.Second)), auth.ErrStep)
	step = d.password(t, "ada")
	try("a code again", step, code, auth.ErrCode)
	try("of the other app", step, totp.At(other, d.now), nil)
	step = d.password(t, "ada")
	try("a recovery code that nobody has", step, "AAAA-BBBB-CCCC-DDDD", auth.ErrCode)
	try("a recovery code", step, strings.ToLower(strings.ReplaceAll(codes[3], "-", " ")), nil)
	try("the recovery code again", d.password(t, "ada"), codes[3], auth.ErrCode)
	try("without a step", "", codes[4], auth.ErrStep)
	step = d.password(t, "ada")
	d.now = d.now.Add(10 * time.Minute)
	try("too late", step, codes[4], auth.ErrStep)
	if _, left, err := d.Factors(t.Context(), ada); err != nil || left != 9 {
		t.Errorf("%d codes are left, %v", left, err)
	}
	if said := strings.Join(d.said(t), "\n"); !strings.Contains(said, "signed_in Tablet") || !strings.Contains(said, "code_used") || strings.Count(said, "second_failed") != 4 {
		t.Errorf("the audit log says:\n%s", said)
	}
}

// TestSecondRequired has whoever has a role set up a second factor first, and
// keep one.
func TestSecondRequired(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.RequireSecond(auth.Secretary, access.Director)
	for name, c := range map[string]struct {
		grant auth.Grant
		must  bool
	}{
		"secretary":  {auth.Grant{Role: string(auth.Secretary)}, true},
		"director":   {auth.Grant{Scope: access.In("x", ""), Role: string(access.Director)}, true},
		"controller": {auth.Grant{Scope: access.In("x", ""), Role: string(access.Controller)}, false},
	} {
		person, session := d.account(t, name)
		c.grant.Person = person
		check(t, "grant", d.Grant(t.Context(), "s", c.grant), nil)
		if a := d.access(t, session); a.MustSetUp != c.must {
			t.Errorf("a %s must: %v", name, a.MustSetUp)
		}
		secret := totp.NewSecret()
		must(d.AddTOTP(t.Context(), person, "Phone", secret, totp.At(secret, d.now)))(t)
		if a := d.access(t, session); a.MustSetUp || !a.Second {
			t.Errorf("a %s with an app: %+v", name, a)
		}
		all, _, err := d.Factors(t.Context(), person)
		if err != nil || len(all) != 1 {
			t.Fatalf("%v, %v", all, err)
		}
		check(t, "without the password", d.DropFactor(t.Context(), person, all[0].ID, "wrong"), auth.ErrPassword)
		want := error(nil)
		if c.must {
			want = auth.ErrSecondNeeded
		}
		check(t, "the last of a "+name, d.DropFactor(t.Context(), person, all[0].ID, goodPassword), want)
		if a := d.access(t, session); a.Second != c.must {
			t.Errorf("a %s now: %+v", name, a)
		}
	}
}

// TestOwnAccount gives somebody a login who came by a link, and keeps their roles.
func TestOwnAccount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.account(t, "ada")
	link := must(d.Invite(t.Context(), "s", auth.Grant{Scope: access.In("x", ""), Role: string(access.Director)}, time.Hour))(t)
	session, g, err := d.Take(t.Context(), link, "Di", "")
	check(t, "take", err, nil)
	check(t, "somebody else's login", d.MakeOwnAccount(t.Context(), g.Person, "ada", goodPassword), auth.ErrExists)
	check(t, "too short", d.MakeOwnAccount(t.Context(), g.Person, "di", "short"), auth.ErrPasswordShort)
	check(t, "good", d.MakeOwnAccount(t.Context(), g.Person, "di", goodPassword), nil)
	check(t, "again", d.MakeOwnAccount(t.Context(), g.Person, "di2", goodPassword), auth.ErrExists)
	if a := d.access(t, session); a.Login != "di" || !a.Directs("x") {
		t.Errorf("%+v", a)
	}
	if a := d.access(t, must(d.SignIn(t.Context(), "di", goodPassword, ""))(t)); a.Person != g.Person {
		t.Errorf("signed in as %+v", a)
	}
}

// TestSecondReset takes everything away at once, and has the person know.
func TestSecondReset(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, session, _, codes := d.withApp(t, "ada")
	step := d.password(t, "ada")
	check(t, "of nobody", d.ResetSecond(t.Context(), "s", "nobody"), auth.ErrNotFound)
	check(t, "reset", d.ResetSecond(t.Context(), "s", ada), nil)
	if d.access(t, session).Known() {
		t.Error("the session goes on")
	}
	_, err := d.SignInCode(t.Context(), step, codes[0], "")
	check(t, "what had begun", err, auth.ErrStep)
	now := must(d.SignIn(t.Context(), "ada", goodPassword, ""))(t)
	if a := d.access(t, now); a.Second || !a.SecondReset.Equal(d.now) {
		t.Errorf("after it: %+v", a)
	}
	check(t, "seen", d.SeeReset(t.Context(), ada), nil)
	if a := d.access(t, now); !a.SecondReset.IsZero() {
		t.Errorf("the person knows: %+v", a)
	}
	if e := must(d.Audit(t.Context(), 0, 2))(t)[1]; e.Deed != auth.SecondReset || e.Whom != ada || e.Actor != "s" {
		t.Errorf("the audit log says %+v", e)
	}
}

// TestNewCodes makes those of before worthless.
func TestNewCodes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, _, _, before := d.withApp(t, "ada")
	_, err := d.NewCodes(t.Context(), ada, "wrong")
	check(t, "without the password", err, auth.ErrPassword)
	now := must(d.NewCodes(t.Context(), ada, goodPassword))(t)
	_, err = d.SignInCode(t.Context(), d.password(t, "ada"), before[0], "")
	check(t, "one of before", err, auth.ErrCode)
	must(d.SignInCode(t.Context(), d.password(t, "ada"), now[0], ""))(t)
	bob, _ := d.account(t, "bob")
	_, err = d.NewCodes(t.Context(), bob, goodPassword)
	check(t, "without a second factor", err, auth.ErrNotFound)
}

// TestPasskeyStep refuses what no passkey has signed, and the beginning of
// somebody else.
func TestPasskeyStep(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ada, _, _, _ := d.withApp(t, "ada")
	bob, _ := d.account(t, "bob")
	at := auth.Site{Host: "exercise.example.org", Origin: "https://exercise.example.org", Name: "Renkei"}
	options, step, err := d.BeginPasskey(t.Context(), ada, at)
	if err != nil || !strings.Contains(string(options), `"challenge"`) {
		t.Fatalf("%s, %v", options, err)
	}
	_, err = d.Waiting(t.Context(), step)
	check(t, "a beginning is no sign-in", err, auth.ErrStep)
	_, err = d.AddPasskey(t.Context(), bob, "Key", at, step, []byte("{}"))
	check(t, "somebody else's beginning", err, auth.ErrStep)
	_, err = d.AddPasskey(t.Context(), ada, "Key", at, step, []byte("{}"))
	check(t, "no answer", err, auth.ErrCode)
	_, err = d.AddPasskey(t.Context(), ada, "Key", at, step, []byte("{}"))
	check(t, "the challenge again", err, auth.ErrStep)
	_, err = d.SignInPasskey(t.Context(), d.password(t, "ada"), at, []byte("{}"), "")
	check(t, "sign in without one", err, auth.ErrCode)
}
