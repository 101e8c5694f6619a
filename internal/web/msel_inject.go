package web

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// injectPage is an inject as EXCON sees it: what it says and to whom, and how
// far every unit is with it.
type injectPage struct {
	clock          clockView
	head           mselHead
	notes          string
	mode, delivery string
	roles          string
	tally          tally
	unit           string // of whom the text is shown
	units          []injectUnit
	others         []end // all units, to choose one whose text is shown
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

func showSteered(r *request) error {
	if r.isPart() {
		return r.showView(r.steerView(nil))
	}
	v, err := r.steeredInject()
	if err != nil {
		return err
	}
	return r.showInjectWith(v, r.amendmentNow(v), nil)
}

// showInjectWith is the whole page of an inject with its forms as they are.
func (r *request) showInjectWith(v *injectPage, a *amendment, task *keyForm) error {
	part, err := r.partOf(r.steerView(v))
	if err != nil {
		return err
	}
	return r.show(http.StatusOK, injectFrame(r, v, templ.Raw(string(part.plain)), a, task))
}

// injectView is the part of an inject's page, made of v where it is known.
func (r *request) steerView(v *injectPage) *view {
	key := r.exconKey()
	if v != nil {
		key += " " + v.unit // a form's address does not name it
	}
	return &view{
		key: key, viewer: r.access.Viewer(r.hall.ID),
		part: func() (templ.Component, error) {
			if v != nil {
				return steerPart(r, v), nil
			}
			v, err := r.steeredInject()
			return steerPart(r, v), err
		},
	}
}

// injectOf gathers the page of the inject that the address names.
func (r *request) steeredInject() (*injectPage, error) {
	v := &injectPage{keys: r.access.Controls(r.hall.ID)}
	var source textSource
	err := r.look(func(s *scene) error {
		i, ok := s.st.InjectIndex(r.PathValue("inject"))
		if !ok {
			return errAbsent
		}
		u, err := s.shownUnit(i)
		if err != nil {
			return err
		}
		v.controls = v.keys && !s.Past && s.st.Phase() != exercise.Over
		s.describe(v, i)
		v.unit = s.st.Play().Cast.Units[u].Key
		source = s.textSource(i, u)
		v.given = source.given
		v.files = s.attachments(i, u)
		if v.keys {
			v.tasks = s.injectTasks(i, u)
			v.history = s.history(v.head.key, v.tasks)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	v.texts, err = r.readTexts(&source)
	return v, err
}

// shownUnit is the unit whose text is shown: the one that was chosen, or the
// first for which the inject is meant.
func (s *scene) shownUnit(i int) (int, error) {
	if key := s.r.formOrQuery("unit"); key != "" {
		u, ok := s.st.Play().Cast.Index(key)
		if !ok {
			return 0, errAbsent
		}
		return u, nil
	}
	for u := range s.st.Play().Cast.Units {
		if _, ok := s.st.Inject(i, u); ok {
			return u, nil
		}
	}
	return 0, nil
}

// formOrQuery is a value of the form that was sent, or of the address.
func (r *request) formOrQuery(name string) string {
	if v := r.PostFormValue(name); v != "" {
		return v
	}
	return r.URL.Query().Get(name)
}

// describe fills in what is the same for all units, and the table of units.
func (s *scene) describe(v *injectPage, i int) {
	words := s.wording()
	v.clock, v.head, v.tally = s.clock(""), s.mselHead(words, i), s.tally(i)
	if in := s.st.Play().Pack.InjectByKey(v.head.key); in != nil {
		v.mode, v.delivery, v.roles = words.Mode(in.Mode), s.packText(in.Delivery), words.Roles(in.For)
		if v.keys {
			v.notes = s.packText(in.Notes)
		}
	}
	for u := range s.st.Play().Cast.Units {
		unit := &s.st.Play().Cast.Units[u]
		v.others = append(v.others, end{unit.Key, s.longName(unit.Key)})
		if view, ok := s.st.Inject(i, u); ok {
			v.units = append(v.units, s.injectUnit(&view, i, u))
		}
	}
}

// injectUnit tells how far a unit is with an inject, and what can be done.
func (s *scene) injectUnit(v *exercise.InjectView, i, u int) injectUnit {
	unit := &s.st.Play().Cast.Units[u]
	x := injectUnit{key: unit.Key, name: s.longName(unit.Key), cell: !unit.IsTeam(), held: v.Held, relayed: v.Relayed}
	x.asked, x.answered = s.tasksDone(i, u)
	x.waits = v.Status == exercise.InjectWaiting || v.Status == exercise.InjectWatching
	x.out = v.Status == exercise.InjectOut
	x.releasable = x.waits || v.Status == exercise.InjectPassed
	x.holdable, x.letable, x.taken = x.waits && !v.Held, x.waits && v.Held, v.Status != exercise.InjectWithdrawn
	x.state = s.r.t("inject.is_" + stateWord(v))
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
func (s *scene) unitLang(u int) string {
	langs := s.st.Play().Pack.Languages
	for _, l := range langs {
		if l == s.st.Play().Cast.Units[u].Locale {
			return l
		}
	}
	return langs[0]
}

// renderIn fills a template in for a unit that reads it in a language, as of
// the moment that is shown.
func (s *scene) renderIn(tmpl string, u int, lang string) (string, error) {
	text, _, err := s.st.Play().Cast.Render(tmpl, u, lang, s.scenarioTime(s.now()))
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
func (r *request) langName(lang string) string {
	switch lang {
	case "en", "ja":
		return r.t("language." + lang)
	}
	return lang
}

// labelOr is a label as people write it, or a word for none.
func (r *request) labelOr(t scenario.TLP) string {
	if t == scenario.TLPNone {
		return r.t("inject.no_tlp")
	}
	return label(t)
}
