package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"renkei/internal/exercise/scenario/wording"
)

// AnswerKey is what makes an answer right for one unit.
type AnswerKey struct {
	Accept    []string         // folded forms
	Match     []*regexp.Regexp // for the whole folded answer
	Number    *float64
	Tolerance Tolerance
	Unit      []string // folded words for the unit of the number
	Open      *OpenKey // nil for none
}

// OpenKey is what an answer may say in whatever words. Nothing changes it, so
// that units and copies share it.
type OpenKey struct {
	Contains []string // folded forms, any one of which must be mentioned
	Refuse   []string // folded forms that are other candidates
	Time     *wording.Moment
	Date     *wording.Moment
	Parts    []AnswerKey // all of which must be in the answer

	sample string // that the key takes
}

// AnswerKey renders the key of a task of type answer for a unit.
func (c *Cast) AnswerKey(t *Task, unit int) (AnswerKey, error) {
	k, err := c.answerKey(t, unit)
	if err == nil && k.Open != nil {
		k.Open.sample = k.makeSample()
	}
	return k, err
}

func (c *Cast) answerKey(t *Task, unit int) (AnswerKey, error) {
	k, err := c.wanted(&t.Want, unit)
	if err != nil {
		return k, err
	}
	if k.Accept, err = c.Forms(t.Accept, unit); err != nil {
		return k, err
	}
	if k.Match, err = c.Patterns(t.Match, unit, true); err != nil {
		return k, err
	}
	if len(t.Parts) == 0 {
		return k, nil
	}
	if k.Open == nil {
		k.Open = &OpenKey{}
	}
	for i := range t.Parts {
		part, err := c.wanted(&t.Parts[i], unit)
		if err != nil {
			return k, err
		}
		k.Open.Parts = append(k.Open.Parts, part)
	}
	return k, nil
}

// wanted renders what an answer, or a part of it, must contain.
func (c *Cast) wanted(w *Want, unit int) (k AnswerKey, err error) {
	k.Tolerance, k.Unit = w.Tolerance, foldAll(w.Unit)
	if w.Number != "" {
		n, err := c.Number(w.Number, unit)
		if err != nil {
			return k, err
		}
		k.Number = &n
	}
	if len(w.Contains) == 0 && w.Time == "" && w.Date == "" {
		return k, nil
	}
	k.Open = &OpenKey{Time: c.moment(w.Time, w, unit), Date: c.moment(w.Date, w, unit)}
	if k.Open.Date != nil {
		k.Open.Date.Day = true
	}
	if k.Open.Contains, err = c.Mentions(w.Contains, unit); err != nil {
		return k, err
	}
	k.Open.Refuse, err = c.Mentions(w.Refuse, unit)
	return k, err
}

// moment gives the time that a key names, as a unit may write it; nil for
// none.
func (c *Cast) moment(instant string, w *Want, unit int) *wording.Moment {
	at, ok := ParseInstant(instant, c.pack.Startex)
	if !ok {
		return nil
	}
	zone := c.zones[unit]
	return &wording.Moment{
		At: at, Room: w.Room, Local: zone, ByZone: w.Zone == ZoneUnit, Today: c.pack.Startex, Names: c.zoneNames(unit),
	}
}

