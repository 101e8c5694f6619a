package totp_test

import (
	"net/url"
	"testing"
	"time"

	"renkei/internal/auth/totp"
)

// TestVectors are those of RFC 6238, appendix B, for SHA-1: their last six digits.
func TestVectors(t *testing.T) {
	t.Parallel()
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := totp.At(secret, time.Unix(at, 0)); got != want {
			t.Errorf("the code at %d is %s, want %s", at, got, want)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	secret := totp.NewSecret()
	now := time.Unix(1_800_000_010, 0)
	step := now.Unix() / 30
	for name, c := range map[string]struct {
		code  string
		after int64
		want  int64
	}{
		"of now":                {totp.Code(secret, step), 0, step},
		"of the step before":    {totp.Code(secret, step-1), 0, step - 1},
		"of the next step":      {totp.Code(secret, step+1), 0, step + 1},
		"too late":              {totp.Code(secret, step-2), 0, 0},
		"too early":             {totp.Code(secret, step+2), 0, 0},
		"taken":                 {totp.Code(secret, step), step, 0},
		"before one that was":   {totp.Code(secret, step-1), step, 0},
		"after one that was":    {totp.Code(secret, step+1), step, step + 1},
		"of another":            {totp.Code(totp.NewSecret(), step-9), 0, 0},
		"empty":                 {"", 0, 0},
		"with more at its head": {"0" + totp.Code(secret, step), 0, 0},
	} {
		if got, ok := totp.Match(secret, c.code, now, c.after); got != c.want || ok != (c.want > 0) {
			t.Errorf("%s: step %d, %v; want %d", name, got, ok, c.want)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	secret := totp.NewSecret()
	text := totp.Text(secret)
	for spelled, good := range map[string]bool{text: true, text[:4] + " " + text[4:]: true, text[:30]: false, "": false, "!" + text[1:]: false} {
		got, ok := totp.Parse(spelled)
		if ok != good || good && string(got) != string(secret) {
			t.Errorf("%q: %x, %v", spelled, got, ok)
		}
	}
	u, err := url.Parse(totp.URL(secret, "Renkei 連携", "ada@example.org"))
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Renkei 連携:ada@example.org" || u.Query().Get("secret") != text || u.Query().Get("issuer") != "Renkei 連携" {
		t.Errorf("the address is %v, %v", u, err)
	}
}
