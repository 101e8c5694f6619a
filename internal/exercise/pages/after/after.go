package after

import (
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/review"
	"renkei/internal/web"
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
	units       []pages.End  // for EXCON: whose reports there are
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

// Routes are the addresses of what there is once play is over.
func Routes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/after", Need: pages.Observes, Handle: showAfter, Replaced: true},
		{Pattern: "POST /x/{exercise}/after", Need: pages.Controls, Handle: noteWash, Replaced: true},
		{Pattern: "GET /x/{exercise}/after/{unit...}", Need: pages.ReadsUnit, Handle: showUnitAfter, Replaced: true},
		{Pattern: "POST /x/{exercise}/after/{unit...}", Need: washes, Handle: answerWash, Replaced: true},
		{Pattern: "GET /x/{exercise}/hotwash.csv", Need: pages.Observes, Handle: downloadWash, Replaced: true},
	}
}

// washes: members answer for their unit, evaluators write a note about it.
func washes(a access.Access, ex, unit string) bool {
	return a.Plays(ex, unit) || a.Evaluates(ex, unit)
}

// showAfter is the page of EXCON.
func showAfter(r *pages.Request) error {
	return r.ShowView(&pages.View{
		Key: r.ExconKey(), Viewer: r.Access.Viewer(r.Exercise.ID),
		Part: func() (templ.Component, error) {
			a, err := afterForExcon(r)
			return afterPart(r, a), err
		},
		Page: func(part templ.Component) templ.Component { return pages.LivePage(r, r.T("tab.after"), part) },
	})
}

// showUnitAfter is the page of a unit. An evaluator's notes are for EXCON, so
// theirs is news to nobody else.
func showUnitAfter(r *pages.Request) error {
	v := &pages.View{
		Key: r.UnitKey(), Viewer: r.Viewer(),
		Part: func() (templ.Component, error) {
			a, err := afterForUnit(r)
			return afterPart(r, a), err
		},
		Page: func(part templ.Component) templ.Component {
			return pages.LivePage(r, r.T("after.of", map[string]any{"Unit": r.UnitName(r.Exercise, r.Unit)}), part)
		},
	}
	if !r.Acts() {
		v.Key, v.Viewer = "reads "+r.Access.Person, exercise.Viewer{Control: true}
	}
	return r.ShowView(v)
}

