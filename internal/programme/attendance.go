package programme

import (
	"crypto/rand"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// AttendeeRole is as what somebody takes part in an event.
type AttendeeRole string

// Roles of those who take part.
const (
	HeadOfDelegation AttendeeRole = "head"
	Delegate         AttendeeRole = "delegate"
	Interpreter      AttendeeRole = "interpreter"
	Speaker          AttendeeRole = "speaker"
	Observer         AttendeeRole = "observer"
	Organiser        AttendeeRole = "organiser"
)

// AttendeeRoles lists all of them in the order of a list of a delegation.
func AttendeeRoles() []AttendeeRole {
	return []AttendeeRole{HeadOfDelegation, Delegate, Speaker, Interpreter, Observer, Organiser}
}

// Attendee is somebody on the list of an event. One person is on it once.
type Attendee struct {
	ID      string       `json:"id"`
	Event   string       `json:"event"`
	Member  string       `json:"member,omitempty"` // whose delegation it is; "" for none
	Name    string       `json:"name"`
	Body    string       `json:"body,omitempty"`
	Role    AttendeeRole `json:"role"`
	Code    string       `json:"code"`              // on the badge; whoever types it in is there
	Consent bool         `json:"consent,omitempty"` // to be named to others than those who organise the event
	Came    time.Time    `json:"came,omitzero"`
	Online  bool         `json:"online,omitempty"` // they came online
	Local   string       `json:"local,omitempty"`  // the name in their own script
	Mail    string       `json:"mail,omitempty"`
	Halves  []Half       `json:"halves,omitempty"` // of a course: half days on which they were there
}

// MaxAttendees bounds the list of an event.
const MaxAttendees = 5000

// codeLetters are those of codes: none that is taken for another.
const codeLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

const codeLength = 6

// NewCode returns a code that nobody guesses: one of a billion.
func NewCode() string {
	var raw [codeLength]byte
	_, _ = rand.Read(raw[:]) // it never fails
	for i := range raw {
		raw[i] = codeLetters[int(raw[i])%len(codeLetters)]
	}
	return string(raw[:])
}

// PlainCode is a code as it is compared: people type small letters and spaces.
func PlainCode(s string) string {
	return strings.ToUpper(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '-' || r == '\u3000' }), ""))
}

// Person names who somebody is within an event: the same name of the same member
// is one person, however it is spaced or capitalised.
func (a *Attendee) Person() string { return personOf(a.Name, a.Member) }

func personOf(name, member string) string {
	return cases.Fold().String(norm.NFKC.String(strings.Join(strings.Fields(name), " "))) + "|" + member
}

func (a *Attendee) check() error {
	if err := first(checkSaid(a.Name, a.Local, a.Body), checkMail(a.Mail)); err != nil {
		return err
	}
	if len(a.Halves) > maxHalves {
		return refuse("list", "")
	}
	if strings.TrimSpace(a.Name) == "" || a.ID == "" || len(a.Code) != codeLength {
		return refuse("attendee.name", a.Name)
	}
	return among("attendee.role", a.Role, AttendeeRoles())
}

// Attend returns the list of an event after changes: each takes the place of the
// one with its id, or is added. It refuses somebody who is on it already, a
// second head of a delegation, and a code that is another's.
func Attend(now []Attendee, changes ...Attendee) ([]Attendee, error) {
	r := NewRoll(now)
	for _, c := range changes {
		if err := r.Take(c); err != nil {
			return nil, err
		}
	}
	return r.all, nil
}

// KeepDesk returns changes with what the desk knows of these people by the list as
// it is now: their codes, and when they came.
func KeepDesk(now, changes []Attendee) []Attendee {
	next := slices.Clone(changes)
	for i := range next {
		c := &next[i]
		if n := slices.IndexFunc(now, func(a Attendee) bool { return a.ID == c.ID }); n >= 0 {
			c.Code, c.Came, c.Online, c.Halves = now[n].Code, now[n].Came, now[n].Online, now[n].Halves
		}
	}
	return next
}

// Roll is the list of an event while it is changed.
type Roll struct {
	all    []Attendee
	at     map[string]int    // by id
	person map[string]string // the id of who it is
	head   map[string]string // by member
	code   map[string]string
}

// NewRoll returns a list to be changed.
func NewRoll(now []Attendee) *Roll {
	r := &Roll{at: map[string]int{}, person: map[string]string{}, head: map[string]string{}, code: map[string]string{}}
	for i := range now {
		r.put(now[i])
	}
	return r
}

