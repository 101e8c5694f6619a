package excon

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/web"
)

// injectPage is an inject as EXCON sees it: what it says and to whom, and how
// far every unit is with it.
type injectPage struct {
	clock          pages.ClockView
	head           mselHead
	beside         [2]*mselEntry // before and after it in the MSEL; nil where there is none
	notes          string
	mode, delivery string
	roles          string
	tally          counts
	unit           string // of whom the text is shown
	units          []injectUnit
	others         []pages.End // all units, to choose one whose text is shown
	texts          []injectText
	files          []mselFile
	tasks          []injectTask
	history        []change
	given          exercise.Time // the text is what the unit got then; Never: what it would get now
	controls       bool          // the reader may act, and what is shown is now
	keys           bool          // the reader may see keys and notes
}

// injectUnit is how far a unit is with an inject.
type injectUnit struct {
	key, name                            string
	cell                                 bool
	state                                string
	held, waits, out, relayed            bool
	due, released, acked                 string
	asked, answered                      int
	releasable, holdable, letable, taken bool // what an action can be done to
}

func showSteered(r *pages.Request) error {
	if r.IsPart() {
		return r.ShowView(steerView(r, nil))
	}
	v, err := steeredInject(r)
	if err != nil {
		return err
	}
	return showInjectWith(r, v, amendmentNow(v), nil)
}

// showInjectWith is the whole page of an inject with its forms as they are.
func showInjectWith(r *pages.Request, v *injectPage, a *amendment, task *keyForm) error {
	part, err := r.PartOf(steerView(r, v))
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, injectFrame(r, v, templ.Raw(string(part.Plain)), a, task))
}

// injectView is the part of an inject's page, made of v where it is known.
func steerView(r *pages.Request, v *injectPage) *pages.View {
	key := r.ExconKey()
	if v != nil {
		key += " " + v.unit // a form's address does not name it
	}
	return &pages.View{
		Key: key, Viewer: r.Access.Viewer(r.Exercise.ID),
		Part: func() (templ.Component, error) {
			if v != nil {
				return steerPart(r, v), nil
			}
			v, err := steeredInject(r)
			return steerPart(r, v), err
		},
	}
}

