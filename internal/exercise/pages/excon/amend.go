package excon

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/markdown"
	"renkei/internal/web"
)

// amendment is the form that changes an inject before it is released.
type amendment struct {
	unit    string // whose text is shown
	scope   string // the unit, or "" for all that wait
	langs   []amendText
	tlp     string // "": as it is
	due     string // "": as it is
	isTLP   string
	isDue   string
	preview []comparison // set: old beside new
	changes []string     // what beside the texts changes, in words
	seen    string       // sum of what was looked at
	problem string
}

// amendText is the text in one language, as it is being written.
type amendText struct {
	lang, subject, body string
}

// comparison is the old text beside the new in one language.
type comparison struct {
	lang     string
	old, new injectText
	same     bool
}

// amendmentNow is the form with what holds now; nil where nothing waits.
func amendmentNow(v *injectPage) *amendment {
	if !v.controls || v.tally.waiting == 0 {
		return nil
	}
	a := &amendment{unit: v.unit}
	for i := range v.texts {
		subject, body := splitText(v.texts[i].raw)
		a.langs = append(a.langs, amendText{v.texts[i].lang, subject, body})
	}
	a.stands(v)
	return a
}

// stands notes the label and the time that hold for the unit.
func (a *amendment) stands(v *injectPage) {
	a.isTLP = v.head.tlp.String()
	for i := range v.units {
		if v.units[i].key == a.unit {
			a.isDue = v.units[i].due
		}
	}
}

// readAmendment reads the form that was sent.
func readAmendment(r *pages.Request, v *injectPage) *amendment {
	a := &amendment{unit: v.unit, scope: field(r, "scope"), tlp: field(r, "tlp"), due: field(r, "due"), seen: field(r, "seen")}
	for i := range v.texts {
		lang := v.texts[i].lang
		a.langs = append(a.langs, amendText{lang, field(r, "subject_"+lang), r.PostFormValue("body_" + lang)})
	}
	a.stands(v)
	return a
}

// amendInject shows an amendment beside what it changes, and gives it once it
// has been looked at.
func amendInject(r *pages.Request) error {
	v, err := steeredInject(r)
	if err != nil {
		return err
	}
	a := readAmendment(r, v)
	if len(a.waits(v)) == 0 {
		return &web.UserError{Text: r.T("inject.nobody_waits")}
	}
	action, err := amendAction(r, v, a)
	if err != nil {
		return err
	}
	sum := a.sum()
	if r.PostFormValue("step") == "give" {
		if a.seen == sum {
			return giveAmendment(r, v, a, action)
		}
		if r.ByScript() {
			return &web.UserError{Text: r.T("inject.look_first")}
		}
	}
	a.seen = sum
	if err := compare(r, v, a, action); err != nil {
		return err
	}
	return showInjectWith(r, v, a, nil)
}

// sum tells one content of the form from another.
func (a *amendment) sum() string {
	parts := []string{a.unit, a.scope, a.tlp, a.due}
	for _, t := range a.langs {
		parts = append(parts, t.lang, joinText(t.subject, t.body))
	}
	return sumOf(parts)
}

func sumOf(parts []string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(h[:])
}

// amendAction is the command for an amendment: only what differs is in it.
func amendAction(r *pages.Request, v *injectPage, a *amendment) (exercise.AmendInject, error) {
	action := exercise.AmendInject{Inject: v.head.key, Unit: a.scope}
	texts, differs := scenario.Text{}, false
	for i, t := range a.langs {
		text := joinText(t.subject, t.body)
		if text != "" && t.subject == "" {
			return action, &web.UserError{Text: r.T("compose.subject_first", i18n.Args{"Language": langName(r, t.lang)})}
		}
		if text != "" {
			texts[t.lang] = text
		}
		was, body := splitText(v.texts[i].raw)
		differs = differs || text != joinText(was, body)
	}
	if differs && len(texts) == 0 {
		return action, &web.UserError{Text: r.Printer.T("refusal." + exercise.MissingText)}
	}
	if differs {
		action.Texts = texts
	}
	if a.tlp != "" {
		tlp, err := scenario.ParseTLP(a.tlp)
		if err != nil {
			return action, web.ErrForm
		}
		action.TLP = &tlp
	}
	if a.due != "" {
		at, err := exercise.ParseTime(a.due)
		if err != nil {
			return action, &web.UserError{Text: r.T("compose.bad_time", i18n.Args{"Text": a.due})}
		}
		action.Due = &at
	}
	if action.Texts == nil && action.TLP == nil && action.Due == nil {
		return action, &web.UserError{Text: r.Printer.T("refusal." + exercise.NothingToAmend)}
	}
	return action, nil
}

// compare puts the old texts beside the new ones, as the unit would read them.
func compare(r *pages.Request, v *injectPage, a *amendment, action exercise.AmendInject) error {
	err := r.At(func(s *pages.Moment) error {
		u, _ := s.State.Play().Cast.Index(v.unit)
		for i, t := range a.langs {
			c := comparison{lang: t.lang, old: v.texts[i], same: action.Texts == nil}
			c.new = injectText{lang: t.lang, own: v.texts[i].own, raw: joinText(t.subject, t.body)}
			if c.new.raw == "" { // the language falls back to another
				c.new.raw = action.Texts.In(s.State.Play().Pack.Languages...)
			}
			fillText(s, &c.new, u)
			a.preview = append(a.preview, c)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range a.preview {
		t := &a.preview[i].new
		if t.html, err = markdown.HTML(t.html); err != nil {
			return err
		}
		if t.problem != "" {
			a.problem = r.T("inject.bad_template", i18n.Args{"Cause": t.problem})
		}
	}
	if action.TLP != nil {
		a.changes = append(a.changes, r.T("inject.change_tlp", i18n.Args{"Was": labelOr(r, v.head.tlp), "Is": pages.Label(*action.TLP)}))
	}
	if action.Due != nil {
		a.changes = append(a.changes, r.T("inject.change_due", i18n.Args{"Was": a.isDue, "Is": action.Due.String()}))
	}
	return nil
}

// waits are the units that an amendment reaches.
func (a *amendment) waits(v *injectPage) []injectUnit {
	return v.some(func(u *injectUnit) bool { return u.releasable && (a.scope == "" || u.key == a.scope) })
}

// giveAmendment gives it: to all at once, or to each unit that still waits
// where others have the inject already.
func giveAmendment(r *pages.Request, v *injectPage, a *amendment, action exercise.AmendInject) error {
	waits := a.waits(v)
	n := len(waits)
	if a.scope != "" || n == len(v.units) {
		if err := r.Control(action); err != nil {
			return named(r, err)
		}
	} else if err := amendEach(r, action, waits); err != nil {
		return err
	}
	return r.RedirectText(injectAgain(r), r.T("inject.said_amended", i18n.Args{"Inject": v.head.key, "N": n}))
}

func amendEach(r *pages.Request, action exercise.AmendInject, units []injectUnit) error {
	for _, u := range units {
		action.Unit = u.key
		if err := r.Do("."+u.key, "", action); err != nil {
			return named(r, err)
		}
	}
	return nil
}
