package programme

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Letters of numbers: AJ17/D1 is a decision, AJ17/A3 an action.
const (
	letterDecision = "D"
	letterAction   = "A"
)

// issued is which numbers were ever given. It is folded from all revisions, so
// that a number is not given again, whatever has become of its record.
type issued map[string]int

// note marks the numbers of a record as given.
func (g issued) note(rec Record) {
	switch rec := rec.(type) {
	case *Event:
		if s := rec.Session; s != nil {
			prefix, _ := splitCode(s.Code)
			g[prefix] = max(g[prefix], s.Number)
		}
	case *Decision:
		g.noteDuty(rec.Code)
	case *Action:
		g.noteDuty(rec.Code)
	}
}

func (g issued) noteDuty(code string) {
	if scope, n := splitCode(code); scope != "" {
		g[scope] = max(g[scope], n)
	}
}

// splitCode cuts AJ17/A3 into AJ17/A and 3, and AJ17 into AJ and 17.
func splitCode(code string) (scope string, n int) {
	scope = strings.TrimRight(code, "0123456789")
	for _, digit := range code[len(scope):] {
		n = n*10 + int(digit-'0')
	}
	return scope, n
}

// NextMeeting is the lowest number that a meeting of a series may have.
func (r *Records) NextMeeting(prefix string) int { return r.issued[prefix] + 1 }

// numbered gives a new decision or action of a numbered meeting its number, and
// with it its id. Everything else stays as it is.
func (r *Records) numbered(c Change) Change {
	if c.Base != 0 {
		return c
	}
	switch rec := c.Record.(type) {
	case *Decision:
		if code := r.nextCode(rec.Meeting, letterDecision); code != "" && rec.Code == "" {
			next := *rec
			next.Code, next.ID = code, idOf(code)
			c.Record, c.ID = &next, next.ID
		}
	case *Action:
		if code := r.nextCode(rec.Meeting, letterAction); code != "" && rec.Code == "" {
			next := *rec
			next.Code, next.ID = code, idOf(code)
			c.Record, c.ID = &next, next.ID
		}
	}
	return c
}

// nextCode is the next number of a meeting; "" where it is not of a series.
func (r *Records) nextCode(meeting, letter string) string {
	e := r.Event(meeting)
	if e == nil || e.Session == nil {
		return ""
	}
	scope := e.Session.Code + "/" + letter
	return fmt.Sprint(scope, r.issued[scope]+1)
}

// idOf is the id of a number: aj17-a3.
func idOf(code string) string { return strings.ToLower(strings.ReplaceAll(code, "/", "-")) }

// Numbered returns a change as it will be made: what is new and of a numbered
// meeting has its number.
func (r *Records) Numbered(c Change) Change { return r.numbered(c) }

// checkNumbering refuses what would change, free or skip a number.
func (r *Records) checkNumbering(c Change) error {
	switch was := r.Record(c.Of, c.ID).(type) {
	case *Activity:
		return r.checkPrefix(c.Record, was)
	case *Event:
		if was.Session != nil {
			return fixedMeeting(c.Record, was)
		}
	case *Decision:
		if is, _ := c.Record.(*Decision); was.Code != "" && (is == nil || is.Code != was.Code || is.Meeting != was.Meeting) {
			return refuse("number.fixed", was.Code)
		}
		if was.Code != "" {
			return nil
		}
	case *Action:
		if is, _ := c.Record.(*Action); is == nil || is.Code != was.Code || is.Meeting != was.Meeting {
			return refuse("number.fixed", was.Code)
		}
		return nil
	}
	return r.checkNewNumber(c.Record)
}

func (r *Records) checkNewNumber(rec Record) error {
	switch rec := rec.(type) {
	case *Activity:
		return r.checkPrefix(rec, &Activity{})
	case *Event:
		return r.checkNewMeeting(rec)
	case *Decision:
		if rec.Code != r.nextCode(rec.Meeting, letterDecision) {
			return refuse("number", rec.Code)
		}
	case *Action:
		if rec.Code != r.nextCode(rec.Meeting, letterAction) {
			return refuse("number", rec.Code)
		}
		if was := r.ActionFrom(rec.Commitment); was != nil {
			return refuse("commitment", was.Code)
		}
	}
	return nil
}