func (r *Roll) put(a Attendee) {
	if i, ok := r.at[a.ID]; ok {
		old := &r.all[i]
		delete(r.person, old.Person())
		delete(r.code, old.Code)
		if old.Role == HeadOfDelegation {
			delete(r.head, old.Member)
		}
		r.all[i] = a
	} else {
		r.at[a.ID] = len(r.all)
		r.all = append(r.all, a)
	}
	r.person[a.Person()], r.code[a.Code] = a.ID, a.ID
	if a.Role == HeadOfDelegation {
		r.head[a.Member] = a.ID
	}
}

// Take puts an entry on the list, in the place of the one with its id where there
// is one. It returns a Refusal where the list cannot have it.
func (r *Roll) Take(a Attendee) error {
	if err := a.check(); err != nil {
		return err
	}
	others := func(ids map[string]string, key string) bool { id, ok := ids[key]; return ok && id != a.ID }
	switch {
	case others(r.person, a.Person()):
		return refuse("attendee.twice", a.Name)
	case a.Role == HeadOfDelegation && others(r.head, a.Member):
		return refuse("attendee.head", r.all[r.at[r.head[a.Member]]].Name)
	case others(r.code, a.Code):
		return refuse("attendee.code", a.Code)
	}
	if _, known := r.at[a.ID]; !known && len(r.all) >= MaxAttendees {
		return refuse("attendee.many", strconv.Itoa(MaxAttendees))
	}
	r.put(a)
	return nil
}

// ByCode is who has a code; false for nobody.
func ByCode(all []Attendee, code string) (Attendee, bool) {
	code = PlainCode(code)
	i := slices.IndexFunc(all, func(a Attendee) bool { return a.Code == code })
	if i < 0 {
		return Attendee{}, false
	}
	return all[i], true
}

// ReadList reads a list of people, one a line: name; body; role. The role is one
// of the words, or a delegate where none is given. What cannot be read is a
// Refusal with its line.
func ReadList(text string, roles map[string]AttendeeRole) ([]Attendee, error) {
	var all []Attendee
	n := 0
	for line := range strings.Lines(text) {
		n++
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		a := Attendee{Role: Delegate}
		for i, field := range splitLine(line) {
			switch i {
			case 0:
				a.Name = field
			case 1:
				a.Body = field
			case 2:
				role, ok := roles[cases.Fold().String(field)]
				if !ok && field != "" {
					return nil, &Refusal{Code: "attendee.line", Args: map[string]any{"Line": n, "Value": clip(field)}}
				}
				if ok {
					a.Role = role
				}
			default:
				return nil, &Refusal{Code: "attendee.line", Args: map[string]any{"Line": n, "Value": clip(field)}}
			}
		}
		all = append(all, a)
	}
	if len(all) == 0 {
		return nil, refuse("attendee.none", "")
	}
	return all, nil
}

// Heads counts the list of an event: persons on it, and those who came.
type Heads struct{ Listed, Came, Online int }

// CountAttendees counts some of a list.
func CountAttendees(all []Attendee, of func(*Attendee) bool) (h Heads) {
	for i := range all {
		if !of(&all[i]) {
			continue
		}
		h.Listed++
		if !all[i].Came.IsZero() {
			h.Came++
			if all[i].Online {
				h.Online++
			}
		}
	}
	return h
}

// InOrder sorts a list by member, then by role, then by name.
func InOrder(all []Attendee) {
	slices.SortStableFunc(all, func(a, b Attendee) int {
		if c := strings.Compare(a.Member, b.Member); c != 0 {
			return c
		}
		if c := slices.Index(AttendeeRoles(), a.Role) - slices.Index(AttendeeRoles(), b.Role); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
}

// Opens reports whether people may say themselves that they are at an event: from
// the day before its first to the day after its last.
func (e *Event) Opens(now time.Time) bool {
	begins, err := time.Parse(time.DateOnly, string(e.Begin))
	if err != nil || e.Status != Planned && e.Status != Held {
		return false
	}
	ends := begins
	if last := lastDay(e.End); !last.IsZero() {
		ends = last.AddDate(0, 0, -1)
	}
	return !now.Before(begins.AddDate(0, 0, -1)) && now.Before(ends.AddDate(0, 0, 2))
}
