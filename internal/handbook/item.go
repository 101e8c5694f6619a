package handbook

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"renkei/internal/community"
)

// Kind is what an entry of a member's page is.
type Kind string

// Kinds.
const (
	Measured  Kind = "item"      // what was done, or is planned, in a measure
	Challenge Kind = "challenge" // what is difficult
	Need      Kind = "need"      // what help is wanted
	Risk      Kind = "risk"      // what may come
)

// Kinds lists all of them, in the order of a page.
func Kinds() []Kind { return []Kind{Challenge, Need, Risk, Measured} }

// Status is how far something has come.
type Status string

// Statuses. The first three are promises, the others facts, but for the last.
const (
	Idea    Status = "idea"
	Planned Status = "planned"
	Drafted Status = "drafted"
	Adopted Status = "adopted"
	InForce Status = "in_force" // or operating
	Renewed Status = "renewed"
	Ended   Status = "ended"
)

// Statuses lists all of them from the idea to the end.
func Statuses() []Status {
	return []Status{Idea, Planned, Drafted, Adopted, InForce, Renewed, Ended}
}

// Promise reports whether it is still to come.
func (s Status) Promise() bool { return s == Idea || s == Planned || s == Drafted }

// Ahead reports whether nothing of it is there yet, not even a draft: it stands
// among the plans of a page, and not among what was done.
func (s Status) Ahead() bool { return s == Idea || s == Planned }

// Fact reports whether it is there.
func (s Status) Fact() bool { return s == Adopted || s == InForce || s == Renewed }

// rank orders statuses by how far things have come.
func (s Status) rank() int { return slices.Index(Statuses(), s) }

// Evidence is where others can see for themselves.
type Evidence struct {
	Title string         `json:"title"`
	URL   string         `json:"url,omitempty"`
	File  string         `json:"file,omitempty"`  // name of a file, where it is none on the web
	Alive community.Date `json:"alive,omitempty"` // when it was last seen there
}

// Item is an entry of a member's page. Its ID stays the same through all
// editions.
type Item struct {
	ID        string           `json:"id"`
	Member    string           `json:"member"`
	Kind      Kind             `json:"kind"`
	Order     int              `json:"order"` // among those of its kind and measure
	Measure   string           `json:"measure,omitempty"`
	Status    Status           `json:"status,omitempty"` // of a Measured one
	Recurring bool             `json:"recurring,omitempty"`
	Text      Texts            `json:"text"`
	Note      Texts            `json:"note,omitempty"`
	Uncertain bool             `json:"uncertain,omitempty"` // the source is damaged or unclear there
	Since     community.Date   `json:"since,omitempty"`     // of the fact
	Due       community.Date   `json:"due,omitempty"`       // of the promise
	Until     community.Date   `json:"until,omitempty"`     // when its period ends
	Also      []community.Date `json:"also,omitempty"`      // further dates that belong to it, such as amendments
	Lead      Texts            `json:"lead,omitempty"`      // the body that leads
	Evidence  []Evidence       `json:"evidence,omitempty"`
	Sectors   []string         `json:"sectors,omitempty"`
	Themes    []string         `json:"themes,omitempty"`
	Indices   []string         `json:"indices,omitempty"` // places in indices of others, such as "gci:legal"
}

// Errors of items that cannot be kept.
var (
	ErrText     = errors.New("handbook: without a text")
	ErrLong     = errors.New("handbook: text too long")
	ErrOrder    = errors.New("handbook: ends before it begins")
	ErrKind     = errors.New("handbook: no such kind")
	ErrStatus   = errors.New("handbook: no such status")
	ErrMeasure  = errors.New("handbook: no such measure")
	ErrTag      = errors.New("handbook: no such tag")
	ErrLanguage = errors.New("handbook: no such language or state of a translation")
	ErrEvidence = errors.New("handbook: no evidence that can be followed")
)