// checkPrefix keeps the prefix of a series that has meetings, and lets no two
// have one.
func (r *Records) checkPrefix(rec Record, was *Activity) error {
	is, _ := rec.(*Activity)
	if is == nil {
		return nil // what names the activity keeps it
	}
	if is.prefix() != was.prefix() && len(r.Meetings(is.ID)) > 0 {
		return refuse("prefix.fixed", was.prefix())
	}
	if is.prefix() == "" || is.prefix() == was.prefix() {
		return nil
	}
	taken := r.issued[is.prefix()] > 0
	for _, other := range r.Activities() {
		taken = taken || other.ID != is.ID && other.prefix() == is.prefix()
	}
	if taken {
		return refuse("prefix.taken", is.prefix())
	}
	return nil
}

func (a *Activity) prefix() string {
	if a.Series == nil {
		return ""
	}
	return a.Series.Prefix
}

// fixedMeeting refuses another number of a meeting, or another series.
func fixedMeeting(rec Record, was *Event) error {
	is, _ := rec.(*Event)
	if is == nil || is.Session == nil || is.Session.Code != was.Session.Code || is.Session.Number != was.Session.Number || is.Activity != was.Activity {
		return refuse("number.fixed", was.Session.Code)
	}
	return nil
}

func (r *Records) checkNewMeeting(e *Event) error {
	if e.Session == nil {
		return nil
	}
	a := r.Activity(e.Activity)
	if a == nil || a.prefix() == "" {
		return refuse("series", e.Activity)
	}
	if e.Session.Code != fmt.Sprint(a.prefix(), e.Session.Number) || e.Session.Number < r.NextMeeting(a.prefix()) {
		return refuse("meeting.number", e.Session.Code)
	}
	return nil
}

// checkMeeting keeps the items that others name, and what was adopted.
func (r *Records) checkMeeting(c Change) error {
	switch rec := c.Record.(type) {
	case *Event:
		for _, named := range r.namedItems(rec.ID) {
			if rec.Item(named) == nil {
				return refuse("item.used", named)
			}
		}
	case *Paper:
		if r.Event(rec.Meeting).Item(rec.Item) == nil {
			return refuse("item.absent", rec.Item)
		}
	case *Decision:
		return r.checkDuty(rec.Meeting, rec.Item, r.Decision(rec.ID), rec)
	case *Action:
		return r.checkDuty(rec.Meeting, rec.Item, r.Action(rec.ID), rec)
	case *Minutes:
		if was := r.MinutesOf(rec.Meeting); was != nil && was.Adopted != nil {
			return refuse("adopted", "")
		}
	}
	return nil
}

// checkDuty wants the item to be there. Once the record of the meeting is
// adopted, its decisions and actions say what they said, and none is added.
func (r *Records) checkDuty(meeting, item string, was, is Record) error {
	if item != "" && r.Event(meeting).Item(item) == nil {
		return refuse("item.absent", item)
	}
	m := r.MinutesOf(meeting)
	if m == nil || m.Adopted == nil {
		return nil
	}
	if !reflect.DeepEqual(words(was), words(is)) {
		return refuse("adopted", "")
	}
	return nil
}

// words are what a decision or action says.
func words(rec Record) []any {
	switch rec := rec.(type) {
	case *Decision:
		if rec != nil {
			return []any{rec.Title, rec.Text, rec.Activity, rec.Verdict}
		}
	case *Action:
		if rec != nil {
			return []any{rec.Title, rec.Text}
		}
	}
	return nil
}

// namedItems are the items of a meeting's agenda that other records name.
func (r *Records) namedItems(meeting string) (all []string) {
	for _, p := range r.Papers(meeting) {
		all = append(all, p.Item)
	}
	for _, d := range r.DecisionsOf(meeting) {
		all = append(all, d.Item)
	}
	for _, a := range r.Actions(meeting) {
		all = append(all, a.Item)
	}
	all = slices.DeleteFunc(all, func(id string) bool { return id == "" })
	slices.Sort(all)
	return slices.Compact(all)
}

// clone returns a copy to which more can be added.
func (g issued) clone() issued {
	if g == nil {
		return issued{}
	}
	return maps.Clone(g)
}
