package programme

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"renkei/internal/community"
)

// Course is what an event has for which members nominate people: how many seats
// there are, how many of them are kept for each member, and what it takes to be
// certified.
type Course struct {
	Seats  int            `json:"seats"`
	Quotas map[string]int `json:"quotas,omitempty"` // seats kept for a member
	Closes community.Date `json:"closes,omitempty"` // the last day on which members nominate, where the course is
	Zone   string         `json:"zone"`             // IANA time zone of the course
	Halves []Half         `json:"halves,omitempty"` // in their order
	Needed int            `json:"needed,omitempty"` // half days for a certificate; 0 for all
}

// Half is half a day of a course: "2026-06-01/am".
type Half string

// Day is the day that it is of.
func (h Half) Day() community.Date {
	day, _, _ := strings.Cut(string(h), "/")
	return community.Date(day)
}

// Afternoon reports whether it is the second half.
func (h Half) Afternoon() bool { return strings.HasSuffix(string(h), "/pm") }

func (h Half) valid() bool {
	day, part, _ := strings.Cut(string(h), "/")
	_, err := time.Parse(time.DateOnly, day)
	return err == nil && (part == "am" || part == "pm")
}

// Bounds of courses.
const (
	maxSeats  = MaxAttendees
	maxHalves = 60
	// MaxNominees bounds those who are nominated for a course.
	MaxNominees = 2000
)

// HalvesOf are all half days from the first to the last day of an event; none
// where these are not known to the day.
func HalvesOf(e *Event) (all []Half) {
	begins, err := time.Parse(time.DateOnly, string(e.Begin))
	if err != nil {
		return nil
	}
	last := begins
	if ends, err := time.Parse(time.DateOnly, string(e.End)); err == nil {
		last = ends
	}
	for day := begins; !day.After(last) && len(all) < maxHalves; day = day.AddDate(0, 0, 1) {
		all = append(all, Half(day.Format(time.DateOnly)+"/am"), Half(day.Format(time.DateOnly)+"/pm"))
	}
	return all
}

func (c *Course) check() error {
	if c == nil {
		return nil
	}
	if c.Seats < 1 || c.Seats > maxSeats {
		return refuse("course.seats", "")
	}
	kept := 0
	for member, n := range c.Quotas {
		if n < 0 || n > maxSeats || !idPattern.MatchString(member) {
			return refuse("course.quota", member)
		}
		kept += n
	}
	if kept > c.Seats {
		return &Refusal{Code: "course.quotas", Args: map[string]any{"Kept": kept, "Seats": c.Seats}}
	}
	if _, err := time.LoadLocation(c.Zone); err != nil || c.Zone == "" {
		return refuse("zone", c.Zone)
	}
	if len(c.Halves) > maxHalves {
		return refuse("list", "")
	}
	for i, h := range c.Halves {
		if !h.valid() || i > 0 && c.Halves[i-1] >= h {
			return refuse("course.half", clip(string(h)))
		}
	}
	if c.Needed < 0 || c.Needed > len(c.Halves) {
		return refuse("course.needed", "")
	}
	return checkDates(c.Closes, "")
}

// closing is the end of the last day on which members nominate; zero for none.
func (c *Course) closing() time.Time {
	there, err := time.LoadLocation(c.Zone)
	day, bad := time.ParseInLocation(time.DateOnly, string(c.Closes), there)
	if err != nil || bad != nil {
		return time.Time{}
	}
	return day.AddDate(0, 0, 1)
}

// Open reports whether members still nominate.
func (c *Course) Open(now time.Time) bool {
	ends := c.closing()
	return ends.IsZero() || now.Before(ends)
}

// Required is how many half days it takes to have completed the course.
func (c *Course) Required() int {
	if c.Needed == 0 {
		return len(c.Halves)
	}
	return c.Needed
}

// Attended is how many half days of the course somebody was there.
func (c *Course) Attended(a *Attendee) (n int) {
	for _, h := range c.Halves {
		if slices.Contains(a.Halves, h) {
			n++
		}
	}
	return n
}

// At is somebody's entry after they were, or were not, there on half a day. Who
// was there on one has come.
func (a Attendee) At(h Half, there bool, now time.Time) Attendee {
	a.Halves = slices.DeleteFunc(slices.Clone(a.Halves), func(o Half) bool { return o == h })
	if there {
		a.Halves = append(a.Halves, h)
		slices.Sort(a.Halves)
		if a.Came.IsZero() {
			a.Came = now.UTC()
		}
	}
	return a
}

// Completed reports whether somebody was there often enough. Who organises the
// course or speaks at it completes nothing.
func (c *Course) Completed(a *Attendee) bool {
	learns := a.Role == Delegate || a.Role == HeadOfDelegation
	return learns && c.Required() > 0 && c.Attended(a) >= c.Required()
}

// NomineeState is how far somebody has come who was nominated.
type NomineeState string

