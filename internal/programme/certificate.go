package programme

import (
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"renkei/internal/community"
)

// Certificate says that somebody has completed a course. What it says is that of
// the day on which it was issued, whatever becomes of the records.
type Certificate struct {
	Code     string         `json:"code"`
	Event    string         `json:"event"`
	Attendee string         `json:"attendee"`
	Member   string         `json:"member,omitempty"`
	Name     string         `json:"name"`
	Local    string         `json:"local,omitempty"` // the name in their own script
	Course   community.Text `json:"course"`
	Place    community.Text `json:"place,omitempty"`
	Hosts    []string       `json:"hosts,omitempty"`
	Begin    community.Date `json:"begin"`
	End      community.Date `json:"end,omitempty"`
	Attended int            `json:"attended"` // half days
	Of       int            `json:"of"`
	Issued   time.Time      `json:"issued"`
	Revoked  time.Time      `json:"revoked,omitzero"`
	Reason   string         `json:"reason,omitempty"`
	Next     string         `json:"next,omitempty"` // code of the one that takes its place
}

// Valid reports whether a certificate holds.
func (c *Certificate) Valid() bool { return c.Revoked.IsZero() }

// certificateLength is that of a code: 60 bits, so that nobody finds one by
// trying.
const certificateLength = 12

// NewCertificateCode returns a code that nobody guesses.
func NewCertificateCode() string {
	var raw [certificateLength]byte
	_, _ = rand.Read(raw[:]) // it never fails
	for i := range raw {
		raw[i] = codeLetters[int(raw[i])%len(codeLetters)]
	}
	return string(raw[:])
}

// CertificateCode is a code as it is printed: in groups of four.
func CertificateCode(code string) string {
	var groups []string
	for part := range slices.Chunk([]byte(code), 4) {
		groups = append(groups, string(part))
	}
	return strings.Join(groups, "-")
}

// Roster is who has to do with a course: those who are nominated, those on its
// list, and their certificates.
type Roster struct {
	Nominees     []Nominee
	Attendees    []Attendee
	Certificates []Certificate
}

// Attendee is somebody on the list; nil for nobody.
func (r *Roster) Attendee(id string) *Attendee {
	if i := slices.IndexFunc(r.Attendees, func(a Attendee) bool { return a.ID == id }); i >= 0 {
		return &r.Attendees[i]
	}
	return nil
}

// Certificate is one of the course; nil for none.
func (r *Roster) Certificate(code string) *Certificate {
	if i := slices.IndexFunc(r.Certificates, func(c Certificate) bool { return c.Code == code }); i >= 0 {
		return &r.Certificates[i]
	}
	return nil
}

// Nominee is somebody who is nominated; nil for nobody.
func (r *Roster) Nominee(id string) *Nominee {
	if i := slices.IndexFunc(r.Nominees, func(n Nominee) bool { return n.ID == id }); i >= 0 {
		return &r.Nominees[i]
	}
	return nil
}

// Issue returns a certificate for everybody who has completed the course and
// never had one: who was revoked gets another only by Reissue. code makes codes.
func (r *Roster) Issue(e *Event, now time.Time, code func() string) (all []Certificate) {
	if e.Course == nil || e.Status == Cancelled {
		return nil
	}
	for i := range r.Attendees {
		a := &r.Attendees[i]
		had := slices.ContainsFunc(r.Certificates, func(c Certificate) bool { return c.Attendee == a.ID })
		if had || !e.Course.Completed(a) {
			continue
		}
		all = append(all, Certificate{
			Code: code(), Event: e.ID, Attendee: a.ID, Member: a.Member, Name: a.Name, Local: a.Local, Course: e.Title, Place: e.Place, Hosts: e.Hosts,
			Begin: e.Begin, End: e.End, Attended: e.Course.Attended(a), Of: len(e.Course.Halves), Issued: now.UTC(),
		})
	}
	return all
}

// Revoke takes a certificate back. It refuses one that does not hold any more,
// and without a reason.
func (c *Certificate) Revoke(now time.Time, reason string) (Certificate, error) {
	if !c.Valid() {
		return *c, refuse("certificate.revoked", CertificateCode(c.Code))
	}
	if strings.TrimSpace(reason) == "" {
		return *c, refuse("reason", "")
	}
	if err := checkSaid(reason); err != nil {
		return *c, err
	}
	next := *c
	next.Revoked, next.Reason = now.UTC(), strings.TrimSpace(reason)
	return next, nil
}

// Reissue has another certificate take the place of one, with the names as they
// have to be. One that was revoked without another is given anew so too.
func (c *Certificate) Reissue(now time.Time, name, local, reason, code string) (was, is Certificate, err error) {
	if c.Next != "" {
		return *c, is, refuse("certificate.replaced", CertificateCode(c.Code))
	}
	was = *c
	if c.Valid() {
		if was, err = c.Revoke(now, reason); err != nil {
			return *c, is, err
		}
	}
	if strings.TrimSpace(name) == "" {
		return *c, is, refuse("attendee.name", name)
	}
	if err := checkSaid(name, local); err != nil {
		return *c, is, err
	}
	is = *c
	is.Code, is.Issued, is.Revoked, is.Reason = code, now.UTC(), time.Time{}, ""
	is.Name, is.Local = strings.TrimSpace(name), strings.TrimSpace(local)
	was.Next = code
	return was, is, nil
}