// FaultError says which field of an item is wrong.
type FaultError struct {
	Field string // as in JSON: "text", "due"
	Err   error
}

func (e *FaultError) Error() string { return fmt.Sprintf("%s: %v", e.Field, e.Err) }

// Unwrap gives the reason.
func (e *FaultError) Unwrap() error { return e.Err }

// Bounds of an item.
const (
	maxText  = 2000 // characters of a text in one language
	maxTexts = 20   // languages
	maxTags  = 20   // of a kind, and dates and evidence
)

// Check returns all that is wrong with an item, each a *FaultError; nil for
// nothing.
func (v *Vocabulary) Check(it *Item) (faults []error) {
	wrong := func(field string, err error, is bool) {
		if is {
			faults = append(faults, &FaultError{field, err})
		}
	}
	wrong("kind", ErrKind, !slices.Contains(Kinds(), it.Kind))
	measured := it.Kind == Measured
	wrong("status", ErrStatus, measured && it.Status.rank() < 0 || !measured && it.Status != "")
	wrong("measure", ErrMeasure, (measured || it.Measure != "") && v.Measure(it.Measure) == nil)
	wrong("text", ErrText, it.Text.Empty())
	for field, t := range map[string]Texts{"text": it.Text, "note": it.Note, "lead": it.Lead} {
		wrong(field, ErrLong, len(t) > maxTexts || t.longest() > maxText)
		wrong(field, ErrLanguage, !t.valid())
	}
	for field, d := range map[string]community.Date{"since": it.Since, "due": it.Due, "until": it.Until} {
		wrong(field, community.ErrDate, d != "" && d.First().IsZero())
	}
	wrong("also", community.ErrDate, len(it.Also) > maxTags || slices.ContainsFunc(it.Also, func(d community.Date) bool { return d.First().IsZero() }))
	wrong("until", ErrOrder, it.Since.After(it.Until))
	wrong("themes", ErrTag, !known(v.Themes, it.Themes))
	wrong("sectors", ErrTag, !known(v.Sectors, it.Sectors))
	wrong("indices", ErrTag, !known(v.Indices, it.Indices))
	wrong("evidence", ErrEvidence, len(it.Evidence) > maxTags || slices.ContainsFunc(it.Evidence, func(e Evidence) bool { return !e.valid() }))
	slices.SortStableFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return faults
}

func (t Texts) longest() (n int) {
	for _, w := range t {
		n = max(n, utf8.RuneCountInString(w.Text))
	}
	return n
}

func (t Texts) valid() bool {
	for lang, w := range t {
		if len(lang) < 2 || len(lang) > 12 || strings.Trim(lang, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
			return false
		}
		if !slices.Contains(Translations(), w.State) || !utf8.ValidString(w.Text) || strings.ContainsRune(w.Text, 0) {
			return false
		}
	}
	return true
}

func known(list []Term, ids []string) bool {
	return len(ids) <= maxTags && !slices.ContainsFunc(ids, func(id string) bool { return find(list, id) == nil })
}

// valid reports whether the evidence is a file, or a page of the web that a
// reader can open without harm.
func (e *Evidence) valid() bool {
	if e.Title == "" || len(e.Title) > maxText || e.Alive != "" && e.Alive.First().IsZero() {
		return false
	}
	if e.URL == "" {
		return e.File != "" && len(e.File) < 256
	}
	u, err := url.Parse(e.URL)
	return err == nil && len(e.URL) < 2048 && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil
}

// Overdue reports whether it was promised for a time that was over on a day.
func (it *Item) Overdue(day time.Time) bool {
	return it.Status.Promise() && it.Due != "" && !day.Before(it.Due.End())
}

// Dates are all dates that belong to it, the earliest first.
func (it *Item) Dates() []community.Date {
	all := slices.DeleteFunc(append([]community.Date{it.Since, it.Due, it.Until}, it.Also...), func(d community.Date) bool { return d == "" })
	slices.Sort(all)
	return slices.Compact(all)
}