// States of those who are nominated.
const (
	Nominated NomineeState = "nominated" // nothing is decided
	Seated    NomineeState = "seated"    // they have a seat
	Waiting   NomineeState = "waiting"   // they move up where a seat becomes free
	Declined  NomineeState = "declined"  // the organisers do not take them, and say why
	Withdrawn NomineeState = "withdrawn" // their member has taken them back
)

// Why explains where somebody came in the selection.
type Why struct {
	Rule string `json:"rule"`           // key of its sentence, below "programme.why."
	N    int    `json:"n,omitempty"`    // which seat, or which place
	Of   int    `json:"of,omitempty"`   // of how many
	Text string `json:"text,omitempty"` // what a person has said
}

// Nominee is somebody whom a member nominates for a course.
type Nominee struct {
	ID      string       `json:"id"` // also that of the attendee, once they have a seat
	Event   string       `json:"event"`
	Member  string       `json:"member"`
	Name    string       `json:"name"`
	Local   string       `json:"local,omitempty"` // the name in their own script
	Body    string       `json:"body,omitempty"`
	Mail    string       `json:"mail,omitempty"`
	Rank    int          `json:"rank"` // the order in which the member wants them
	At      time.Time    `json:"at"`
	Consent bool         `json:"consent,omitempty"`
	State   NomineeState `json:"state"`
	Why     Why          `json:"why,omitzero"`
}

// Person is who they are within the course: as of an [Attendee].
func (n *Nominee) Person() string { return personOf(n.Name, n.Member) }

// waits reports whether the selection looks at somebody.
func (n *Nominee) waits() bool { return n.State == Nominated || n.State == Waiting }

func (n *Nominee) check() error {
	if n.ID == "" || n.Event == "" || n.Member == "" || strings.TrimSpace(n.Name) == "" {
		return refuse("attendee.name", n.Name)
	}
	return first(checkSaid(n.Name, n.Local, n.Body, n.Mail, n.Why.Text), checkMail(n.Mail))
}

// Attendee is the entry of somebody with a seat on the list of the event.
func (n *Nominee) Attendee(code string) Attendee {
	return Attendee{ID: n.ID, Event: n.Event, Member: n.Member, Name: n.Name, Local: n.Local, Body: n.Body, Mail: n.Mail, Role: Delegate, Code: code, Consent: n.Consent}
}

// Nominate returns those who are nominated after changes: each takes the place of
// the one with its id, or is added. It refuses somebody whom the member has
// nominated already.
func Nominate(now []Nominee, changes ...Nominee) ([]Nominee, error) {
	next := slices.Clone(now)
	for _, c := range changes {
		if err := c.check(); err != nil {
			return nil, err
		}
		twice := func(o Nominee) bool { return o.ID != c.ID && o.Person() == c.Person() && o.State != Withdrawn }
		if c.State != Withdrawn && slices.ContainsFunc(next, twice) {
			return nil, refuse("nominee.twice", c.Name)
		}
		if i := slices.IndexFunc(next, func(o Nominee) bool { return o.ID == c.ID }); i >= 0 {
			next[i] = c
		} else {
			next = append(next, c)
		}
	}
	if len(next) > MaxNominees {
		return nil, refuse("attendee.many", "2,000")
	}
	return next, nil
}

// ReadNominees reads a list of people, one a line: name; name in their own
// script; organisation; address. What cannot be read is a Refusal with its line.
func ReadNominees(text string) ([]Nominee, error) {
	var all []Nominee
	n := 0
	for line := range strings.Lines(text) {
		n++
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		fields := splitLine(line)
		if len(fields) > 4 {
			return nil, &Refusal{Code: "attendee.line", Args: map[string]any{"Line": n, "Value": clip(fields[4])}}
		}
		fields = append(fields, "", "", "")
		one := Nominee{Name: fields[0], Local: fields[1], Body: fields[2], Mail: fields[3], State: Nominated}
		if err := checkMail(one.Mail); err != nil {
			return nil, &Refusal{Code: "attendee.line", Args: map[string]any{"Line": n, "Value": clip(one.Mail)}}
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		return nil, refuse("attendee.none", "")
	}
	return all, nil
}

// splitLine are the fields of a line that somebody has typed or pasted from a
// table.
func splitLine(line string) []string {
	fields := strings.Split(strings.NewReplacer("\t", ";", "；", ";").Replace(line), ";")
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	return fields
}

// checkSaid bounds what is said of a person.
func checkSaid(all ...string) error {
	for _, text := range all {
		if utf8.RuneCountInString(text) > 200 || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
			return refuse("attendee.name", clip(text))
		}
	}
	return nil
}

// checkMail wants an address to look like one; "" is none.
func checkMail(s string) error {
	local, host, ok := strings.Cut(s, "@")
	if s != "" && (!ok || local == "" || !strings.Contains(host, ".") || strings.ContainsAny(s, " <>,;") || len(s) > 200) {
		return refuse("attendee.mail", clip(s))
	}
	return nil
}
