// Package totp computes the codes of authenticator apps: RFC 6238 with HMAC-SHA-1,
// six digits and steps of 30 seconds, which every app knows. It keeps nothing:
// that a code is taken once is for who keeps its step. It may import nothing of
// the program. Start reading at [Match].
package totp

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6238; what breaks SHA-1 does not break HMAC with it
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

const (
	// Digits is how many a code has.
	Digits = 6
	// secretBytes is as many as SHA-1 gives: RFC 4226, section 4.
	secretBytes = 20
	stepTime    = 30 * time.Second
	// skew is how many steps a clock may be early or late: RFC 6238, section 5.2.
	skew = 1
)

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewSecret draws a secret.
func NewSecret() []byte {
	secret := make([]byte, secretBytes)
	_, _ = rand.Read(secret) // never fails
	return secret
}

// Text is a secret as apps take it, in base32.
func Text(secret []byte) string { return encoding.EncodeToString(secret) }

// Parse reads what Text has given, with spaces or without. It reports false for
// anything else.
func Parse(text string) ([]byte, bool) {
	secret, err := encoding.DecodeString(strings.ToUpper(strings.Join(strings.Fields(text), "")))
	return secret, err == nil && len(secret) == secretBytes
}

// URL is a secret as apps read it from a picture: the Key URI Format.
func URL(secret []byte, issuer, login string) string {
	// Apps do not all know "+" as a space.
	q := strings.ReplaceAll(url.Values{"secret": {Text(secret)}, "issuer": {issuer}}.Encode(), "+", "%20")
	return "otpauth://totp/" + url.PathEscape(issuer) + ":" + url.PathEscape(login) + "?" + q
}

// Match returns the step of a code, if it is one of about now and later than
// after, the step of the last that was taken.
func Match(secret []byte, code string, now time.Time, after int64) (step int64, ok bool) {
	at := now.Unix() / int64(stepTime/time.Second)
	for s := at - skew; s <= at+skew; s++ {
		if subtle.ConstantTimeCompare([]byte(Code(secret, s)), []byte(code)) == 1 && s > after {
			step, ok = s, true
		}
	}
	return step, ok
}

// At returns the code of a moment.
func At(secret []byte, t time.Time) string { return Code(secret, t.Unix()/int64(stepTime/time.Second)) }

// Code returns the code of a step: RFC 4226, section 5.3.
func Code(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	_ = binary.Write(mac, binary.BigEndian, step) // a hash takes everything
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff
	return fmt.Sprintf("%0*d", Digits, n%1_000_000)
}
