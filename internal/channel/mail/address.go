package mail

import (
	"errors"
	netmail "net/mail"
	"strings"

	"golang.org/x/net/idna"

	"renkei/internal/outbox"
)

// errAddress and errReserved are reasons that people read in words of theirs.
var (
	errAddress  = errors.New(outbox.ReasonAddress)
	errReserved = errors.New(outbox.ReasonReserved)
)

// maxAddress is the longest that a path in SMTP may be (RFC 5321, 4.5.3.1.3).
const maxAddress = 254

// parse reads a bare address, user@domain, and returns it as servers take it:
// with the domain in ASCII. Letters outside ASCII before the @ are refused: a
// server on the way that does not know them would lose the mail.
func parse(address string) (string, error) {
	a, err := netmail.ParseAddress(address)
	if err != nil || a.Name != "" || strings.ContainsAny(address, "<>\" ") {
		return "", errAddress
	}
	at := strings.LastIndexByte(a.Address, '@')
	local, domain := a.Address[:at], a.Address[at+1:]
	if domain, err = idna.Lookup.ToASCII(domain); err != nil || !strings.Contains(domain, ".") || strings.HasPrefix(domain, "[") {
		return "", errAddress
	}
	if strings.ContainsFunc(local, func(r rune) bool { return r > '~' }) || len(local)+len(domain) >= maxAddress {
		return "", errAddress
	}
	if reserved(strings.ToLower(domain)) {
		return "", errReserved
	}
	return local + "@" + domain, nil
}

// reserved reports whether a domain belongs to nobody (RFC 2606 and 6761), such
// as those of a demo: nothing is ever sent there.
func reserved(domain string) bool {
	for _, name := range []string{"example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"} {
		if domain == name || strings.HasSuffix(domain, "."+name) {
			return true
		}
	}
	return false
}

// Check returns why nothing can be sent to an address; nil where it may be.
func (c *Channel) Check(address string) error {
	_, err := parse(address)
	return err
}
