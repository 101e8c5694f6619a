package web

import (
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/review"
)

// after is what there is once play is over.
type after struct {
	unit, name  string // "" for EXCON
	over        bool
	end         string // when ENDEX is to come, or came
	questions   []washQuestion
	answered    int // teams that answered anything
	teams       int
	notes       []washAnswer // of EXCON and evaluators, as far as the reader may read them
	units       []end        // for EXCON: whose reports there are
	answers     bool         // the reader answers for the unit
	writesNotes bool         // the reader's hot wash goes to EXCON as a note
	whole       bool         // the reader may have the whole log and report
	report      bool         // the unit's report is there for the reader
	head        string       // where the log ends, for whoever has it whole
	events      uint64
}

// washQuestion is a question of the hot wash with what was answered.
type washQuestion struct {
	key     string
	choices []string // to pick one of; none: free text
	own     string   // the unit's own answer
	answers []washAnswer
}

// washAnswer is an answer to a question, or a note.
type washAnswer struct {
	unit, name, text string
	actor, by        string
	at               time.Time
}

// washed is what the hot wash asks; its words are under "web.wash.<key>".
type washed struct {
	key     string
	choices []string
}

// questions of the hot wash, in their order. The log holds the keys.
func questions() []washed {
	return []washed{{key: "well"}, {key: "better"}, {key: "sop"}, {key: "useful", choices: []string{"very", "rather", "little", "not"}}}
}

// aboutWash begins the subject of a note that belongs to the hot wash.
const aboutWash = "hotwash/"

func afterRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/after", need: observes, handle: showAfter},
		{pattern: "POST /x/{exercise}/after", need: controls, handle: noteWash},
		{pattern: "GET /x/{exercise}/after/{unit...}", need: readsUnit, handle: showUnitAfter},
		{pattern: "POST /x/{exercise}/after/{unit...}", need: washes, handle: answerWash},
		{pattern: "GET /x/{exercise}/hotwash.csv", need: observes, handle: downloadWash},
	}
}

// washes: members answer for their unit, evaluators write a note about it.
func washes(a access.Access, ex, unit string) bool {
	return a.Plays(ex, unit) || a.Evaluates(ex, unit)
}

// showAfter is the page of EXCON.
func showAfter(r *request) error {
	return r.showView(&view{
		key: r.exconKey(), viewer: r.access.Viewer(r.hall.ID),
		part: func() (templ.Component, error) {
			a, err := r.afterForExcon()
			return afterPart(r, a), err
		},
		page: func(part templ.Component) templ.Component { return livePage(r, r.t("tab.after"), part) },
	})
}

// showUnitAfter is the page of a unit. An evaluator's notes are for EXCON, so
// theirs is news to nobody else.
func showUnitAfter(r *request) error {
	v := &view{
		key: r.unitKey(), viewer: r.viewer(),
		part: func() (templ.Component, error) {
			a, err := r.afterForUnit()
			return afterPart(r, a), err
		},
		page: func(part templ.Component) templ.Component {
			return livePage(r, r.t("after.of", map[string]any{"Unit": r.unitName(r.hall, r.unit)}), part)
		},
	}
	if !r.acts() {
		v.key, v.viewer = "reads "+r.access.Person, exercise.Viewer{Control: true}
	}
	return r.showView(v)
}

func (r *request) afterForExcon() (*after, error) {
	a := &after{writesNotes: r.writes() && r.access.Controls(r.hall.ID), whole: r.access.Controls(r.hall.ID)}
	err := r.look(func(s *scene) error {
		s.frameAfter(a)
		a.questions = s.wash(r.access.Viewer(r.hall.ID))
		if a.whole {
			a.notes = s.washNotes("")
		}
		for _, u := range s.st.Play().Cast.Units {
			a.units = append(a.units, end{u.Key, s.longName(u.Key)})
			if u.IsTeam() {
				a.teams++
			}
		}
		return nil
	})
	if err != nil {
		return a, err
	}
	a.answered = teamsOf(a.questions)
	r.nameAnswers(a)
	return a, r.addHead(a)
}