// injectOf gathers the page of the inject that the address names.
func steeredInject(r *pages.Request) (*injectPage, error) {
	v := &injectPage{keys: r.Access.Controls(r.Exercise.ID)}
	var source textSource
	err := r.At(func(s *pages.Moment) error {
		i, ok := s.State.InjectIndex(r.PathValue("inject"))
		if !ok {
			return web.ErrNotFound
		}
		u, err := shownUnit(s, i)
		if err != nil {
			return err
		}
		v.controls = v.keys && !s.Past && s.State.Phase() != exercise.Over
		describe(s, v, i)
		v.beside = besidesOf(s, v.head.key)
		v.unit = s.State.Play().Cast.Units[u].Key
		source = textSourceOf(s, i, u)
		v.given = source.given
		v.files = attachments(s, i, u)
		if v.keys {
			v.tasks = injectTasksOf(s, i, u)
			v.history = history(s, v.head.key, v.tasks)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	v.texts, err = readTexts(r, &source)
	return v, err
}

// besidesOf are the injects before and after one, as the MSEL lists them.
func besidesOf(s *pages.Moment, key string) (beside [2]*mselEntry) {
	entries := mselOf(s, "", "").entries
	i := slices.IndexFunc(entries, func(e mselEntry) bool { return e.key == key })
	if i > 0 {
		beside[0] = &entries[i-1]
	}
	if i >= 0 && i+1 < len(entries) {
		beside[1] = &entries[i+1]
	}
	return beside
}

// shownUnit is the unit whose text is shown: the one that was chosen, or the
// first for which the inject is meant.
func shownUnit(s *pages.Moment, i int) (int, error) {
	if key := formOrQuery(s.Request, "unit"); key != "" {
		u, ok := s.State.Play().Cast.Index(key)
		if !ok {
			return 0, web.ErrNotFound
		}
		return u, nil
	}
	for u := range s.State.Play().Cast.Units {
		if _, ok := s.State.Inject(i, u); ok {
			return u, nil
		}
	}
	return 0, nil
}

// formOrQuery is a value of the form that was sent, or of the address.
func formOrQuery(r *pages.Request, name string) string {
	if v := r.PostFormValue(name); v != "" {
		return v
	}
	return r.URL.Query().Get(name)
}

// describe fills in what is the same for all units, and the table of units.
func describe(s *pages.Moment, v *injectPage, i int) {
	words := wording(s)
	v.clock, v.head, v.tally = s.Clock(""), mselHeadOf(s, words, i), countsOf(s, i)
	if in := s.State.Play().Pack.InjectByKey(v.head.key); in != nil {
		v.mode, v.delivery, v.roles = words.Mode(in.Mode), packText(s, in.Delivery), words.Roles(in.For)
		if v.keys {
			v.notes = packText(s, in.Notes)
		}
	}
	for u := range s.State.Play().Cast.Units {
		unit := &s.State.Play().Cast.Units[u]
		v.others = append(v.others, pages.End{Key: unit.Key, Name: s.LongName(unit.Key)})
		if view, ok := s.State.Inject(i, u); ok {
			v.units = append(v.units, injectUnitOf(s, &view, i, u))
		}
	}
}

// injectUnitOf tells how far a unit is with an inject, and what can be done.
func injectUnitOf(s *pages.Moment, v *exercise.InjectView, i, u int) injectUnit {
	unit := &s.State.Play().Cast.Units[u]
	x := injectUnit{key: unit.Key, name: s.LongName(unit.Key), cell: !unit.IsTeam(), held: v.Held, relayed: v.Relayed}
	x.asked, x.answered = tasksDone(s, i, u)
	x.waits = v.Status == exercise.InjectWaiting || v.Status == exercise.InjectWatching
	x.out = v.Status == exercise.InjectOut
	x.releasable = x.waits || v.Status == exercise.InjectPassed
	x.holdable, x.letable, x.taken = x.waits && !v.Held, x.waits && v.Held, v.Status != exercise.InjectWithdrawn
	x.state = s.Request.T("inject.is_" + stateWord(v))
	if v.Due != exercise.Never && !x.out {
		x.due = v.Due.String()
	}
	if x.out {
		x.released = v.Released.String()
		if v.Acked != exercise.Never {
			x.acked = v.Acked.String()
		}
	}
	return x
}

// stateWord is the word for how an inject stands with a unit.
func stateWord(v *exercise.InjectView) string {
	switch {
	case v.Held:
		return "held"
	case v.Relayed:
		return "relayed"
	}
	return string(v.Status)
}

// some are the keys of the units to which something can be done.
func (v *injectPage) some(can func(u *injectUnit) bool) []injectUnit {
	var out []injectUnit
	for i := range v.units {
		if can(&v.units[i]) {
			out = append(out, v.units[i])
		}
	}
	return out
}

func canRelease(u *injectUnit) bool { return u.releasable }
func canHold(u *injectUnit) bool    { return u.holdable }
func canLetGo(u *injectUnit) bool   { return u.letable }
func canTake(u *injectUnit) bool    { return u.taken }

// unitLang is the language in which a unit reads the pack's texts.
func unitLang(s *pages.Moment, u int) string {
	langs := s.State.Play().Pack.Languages
	for _, l := range langs {
		if l == s.State.Play().Cast.Units[u].Locale {
			return l
		}
	}
	return langs[0]
}

// renderIn fills a template in for a unit that reads it in a language, as of
// the moment that is shown.
func renderIn(s *pages.Moment, tmpl string, u int, lang string) (string, error) {
	text, _, err := s.State.Play().Cast.Render(tmpl, u, lang, s.ScenarioTime(s.Now()))
	return text, err
}

// splitText parts a Markdown text into its subject and what follows.
func splitText(text string) (subject, body string) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	line, rest, _ := strings.Cut(text, "\n")
	subject, is := strings.CutPrefix(line, "# ")
	if !is {
		return "", text
	}
	return strings.TrimSpace(subject), strings.TrimLeft(rest, "\n")
}

// joinText is the Markdown of a subject and what follows it; "" for nothing.
func joinText(subject, body string) string {
	subject = strings.Join(strings.Fields(subject), " ")
	body = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
	if subject == "" && body == "" {
		return ""
	}
	return "# " + subject + "\n\n" + body
}

// languageName names a language in itself.
func langName(r *pages.Request, lang string) string {
	switch lang {
	case "en", "ja":
		return r.T("language." + lang)
	}
	return lang
}

// labelOr is a label as people write it, or a word for none.
func labelOr(r *pages.Request, t scenario.TLP) string {
	if t == scenario.TLPNone {
		return r.T("inject.no_tlp")
	}
	return pages.Label(t)
}
