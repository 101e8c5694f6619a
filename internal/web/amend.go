package web

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/markdown"
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
func (r *request) amendmentNow(v *injectPage) *amendment {
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
func (r *request) readAmendment(v *injectPage) *amendment {
	a := &amendment{unit: v.unit, scope: r.field("scope"), tlp: r.field("tlp"), due: r.field("due"), seen: r.field("seen")}
	for i := range v.texts {
		lang := v.texts[i].lang
		a.langs = append(a.langs, amendText{lang, r.field("subject_" + lang), r.PostFormValue("body_" + lang)})
	}
	a.stands(v)
	return a
}

// amendInject shows an amendment beside what it changes, and gives it once it
// has been looked at.
func (r *request) amendInject() error {
	v, err := r.steeredInject()
	if err != nil {
		return err
	}
	a := r.readAmendment(v)
	if len(a.waits(v)) == 0 {
		return &problem{r.t("inject.nobody_waits")}
	}
	action, err := r.amendAction(v, a)
	if err != nil {
		return err
	}
	sum := a.sum()
	if r.PostFormValue("step") == "give" {
		if a.seen == sum {
			return r.giveAmendment(v, a, action)
		}
		if r.byScript() {
			return &problem{r.t("inject.look_first")}
		}
	}
	a.seen = sum
	if err := r.compare(v, a, action); err != nil {
		return err
	}
	return r.showInjectWith(v, a, nil)
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
func (r *request) amendAction(v *injectPage, a *amendment) (exercise.AmendInject, error) {
	action := exercise.AmendInject{Inject: v.head.key, Unit: a.scope}
	texts, differs := scenario.Text{}, false
	for i, t := range a.langs {
		text := joinText(t.subject, t.body)
		if text != "" && t.subject == "" {
			return action, &problem{r.t("compose.subject_first", i18n.Args{"Language": r.langName(t.lang)})}
		}
		if text != "" {
			texts[t.lang] = text
		}
		was, body := splitText(v.texts[i].raw)
		differs = differs || text != joinText(was, body)
	}
	if differs && len(texts) == 0 {
		return action, &problem{r.p.T("refusal." + exercise.MissingText)}
	}
	if differs {
		action.Texts = texts
	}
	if a.tlp != "" {
		tlp, err := scenario.ParseTLP(a.tlp)
		if err != nil {
			return action, errForm
		}
		action.TLP = &tlp
	}
	if a.due != "" {
		at, err := exercise.ParseTime(a.due)
		if err != nil {
			return action, &problem{r.t("compose.bad_time", i18n.Args{"Text": a.due})}
		}
		action.Due = &at
	}
	if action.Texts == nil && action.TLP == nil && action.Due == nil {
		return action, &problem{r.p.T("refusal." + exercise.NothingToAmend)}
	}
	return action, nil
}

// compare puts the old texts beside the new ones, as the unit would read them.
func (r *request) compare(v *injectPage, a *amendment, action exercise.AmendInject) error {
	err := r.look(func(s *scene) error {
		u, _ := s.st.Play().Cast.Index(v.unit)
		for i, t := range a.langs {
			c := comparison{lang: t.lang, old: v.texts[i], same: action.Texts == nil}
			c.new = injectText{lang: t.lang, own: v.texts[i].own, raw: joinText(t.subject, t.body)}
			if c.new.raw == "" { // the language falls back to another
				c.new.raw = action.Texts.In(s.st.Play().Pack.Languages...)
			}
			s.fillText(&c.new, u)
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
			a.problem = r.t("inject.bad_template", i18n.Args{"Cause": t.problem})
		}
	}
	if action.TLP != nil {
		a.changes = append(a.changes, r.t("inject.change_tlp", i18n.Args{"Was": r.labelOr(v.head.tlp), "Is": label(*action.TLP)}))
	}
	if action.Due != nil {
		a.changes = append(a.changes, r.t("inject.change_due", i18n.Args{"Was": a.isDue, "Is": action.Due.String()}))
	}
	return nil
}

// waits are the units that an amendment reaches.
func (a *amendment) waits(v *injectPage) []injectUnit {
	return v.some(func(u *injectUnit) bool { return u.releasable && (a.scope == "" || u.key == a.scope) })
}

// giveAmendment gives it: to all at once, or to each unit that still waits
// where others have the inject already.
func (r *request) giveAmendment(v *injectPage, a *amendment, action exercise.AmendInject) error {
	waits := a.waits(v)
	n := len(waits)
	if a.scope != "" || n == len(v.units) {
		if err := r.control(action); err != nil {
			return r.named(err)
		}
	} else if err := r.amendEach(action, waits); err != nil {
		return err
	}
	return r.doneText(r.injectAgain(), r.t("inject.said_amended", i18n.Args{"Inject": v.head.key, "N": n}))
}

func (r *request) amendEach(action exercise.AmendInject, units []injectUnit) error {
	key := r.PostFormValue("key")
	if key == "" || len(key) > 60 {
		return errForm
	}
	for _, u := range units {
		action.Unit = u.key
		if err := r.doAs(key+"."+u.key, r.access.Actor(r.hall.ID, ""), action); err != nil {
			return r.named(err)
		}
	}
	return nil
}