// addHead tells where the log ends.
func (r *request) addHead(a *after) error {
	if !a.whole || r.hall.Head == nil {
		return nil
	}
	head, err := r.hall.Head(r.Context())
	a.head, a.events = head.Chain.String(), head.Seq
	return err
}

func (r *request) afterForUnit() (*after, error) {
	a := &after{unit: r.unit, answers: r.acts(), writesNotes: r.writes() && !r.acts() && r.access.Evaluates(r.hall.ID, r.unit)}
	err := r.look(func(s *scene) error {
		s.frameAfter(a)
		a.name = s.unitName(r.unit)
		a.questions = s.wash(r.viewer())
		a.report = a.over && r.access.ReadsReport(r.hall.ID, s.st, r.u)
		if a.writesNotes {
			a.notes = s.washNotes(r.access.Person)
		}
		return nil
	})
	for i := range a.questions {
		q := &a.questions[i]
		for _, x := range q.answers {
			if x.unit == r.unit {
				q.own = x.text
			}
		}
	}
	r.nameAnswers(a)
	return a, err
}

// writes reports whether forms have a place on the page: not on a past moment.
func (r *request) writes() bool { return !r.URL.Query().Has("at") }

func (s *scene) frameAfter(a *after) {
	a.over = s.st.Phase() == exercise.Over
	a.end = s.st.End().String()
	if a.over {
		a.end = s.st.At().String()
	}
}

// wash are the questions with the answers that stand, as a viewer sees them.
func (s *scene) wash(v exercise.Viewer) []washQuestion {
	type of struct{ unit, question string }
	seen, by := map[of]bool{}, map[string][]washAnswer{}
	for _, e := range s.Events(v, 0, s.all(), isWash) {
		b, ok := e.Body.(*exercise.HotWash)
		if !ok || seen[of{b.Unit, b.Question}] {
			continue // a later answer replaced it
		}
		seen[of{b.Unit, b.Question}] = true
		by[b.Question] = append(by[b.Question], s.washAnswer(&e, b.Unit, b.Text))
	}
	var all []washQuestion
	for _, q := range questions() {
		slices.SortFunc(by[q.key], func(a, b washAnswer) int { return s.place(a.unit) - s.place(b.unit) })
		all = append(all, washQuestion{key: q.key, choices: q.choices, answers: by[q.key]})
	}
	return all
}

func (s *scene) washAnswer(e *exercise.Event, unit, text string) washAnswer {
	return washAnswer{unit: unit, name: s.longName(unit), text: text, actor: e.Actor, at: time.UnixMicro(e.Wall).UTC()}
}

// all is a bound that no number of events reaches.
func (s *scene) all() int { return int(s.st.Seq()) }

// place is where a unit stands in the cast.
func (s *scene) place(unit string) int {
	u, _ := s.st.Play().Cast.Index(unit)
	return u
}

func isWash(e *exercise.Event) bool {
	_, ok := e.Body.(*exercise.HotWash)
	return ok
}

// washNotes are the notes of the hot wash, in their order: all of them for
// EXCON, or those that somebody wrote.
func (s *scene) washNotes(author string) (notes []washAnswer) {
	for _, e := range s.Events(exercise.Viewer{Control: true}, 0, s.all(), func(e *exercise.Event) bool {
		b, ok := e.Body.(*exercise.Note)
		return ok && strings.HasPrefix(b.Re, aboutWash) && (author == "" || e.Actor == author)
	}) {
		if b, ok := e.Body.(*exercise.Note); ok {
			notes = append(notes, s.washAnswer(&e, b.Unit, b.Text))
		}
	}
	slices.Reverse(notes)
	return notes
}

// nameAnswers says who wrote what, after the exercise was read.
func (r *request) nameAnswers(a *after) {
	name := func(list []washAnswer) {
		for i := range list {
			list[i].by = r.actorOf(list[i].actor)
		}
	}
	for i := range a.questions {
		name(a.questions[i].answers)
	}
	name(a.notes)
}

