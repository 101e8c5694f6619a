package programme

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"renkei/internal/community"
)

// Refusal is a change that cannot be, with what to do about it.
type Refusal struct {
	Code string // key of the text, below "programme.refused."
	Args map[string]any
}

// Error is for the log.
func (r *Refusal) Error() string { return "programme: refused: " + r.Code }

// UserText returns the key of the sentence for a person, and its arguments.
func (r *Refusal) UserText(...string) (key string, args map[string]any) {
	return "programme.refused." + r.Code, r.Args
}

func refuse(code, value string) error {
	return &Refusal{Code: code, Args: map[string]any{"Value": value}}
}

// Bounds of what people enter.
const (
	maxText   = 4000 // letters of a text in one language
	maxLangs  = 20
	maxList   = 200
	maxReason = 500
)

var idPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$`)

func (h *Head) check() error {
	if !idPattern.MatchString(h.ID) {
		return refuse("id", h.ID)
	}
	if h.Title.Empty() {
		return refuse("title", "")
	}
	return first(checkURL(h.Source.URL), checkTexts(h.Title, h.Note, h.Source.Title))
}

// checkURL wants an address of the web, or none.
func checkURL(u string) error {
	if u == "" {
		return nil
	}
	at, err := url.Parse(u)
	if err != nil || at.Scheme != "https" && at.Scheme != "http" || at.Host == "" || len(u) > 2000 {
		return refuse("url", u)
	}
	return nil
}

// first returns the first of the errors that is one.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkTexts(all ...community.Text) error {
	for _, t := range all {
		if len(t) > maxLangs {
			return refuse("languages", "")
		}
		for lang, text := range t {
			if lang == "" || utf8.RuneCountInString(text) > maxText || !utf8.ValidString(text) {
				return refuse("text", lang)
			}
		}
	}
	return nil
}

func checkDates(begin, end community.Date) error {
	for _, d := range []community.Date{begin, end} {
		if !d.Valid() {
			return refuse("date", string(d))
		}
	}
	if begin != "" && end != "" && end.Before(begin) {
		return refuse("order", string(end))
	}
	return nil
}

// checkList bounds a list of names.
func checkList(lists ...[]string) error {
	for _, list := range lists {
		if len(list) > maxList {
			return refuse("list", "")
		}
		for _, s := range list {
			if strings.TrimSpace(s) == "" || utf8.RuneCountInString(s) > 200 || !utf8.ValidString(s) {
				return refuse("list_entry", s)
			}
		}
	}
	return nil
}

// among wants a value to be one of a list.
func among[T ~string](code string, value T, list []T) error {
	if !slices.Contains(list, value) {
		return refuse(code, string(value))
	}
	return nil
}

func (a *Activity) check() error {
	return first(a.Head.check(), among("type", a.Type, Types()), checkDates(a.Begun, a.Ended),
		checkTexts(a.About, a.Each, a.Budget), checkList(a.Hosts, a.Leads, a.Members, a.Partners), a.Series.check())
}

func (a *Activity) refers() []Reference { return nil }

func (e *Event) check() error {
	return first(e.Head.check(), among("type", e.Type, Types()), among("status", e.Status, Statuses()),
		among("mode", e.Mode, append(Modes(), "")), checkDates(e.Begin, e.End),
		checkTexts(append([]community.Text{e.Place, e.Others, e.Result}, e.Outputs...)...), checkList(e.Hosts, e.Members, e.Partners), e.Session.check(), e.Course.check(), checkOutside("exercise", e.Exercise), checkOutside("comcheck", e.Comcheck), checkPhotos(e.Photos))
}

// checkOutside bounds the id of a record of another area.
func checkOutside(field, id string) error {
	if len(id) > 200 || !utf8.ValidString(id) {
		return refuse(field, clip(id))
	}
	return nil
}

func (e *Event) refers() []Reference { return refer(KindActivity, e.Activity) }

func (f *Figure) check() error {
	if err := first(f.Head.check(), among("rule", f.Rule, Rules()), checkDates(f.AsOf, ""), checkTexts(f.Unit, f.StatedIn)); err != nil {
		return err
	}
	if f.Rule != Stated {
		if f.Value != 0 || f.Bound != "" || f.StatedBy != "" {
			return refuse("counted", "")
		}
		return nil
	}
	if strings.TrimSpace(f.StatedBy) == "" || f.StatedIn.Empty() || f.AsOf == "" {
		return refuse("stated", "")
	}
	if f.Value < 0 {
		return refuse("value", "")
	}
	return among("bound", f.Bound, Bounds())
}

// refers of a figure is an activity or an event; [Records.Check] finds out which.
func (f *Figure) refers() []Reference { return nil }

func (a *Agreement) check() error {
	if len(a.Parties) < 2 {
		return refuse("parties", "")
	}
	return first(a.Head.check(), checkDates(a.Signed, a.Until), checkTexts(a.Place, a.Aim, a.Outcome), checkList(a.Parties, a.Partners), checkAttachments(a.Attachments))
}

func (a *Agreement) refers() []Reference { return refer(KindActivity, a.Activity) }

func (d *Decision) check() error {
	if d.Meeting == "" || d.Activity == "" && d.Code == "" {
		return refuse("decision", "")
	}
	verdicts := Verdicts()
	if d.Activity == "" {
		verdicts = []Verdict{""}
	}
	return first(d.Head.check(), d.Duty.check(), among("verdict", d.Verdict, verdicts), checkTexts(d.Text))
}

func (d *Decision) refers() []Reference {
	return append(refer(KindEvent, d.Meeting), refer(KindActivity, d.Activity)...)
}

func (m *Message) check() error {
	if m.By.Empty() {
		return refuse("by", "")
	}
	return first(m.Head.check(), checkDates(m.AsOf, ""), checkTexts(m.By, m.Text))
}

func (m *Message) refers() []Reference { return nil }

func refer(k Kind, id string) []Reference {
	if id == "" {
		return nil
	}
	return []Reference{{k, id}}
}
