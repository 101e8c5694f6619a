package handbook

import "time"

// LinkCheck is a look at whether a page of the web is there.
type LinkCheck struct {
	URL    string
	At     time.Time
	Status int     // of HTTP; 0 where there was no answer
	Why    LinkWhy // "" where it is there
}

// Alive reports whether it was there; what nobody has looked at is.
func (c *LinkCheck) Alive() bool { return c.Why == "" }

// LinkWhy is why a page is not there.
type LinkWhy string

// Reasons.
const (
	LinkUnreachable LinkWhy = "unreachable" // no answer
	LinkRefused     LinkWhy = "refused"     // an answer that it is not there
	LinkRedirect    LinkWhy = "redirect"    // it leads elsewhere too often
	LinkPrivate     LinkWhy = "private"     // an address that is not public, which is never asked
)