// teamsOf counts the teams that answered anything.
func teamsOf(qs []washQuestion) int {
	teams := map[string]bool{}
	for _, q := range qs {
		for _, a := range q.answers {
			if !strings.Contains(a.unit, "/") {
				teams[a.unit] = true
			}
		}
	}
	return len(teams)
}

// answerText is an answer as people read it.
func (r *request) answerText(q *washQuestion, text string) string {
	if slices.Contains(q.choices, text) {
		return r.t("wash." + q.key + "." + text)
	}
	return text
}

// answerWash keeps what somebody wrote into the form of a unit.
func answerWash(r *request) error {
	if !r.acts() {
		return r.noteAbout(r.unit, "/after/"+r.unit)
	}
	if !r.isOver() {
		return &problem{r.t("after.early")}
	}
	key := r.PostFormValue("key")
	if key == "" || len(key) > 80 {
		return errForm
	}
	a, err := r.afterForUnit()
	if err != nil {
		return err
	}
	for _, q := range a.questions {
		text := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(q.key), "\r\n", "\n"))
		switch {
		case text == q.own:
			continue
		case text == "":
			return &problem{r.t("after.emptied", map[string]any{"Question": r.t("wash." + q.key)})}
		case q.choices != nil && !slices.Contains(q.choices, text):
			return errForm
		}
		err := r.doAs(key+"/"+q.key, r.access.Actor(r.hall.ID, r.unit), exercise.AnswerHotWash{Unit: r.unit, Question: q.key, Text: text})
		if err != nil {
			return err
		}
	}
	return r.done(r.path("/after/"+r.unit), "said.washed")
}

// noteWash keeps what EXCON itself says in the hot wash.
func noteWash(r *request) error { return r.noteAbout("", "/after") }

// noteAbout writes a note of the hot wash, about a unit or the whole.
func (r *request) noteAbout(unit, back string) error {
	if !r.isOver() {
		return &problem{r.t("after.early")}
	}
	text := strings.TrimSpace(r.PostFormValue("text"))
	about := r.PostFormValue("about")
	if !slices.ContainsFunc(questions(), func(q washed) bool { return q.key == about && q.choices == nil }) {
		return errForm
	}
	actor := r.access.Actor(r.hall.ID, "")
	if unit != "" {
		actor = r.access.Actor(r.hall.ID, unit)
	}
	if err := r.do(actor, exercise.AddNote{Unit: unit, Text: text, Re: aboutWash + about}); err != nil {
		return err
	}
	return r.done(r.path(back), "said.noted")
}

// downloadWash gives all answers as a table.
func downloadWash(r *request) error {
	a, err := r.afterForExcon()
	if err != nil {
		return err
	}
	rows := [][]string{{r.t("after.col.question"), r.t("after.col.unit"), r.t("after.col.answer"), r.t("after.col.by"), r.t("after.col.when")}}
	for i := range a.questions {
		q := &a.questions[i]
		for _, x := range q.answers {
			rows = append(rows, []string{r.t("wash." + q.key), x.name, r.answerText(q, x.text), x.by, x.at.Format(time.RFC3339)})
		}
	}
	return r.sendCSV(r.fileName("hotwash", "csv"), rows)
}

// any reports whether anything was answered.
func (a *after) any() bool {
	return slices.ContainsFunc(a.questions, func(q washQuestion) bool { return len(q.answers) > 0 })
}

// forms of a report, in the order in which they are offered.
func (a *after) forms() []string { return []string{"html", "pdf", "xlsx", "csv", "json"} }

// wholeReaders are those for whom EXCON may take a report out.
func (r *request) wholeReaders() []string {
	if r.access.Controls(r.hall.ID) {
		return []string{review.ForExcon, review.ForPublic}
	}
	return []string{review.ForPublic}
}