// zoneNames are names for the local time of a unit: of its country and of the
// city after which the zone is called.
func (c *Cast) zoneNames(unit int) (all []string) {
	team := c.Units[c.Team(unit)]
	_, city, _ := strings.Cut(team.Zone, "/")
	if city != "" {
		all = append(all, Fold(strings.ReplaceAll(city, "_", " ")))
	}
	for _, name := range team.Name {
		folded := Fold(name)
		all = append(all, wording.Literal(folded)+" time", wording.Literal(folded)+"時間", wording.Literal(folded)+"の時間")
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func foldAll(all []string) (out []string) {
	for _, s := range all {
		out = append(out, Fold(s))
	}
	return out
}

// Takes reports whether an answer is an accepted form, is covered by a
// pattern, names the right number or moment, or says what it must contain.
func (k *AnswerKey) Takes(answer string) bool { return k.judge(Fold(answer), nil) }

// judge tries each kind of key in turn. What it finds it tells, if somebody
// listens.
func (k *AnswerKey) judge(folded string, tell teller) bool {
	if form, ok := k.equals(folded); ok {
		return tell.right("accepted", "Form", form)
	}
	for _, p := range k.Match {
		if p.MatchString(folded) {
			return tell.right("pattern", "Pattern", p.String())
		}
	}
	if k.Number != nil && k.measured(folded, tell) {
		return true
	}
	return k.Open != nil && k.Open.judge(folded, tell)
}

// trimmed leaves out the marks around an answer that people put there without
// meaning anything by them.
func trimmed(folded string) string {
	return strings.Trim(folded, " .,:;!?\"'()[]<>*-•・。、「」『』【】")
}

func (k *AnswerKey) equals(folded string) (string, bool) {
	if len(k.Accept) == 0 {
		return "", false
	}
	if slices.Contains(k.Accept, folded) {
		return folded, true
	}
	bare := trimmed(folded)
	return bare, bare != "" && slices.Contains(k.Accept, bare)
}

func (k *AnswerKey) measured(folded string, tell teller) bool {
	m := wording.Measure{Right: *k.Number, Units: k.Unit, Takes: k.Tolerance.Takes}
	r := m.Read(folded)
	return tell.read("number", r, fmt.Sprint(*k.Number))
}

func (o *OpenKey) judge(folded string, tell teller) bool {
	if len(o.Contains) > 0 && o.names(folded, tell) {
		return true
	}
	if o.Time != nil && tell.read("time", o.Time.Read(folded), o.Time.At.UTC().Format("2006-01-02 15:04:05 UTC")) {
		return true
	}
	if o.Date != nil && tell.read("date", o.Date.Read(folded), o.Date.At.UTC().Format(time.DateOnly)) {
		return true
	}
	if len(o.Parts) == 0 {
		return false
	}
	all := true
	for i := range o.Parts {
		ok := o.Parts[i].judge(folded, tell)
		tell.part(i+1, ok)
		all = all && ok
	}
	return all
}

// names reports whether a text stands by one of the forms that it must contain
// and by none of the other candidates. What it mentions only to explain counts
// for want of better.
func (o *OpenKey) names(folded string, tell teller) bool {
	var own []wording.Span
	stated, aside := false, false
	for _, form := range o.Contains {
		for _, s := range wording.Find(folded, form) {
			own = append(own, s)
			st := wording.StatementOf(folded, s)
			stated, aside = stated || st == wording.Stated, aside || st == wording.Aside
			tell.mention(st, folded[s.From:s.To])
		}
	}
	if own == nil && longDigits(o.Contains[0]) {
		if joined := strings.ReplaceAll(folded, " ", ""); joined != folded { // a hash in groups
			return o.names(joined, tell)
		}
	}
	if !stated && !aside {
		if own == nil {
			tell.say("missing", "Forms", strings.Join(o.Contains, " / "))
		}
		return false
	}
	for _, s := range own {
		if wording.Hedged(folded, s, own) {
			tell.say("hedged", "Form", folded[s.From:s.To])
			return false
		}
	}
	for _, form := range o.Refuse {
		for _, s := range wording.Find(folded, form) {
			st := wording.StatementOfOther(folded, s)
			if s.Covered(own) || st == wording.Denied || st == wording.Aside && stated {
				continue
			}
			tell.say("refused", "Form", folded[s.From:s.To])
			return false
		}
	}
	return true
}

// longDigits reports whether a form is the hash of a file.
func longDigits(form string) bool {
	return len(form) >= 32 && strings.Trim(form, "0123456789abcdef") == ""
}

// Sample gives an answer that the key takes, for a team that does not answer
// by itself; "" for a key of patterns alone.
func (k *AnswerKey) Sample() string {
	if k.Open != nil && k.Open.sample != "" {
		return k.Open.sample
	}
	return k.makeSample()
}

// Sample is AnswerKey.Sample for the key that it belongs to.
func (o *OpenKey) Sample() string { return o.sample }

func (k *AnswerKey) makeSample() string {
	switch {
	case len(k.Accept) > 0:
		return k.Accept[0]
	case k.Number != nil:
		return strings.TrimSpace(fmt.Sprint(*k.Number) + " " + strings.Join(k.Unit[:min(1, len(k.Unit))], ""))
	case k.Open == nil:
		return ""
	case len(k.Open.Contains) > 0:
		return wording.Plain(k.Open.Contains[0])
	case k.Open.Time != nil:
		return k.Open.Time.At.UTC().Format("15:04 UTC")
	case k.Open.Date != nil:
		return k.Open.Date.At.UTC().Format(time.DateOnly)
	}
	var parts []string
	for i := range k.Open.Parts {
		parts = append(parts, k.Open.Parts[i].Sample())
	}
	return strings.Join(parts, ", ")
}
