package needs

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/i18n"
)

// Side says which of the two a listing is.
type Side string

// Sides.
const (
	Need  Side = "need"
	Offer Side = "offer"
)

// Sides lists both.
func Sides() []Side { return []Side{Need, Offer} }

// Form is in what form help is wanted or given.
type Form string

// Forms.
const (
	Training Form = "training"
	Visit    Form = "visit" // of an expert
	Tool     Form = "tool"
	Exercise Form = "exercise"
	Document Form = "document"
)

// Forms lists all of them.
func Forms() []Form { return []Form{Training, Visit, Tool, Exercise, Document} }

// Level says for whom it is; "" is for anybody.
type Level string

// Levels, the easiest first.
const (
	Basic        Level = "basic"
	Intermediate Level = "intermediate"
	Advanced     Level = "advanced"
)

// Levels lists all of them.
func Levels() []Level { return []Level{Basic, Intermediate, Advanced} }

// Listing is what a member needs, or what a member or a partner offers.
type Listing struct {
	ID   string `json:"id"`
	Side Side   `json:"side"`
	// Member is whose it is; "" for the offer of a partner of all members, which is
	// named by Partner, the id of an organisation of the community.
	Member    string         `json:"member,omitempty"`
	Partner   string         `json:"partner,omitempty"`
	Text      handbook.Texts `json:"text"`
	Note      handbook.Texts `json:"note,omitempty"`
	Form      Form           `json:"form"`
	Measure   string         `json:"measure"`
	Themes    []string       `json:"themes,omitempty"`
	Level     Level          `json:"level,omitempty"`
	From      community.Date `json:"from,omitempty"`   // the time in which it can be
	Until     community.Date `json:"until,omitempty"`  // and the last day of it
	Places    int            `json:"places,omitempty"` // for how many people; 0 is not said
	Where     string         `json:"where,omitempty"`  // a town, or online
	Languages []string       `json:"languages,omitempty"`
	Item      string         `json:"item,omitempty"` // of the handbook, from which the need comes
	TLP       community.TLP  `json:"tlp"`
	Closed    bool           `json:"closed,omitempty"`   // no longer needed, or offered
	Invented  bool           `json:"invented,omitempty"` // for a demonstration
}

// Errors of listings that cannot be kept, beside those of package handbook.
var (
	ErrSide   = errors.New("needs: neither a need nor an offer")
	ErrOwner  = errors.New("needs: nobody whose it is")
	ErrForm   = errors.New("needs: no such form")
	ErrLevel  = errors.New("needs: no such level")
	ErrPlaces = errors.New("needs: no number of people")
	ErrLabel  = errors.New("needs: no such label")
	ErrLong   = errors.New("needs: too long")
)

// Bounds of a listing.
const (
	maxPlaces    = 100_000
	maxWhere     = 200
	maxLanguages = 20
)

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// Check returns what is wrong with a listing, each a *handbook.FaultError; nil
// for nothing.
func Check(v *handbook.Vocabulary, l *Listing) (faults []error) {
	wrong := func(field string, err error, is bool) {
		if is {
			faults = append(faults, &handbook.FaultError{Field: field, Err: err})
		}
	}
	// Text, note, measure and themes have the rules of an item of the handbook.
	item := handbook.Item{Kind: handbook.Need, Measure: l.Measure, Text: l.Text, Note: l.Note, Themes: l.Themes, Since: l.From, Until: l.Until}
	for _, err := range v.Check(&item) {
		var fault *handbook.FaultError
		if errors.As(err, &fault) {
			if fault.Field == "since" {
				fault.Field = "from"
			}
			faults = append(faults, fault)
		}
	}
	wrong("measure", handbook.ErrMeasure, l.Measure == "")
	wrong("side", ErrSide, !slices.Contains(Sides(), l.Side))
	wrong("owner", ErrOwner, (l.Member == "") == (l.Partner == "") || l.Side == Need && l.Member == "")
	wrong("form", ErrForm, !slices.Contains(Forms(), l.Form))
	wrong("level", ErrLevel, l.Level != "" && !slices.Contains(Levels(), l.Level))
	wrong("places", ErrPlaces, l.Places < 0 || l.Places > maxPlaces)
	wrong("where", ErrLong, utf8.RuneCountInString(l.Where) > maxWhere)
	wrong("languages", handbook.ErrLanguage, len(l.Languages) > maxLanguages || slices.ContainsFunc(l.Languages, func(s string) bool { return !languageTag.MatchString(s) }))
	wrong("tlp", ErrLabel, !l.TLP.Valid())
	return faults
}

// Stage is how far a deal has come.
type Stage string

// Stages. A deal ends with one of the last three.
const (
	Interested Stage = "interested"
	Accepted   Stage = "accepted"
	Declined   Stage = "declined"
	Withdrawn  Stage = "withdrawn"
	Delivered  Stage = "delivered"
)

// Stages lists all of them.
func Stages() []Stage { return []Stage{Interested, Accepted, Delivered, Declined, Withdrawn} }

// Over reports whether nothing more comes of it.
func (s Stage) Over() bool { return s == Declined || s == Withdrawn || s == Delivered }

// Deal is the interest of a member in an offer, and what became of it.
type Deal struct {
	ID     string `json:"id"`
	Offer  string `json:"offer"`
	Member string `json:"member"`         // who is interested
	Need   string `json:"need,omitempty"` // of the member, which it is to meet
	Stage  Stage  `json:"stage"`
	People int    `json:"people,omitempty"` // who wish to take part, or have
	Note   string `json:"note,omitempty"`   // said with the last step
	// Outcome is what came of it, in the words of who tells.
	Outcome  string         `json:"outcome,omitempty"`
	When     community.Date `json:"when,omitempty"` // it was delivered
	Invented bool           `json:"invented,omitempty"`
}

const maxWords = 2000

// check returns what is wrong with a deal.
func (d *Deal) check() error {
	switch {
	case !slices.Contains(Stages(), d.Stage):
		return &handbook.FaultError{Field: "stage", Err: handbook.ErrState}
	case d.People < 0 || d.People > maxPlaces:
		return &handbook.FaultError{Field: "people", Err: ErrPlaces}
	case utf8.RuneCountInString(d.Note) > maxWords:
		return &handbook.FaultError{Field: "word", Err: ErrLong}
	case utf8.RuneCountInString(d.Outcome) > maxWords:
		return &handbook.FaultError{Field: "outcome", Err: ErrLong}
	case d.When != "" && d.When.First().IsZero():
		return &handbook.FaultError{Field: "when", Err: community.ErrDate}
	case d.Stage == Delivered && strings.TrimSpace(d.Outcome) == "":
		return &handbook.FaultError{Field: "outcome", Err: ErrOutcome}
	}
	return nil
}

// ErrOutcome means that it is missing what came of a delivery.
var ErrOutcome = errors.New("needs: what came of it is missing")

// Names of what a change is of, as they are stored.
const (
	kindListing = "listing"
	kindDeal    = "deal"
)

// ErrReason means a change without a reason, or with one that is too long.
var ErrReason = i18n.NewError("needs: a reason is missing", "web.handbook.error.reason")

const maxReason = 500

// goodReason returns an error where a change does not say why.
func goodReason(reason string) error {
	if strings.TrimSpace(reason) == "" || utf8.RuneCountInString(reason) > maxReason {
		return fmt.Errorf("%w", ErrReason)
	}
	return nil
}