func afterForExcon(r *pages.Request) (*after, error) {
	a := &after{writesNotes: writes(r) && r.Access.Controls(r.Exercise.ID), whole: r.Access.Controls(r.Exercise.ID)}
	err := r.At(func(s *pages.Moment) error {
		frameAfter(s, a)
		a.questions = wash(s, r.Access.Viewer(r.Exercise.ID))
		if a.whole {
			a.notes = washNotes(s, "")
		}
		for _, u := range s.State.Play().Cast.Units {
			a.units = append(a.units, pages.End{Key: u.Key, Name: s.LongName(u.Key)})
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
	nameAnswers(r, a)
	return a, addHead(r, a)
}

// addHead tells where the log ends.
func addHead(r *pages.Request, a *after) error {
	if !a.whole {
		return nil
	}
	head, err := r.Exercise.Head(r.Context())
	a.head, a.events = head.Chain.String(), head.Seq
	return err
}

func afterForUnit(r *pages.Request) (*after, error) {
	a := &after{unit: r.Unit, answers: r.Acts(), writesNotes: writes(r) && !r.Acts() && r.Access.Evaluates(r.Exercise.ID, r.Unit)}
	err := r.At(func(s *pages.Moment) error {
		frameAfter(s, a)
		a.name = s.UnitName(r.Unit)
		a.questions = wash(s, r.Viewer())
		a.report = a.over && r.Access.ReadsReport(r.Exercise.ID, s.State, r.UnitIndex)
		if a.writesNotes {
			a.notes = washNotes(s, r.Access.Person)
		}
		return nil
	})
	for i := range a.questions {
		q := &a.questions[i]
		for _, x := range q.answers {
			if x.unit == r.Unit {
				q.own = x.text
			}
		}
	}
	nameAnswers(r, a)
	return a, err
}

// writes reports whether forms have a place on the page: not on a past moment.
func writes(r *pages.Request) bool { return !r.URL.Query().Has("at") }

func frameAfter(s *pages.Moment, a *after) {
	a.over = s.State.Phase() == exercise.Over
	a.end = s.State.End().String()
	if a.over {
		a.end = s.State.At().String()
	}
}

// wash are the questions with the answers that stand, as a viewer sees them.
func wash(s *pages.Moment, v exercise.Viewer) []washQuestion {
	type of struct{ unit, question string }
	seen, by := map[of]bool{}, map[string][]washAnswer{}
	for _, e := range s.Events(v, 0, s.All(), isWash) {
		b, ok := e.Body.(*exercise.HotWash)
		if !ok || seen[of{b.Unit, b.Question}] {
			continue // a later answer replaced it
		}
		seen[of{b.Unit, b.Question}] = true
		by[b.Question] = append(by[b.Question], washAnswerOf(s, &e, b.Unit, b.Text))
	}
	var all []washQuestion
	for _, q := range questions() {
		slices.SortFunc(by[q.key], func(a, b washAnswer) int { return place(s, a.unit) - place(s, b.unit) })
		all = append(all, washQuestion{key: q.key, choices: q.choices, answers: by[q.key]})
	}
	return all
}

func washAnswerOf(s *pages.Moment, e *exercise.Event, unit, text string) washAnswer {
	return washAnswer{unit: unit, name: s.LongName(unit), text: text, actor: e.Actor, at: time.UnixMicro(e.Wall).UTC()}
}

// place is where a unit stands in the cast.
func place(s *pages.Moment, unit string) int {
	u, _ := s.State.Play().Cast.Index(unit)
	return u
}

func isWash(e *exercise.Event) bool {
	_, ok := e.Body.(*exercise.HotWash)
	return ok
}

// washNotes are the notes of the hot wash, in their order: all of them for
// EXCON, or those that somebody wrote.
func washNotes(s *pages.Moment, author string) (notes []washAnswer) {
	for _, e := range s.Events(exercise.Viewer{Control: true}, 0, s.All(), func(e *exercise.Event) bool {
		b, ok := e.Body.(*exercise.Note)
		return ok && strings.HasPrefix(b.Re, aboutWash) && (author == "" || e.Actor == author)
	}) {
		if b, ok := e.Body.(*exercise.Note); ok {
			notes = append(notes, washAnswerOf(s, &e, b.Unit, b.Text))
		}
	}
	slices.Reverse(notes)
	return notes
}

// nameAnswers says who wrote what, after the exercise was read.
func nameAnswers(r *pages.Request, a *after) {
	name := func(list []washAnswer) {
		for i := range list {
			list[i].by = actorOf(r, list[i].actor)
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
func answerText(r *pages.Request, q *washQuestion, text string) string {
	if slices.Contains(q.choices, text) {
		return r.T("wash." + q.key + "." + text)
	}
	return text
}

// answerWash keeps what somebody wrote into the form of a unit.
func answerWash(r *pages.Request) error {
	if !r.Acts() {
		return noteAbout(r, r.Unit, "/after/"+r.Unit)
	}
	if !r.IsOver() {
		return &web.UserError{Text: r.T("after.early")}
	}
	a, err := afterForUnit(r)
	if err != nil {
		return err
	}
	for _, q := range a.questions {
		text := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(q.key), "\r\n", "\n"))
		switch {
		case text == q.own:
			continue
		case text == "":
			return &web.UserError{Text: r.T("after.emptied", map[string]any{"Question": r.T("wash." + q.key)})}
		case q.choices != nil && !slices.Contains(q.choices, text):
			return web.ErrForm
		}
		err := r.Do("/"+q.key, r.Unit, exercise.AnswerHotWash{Unit: r.Unit, Question: q.key, Text: text})
		if err != nil {
			return err
		}
	}
	return r.RedirectWith(r.Path("/after/"+r.Unit), "said.washed")
}

// noteWash keeps what EXCON itself says in the hot wash.
func noteWash(r *pages.Request) error { return noteAbout(r, "", "/after") }

// noteAbout writes a note of the hot wash, about a unit or the whole.
func noteAbout(r *pages.Request, unit, back string) error {
	if !r.IsOver() {
		return &web.UserError{Text: r.T("after.early")}
	}
	text := strings.TrimSpace(r.PostFormValue("text"))
	about := r.PostFormValue("about")
	if !slices.ContainsFunc(questions(), func(q washed) bool { return q.key == about && q.choices == nil }) {
		return web.ErrForm
	}
	if err := r.Do("", unit, exercise.AddNote{Unit: unit, Text: text, Re: aboutWash + about}); err != nil {
		return err
	}
	return r.RedirectWith(r.Path(back), "said.noted")
}

// downloadWash gives all answers as a table.
func downloadWash(r *pages.Request) error {
	a, err := afterForExcon(r)
	if err != nil {
		return err
	}
	rows := [][]string{{r.T("after.col.question"), r.T("after.col.unit"), r.T("after.col.answer"), r.T("after.col.by"), r.T("after.col.when")}}
	for i := range a.questions {
		q := &a.questions[i]
		for _, x := range q.answers {
			rows = append(rows, []string{r.T("wash." + q.key), x.name, answerText(r, q, x.text), x.by, x.at.Format(time.RFC3339)})
		}
	}
	return r.SendCSV(fileName(r, "hotwash", "csv"), rows)
}

// any reports whether anything was answered.
func (a *after) any() bool {
	return slices.ContainsFunc(a.questions, func(q washQuestion) bool { return len(q.answers) > 0 })
}

// forms of a report, in the order in which they are offered.
func (a *after) forms() []string { return []string{"html", "pdf", "xlsx", "csv", "json"} }

// wholeReaders are those for whom EXCON may take a report out.
func wholeReaders(r *pages.Request) []string {
	if r.Access.Controls(r.Exercise.ID) {
		return []string{review.ForExcon, review.ForPublic}
	}
	return []string{review.ForPublic}
}
