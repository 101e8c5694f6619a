package pages

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"renkei/internal/exercise"
	xpages "renkei/internal/exercise/pages"
	"renkei/internal/tabletop"
	"renkei/internal/web"
)

// table is what the facilitator sees.
type table struct {
	clock     xpages.ClockView
	steps     tabletop.Agenda
	current   *question
	upcoming  string // title of the question that a step announces
	module    string
	minutes   string // since the module was planned to begin, or until; "" where nothing is planned
	notes     []string
	expected  []string
	units     []unit // with how each took part
	speech    *speech
	boxed     int // papers out of the box that were entered
	ticked    int
	texts     []string // what was written without a name, for the facilitator to quote from
	lasting   bool
	few       bool // fewer people than are needed for answers without names
	directs   bool
	announced int
	planned   int
	lines     []xpages.LogLine // the latest notes
	earlier   int              // commitments of earlier tabletops that can be shown
	recalling bool             // the room is shown them
	joins     *joins
	handed    []handed
	news      []newsItem // what came, the latest first
	coming    []coming   // what is to come
}

func (p *places) showTable(r *xpages.Request) error {
	v := &table{lasting: r.Exercise.AnswersLast(), directs: r.Access.Directs(r.Exercise.ID)}
	earlier, err := p.earlierOf(r)
	if err != nil {
		return err
	}
	v.earlier = len(earlier)
	if v.joins, err = p.joinsOf(r); err != nil {
		return err
	}
	err = r.At(func(s *xpages.Moment) error {
		v.fill(s)
		return nil
	})
	if err == nil {
		err = readNews(r, v.news)
	}
	if err != nil {
		return err
	}
	return show(r, r.T("tabletop.tab.table"), tablePart(r, v))
}

func (v *table) fill(s *xpages.Moment) {
	t := tableOf(s.Request)
	v.clock, v.steps, v.speech, v.planned = s.Clock(""), t.Agenda(s.State), speechOf(s), t.Count()
	_, v.recalling = s.State.Recalled()
	p, ok := tabletop.Current(s.State)
	if ok {
		v.current = questionOf(s, &p)
		v.boxed, v.ticked = p.Boxed, len(p.Paper)
		v.few = p.Status == exercise.PollIsOpen && !p.Attributed && p.People > 0 && p.People < exercise.LeastAnswers
		if p.Kind == exercise.PollText && !p.Attributed && len(p.Shown) > 0 && !p.Sealed() {
			for _, a := range p.Shown[len(p.Shown)-1].Answers {
				v.texts = append(v.texts, a.Text)
			}
		}
	}
	for range s.State.Polls() {
		v.announced++
	}
	v.units = unitsOf(s, &p)
	v.guidance(s, t)
	v.handed, v.news, v.coming = handedOut(s), newsOfRoom(s), comingNews(s)
	for _, e := range s.ExconEvents(0, 6, func(e *exercise.Event) bool { b, note := e.Body.(*exercise.Note); return note && !b.Own }) {
		v.lines = append(v.lines, s.LogLine(&e))
	}
}

// unitsOf are the delegations with how each took part in a question.
func unitsOf(s *xpages.Moment, p *exercise.PollView) []unit {
	all := delegations(s)
	for i := range all {
		u := &all[i]
		n, _ := s.State.Play().Cast.Index(u.key)
		there := s.Presence(n)
		u.online = there.Online
		switch {
		case slices.Contains(p.Paper, u.key):
			u.took = "paper"
		case slices.Contains(p.Bots, u.key):
			u.took = "bot"
		case slices.Contains(p.Took, u.key):
			u.took = "phone"
		}
		u.confirmed = slices.Contains(p.Confirmed, u.key)
	}
	return all
}

// guidance is what the pack tells the facilitator about what is on.
func (v *table) guidance(s *xpages.Moment, t *tabletop.Tabletop) {
	key := v.steps.Poll
	if v.steps.Next == tabletop.ActStart {
		if q, ok := t.Next(s.State); ok {
			key = q.Poll.Key
		}
	}
	q, ok := t.Question(key)
	if !ok {
		return
	}
	if v.steps.Next == tabletop.ActAnnounce || v.steps.Next == tabletop.ActStart {
		v.upcoming = text(s, q.Poll.Title)
	}
	m, ok := t.ModuleOf(key)
	if !ok {
		return
	}
	v.module = text(s, m.Title)
	if v.clock.Running || v.clock.OnHold() {
		v.minutes = strconv.Itoa(int((s.Now() - exercise.At(m.At)) / (60 * exercise.Second)))
	}
	for _, n := range []string{text(s, m.Notes), text(s, q.Notes)} {
		if n != "" {
			v.notes = append(v.notes, n)
		}
	}
	for _, e := range slices.Concat(m.Expected, q.Expected) {
		if e := text(s, e); e != "" && !slices.Contains(v.expected, e) {
			v.expected = append(v.expected, e)
		}
	}
	if q.Poll.Kind == exercise.PollMatrix || q.Poll.Kind == exercise.PollText || q.Poll.Kind == exercise.PollCommitment {
		v.expected = nil // those are what simulated delegations say
	}
}

func tablePath(r *xpages.Request) string { return r.Path("/table") }

// takeStep takes a step of the facilitator.
func (p *places) takeStep(r *xpages.Request) error {
	poll := r.PostFormValue("poll")
	act := tabletop.Act(r.PostFormValue("step"))
	do, err := actionOf(r, act, poll)
	if err == nil {
		err = r.Control(do)
	}
	if err != nil {
		return r.Redisplay(err, "step-"+string(act), tablePath(r), p.showTable)
	}
	return r.RedirectWith(tablePath(r), "tabletop.said."+string(act))
}

func actionOf(r *xpages.Request, act tabletop.Act, poll string) (exercise.Action, error) {
	switch act {
	case tabletop.ActAnnounce:
		q, ok := tableOf(r).Question(poll)
		if !ok {
			return nil, web.ErrForm
		}
		return exercise.AnnouncePoll{Poll: q.Poll}, nil
	case tabletop.ActOpen, tabletop.ActAgain:
		return exercise.OpenPoll{Poll: poll}, nil
	case tabletop.ActClose:
		return exercise.ClosePoll{Poll: poll}, nil
	case tabletop.ActReopen:
		return exercise.ReopenPoll{Poll: poll}, nil
	case tabletop.ActReveal:
		return exercise.RevealPoll{Poll: poll}, nil
	case tabletop.ActDiscuss:
		return exercise.DiscussPoll{Poll: poll}, nil
	case tabletop.ActEnd:
		return exercise.EndPoll{Poll: poll}, nil
	case tabletop.ActVoid:
		return exercise.VoidPoll{Poll: poll}, nil
	}
	return nil, web.ErrForm
}

// steerFloor gives and ends the floor, and keeps the queue for those who raise a
// hand in the room.
func (p *places) steerFloor(r *xpages.Request) error {
	var do exercise.Action
	unit := r.PostFormValue("unit")
	said := "tabletop.said.floor"
	switch r.PostFormValue("do") {
	case "give":
		minutes, err := r.OneOf("minutes", speeches())
		if err != nil {
			return err
		}
		poll := ""
		_ = r.At(func(s *xpages.Moment) error { // it cannot fail
			if v, ok := tabletop.Current(s.State); ok {
				poll = v.Key
			}
			return nil
		})
		do = exercise.GiveFloor{Unit: unit, Poll: poll, For: exercise.Time(minutes) * 60 * exercise.Second}
	case "end":
		do, said = exercise.EndFloor{}, "tabletop.said.floor_ended"
	case "in":
		do, said = exercise.AskFloor{Unit: unit}, "tabletop.said.in_queue"
	case "out":
		do, said = exercise.AskFloor{Unit: unit, Withdraw: true}, "tabletop.said.out_of_queue"
	default:
		return web.ErrForm
	}
	if err := r.Control(do); err != nil {
		return r.Redisplay(err, "floor-form", tablePath(r), p.showTable)
	}
	return r.RedirectWith(tablePath(r), said)
}

// speeches are how many minutes a delegation may be given.
func speeches() []int { return []int{1, 2, 3, 5, 10} }

// quote shows the room free texts, as they are or in other words.
func (p *places) quote(r *xpages.Request) error {
	var texts []string
	for i, t := range r.PostForm["text"] {
		if t = strings.TrimSpace(t); t != "" && slices.Contains(r.PostForm["show"], strconv.Itoa(i)) {
			texts = append(texts, t)
		}
	}
	if len(texts) == 0 {
		return r.Redisplay(&web.UserError{Text: r.T("tabletop.quote_none")}, "quote", tablePath(r), p.showTable)
	}
	if err := r.Control(exercise.QuotePoll{Poll: r.PostFormValue("poll"), Texts: texts}); err != nil {
		return r.Redisplay(err, "quote", tablePath(r), p.showTable)
	}
	return r.RedirectWith(tablePath(r), "tabletop.said.quoted")
}

// tickPaper notes that a delegation has put its answer into the box.
func (p *places) tickPaper(r *xpages.Request) error {
	if err := r.Control(exercise.TickPaper{Poll: r.PostFormValue("poll"), Unit: r.PostFormValue("unit")}); err != nil {
		return r.Redisplay(err, "tick", tablePath(r), p.showTable)
	}
	return r.RedirectWith(tablePath(r), "tabletop.said.ticked")
}

// paper is the form by which an answer on paper is entered.
type paper struct {
	q     *question
	units []unit // that may be entered; none for the box
	left  int    // papers of the box that are not entered
}

func showPaper(r *xpages.Request) error {
	v := &paper{}
	found := false
	err := r.At(func(s *xpages.Moment) error {
		p, ok := s.State.PollByKey(r.PathValue("poll"))
		if !ok || !p.Sealed() {
			return nil
		}
		found = true
		v.q, v.left = questionOf(s, &p), len(p.Paper)-p.Boxed
		if p.Attributed {
			v.units = unitsOf(s, &p)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !found {
		return r.Back(tablePath(r))
	}
	return r.Show(r.Status(), paperPage(r, v))
}

// enterPaper enters an answer on paper: for its delegation where the question is
// attributed, out of the box where it is not.
func enterPaper(r *xpages.Request) error {
	path := r.Path("/paper/" + web.EscapePath(r.PathValue("poll")))
	a, key, err := readAnswer(r)
	if err == nil {
		var do exercise.Action = exercise.EnterPaper{Poll: key, Answer: a}
		if unit := r.PostFormValue("unit"); unit != "" {
			do = exercise.AnswerPoll{Poll: key, Unit: unit, Answer: a}
		}
		err = r.Control(do)
	}
	if err != nil {
		return r.Redisplay(err, "paper", path, showPaper)
	}
	return r.RedirectWith(tablePath(r), "tabletop.said.paper")
}

// silent are the delegations that have not answered.
func (v *table) silent() (names []string) {
	for _, u := range v.units {
		if u.took == "" {
			names = append(names, u.name)
		}
	}
	return names
}

// first is the delegation to which the key gives the floor; "" for none.
func (v *speech) first() string {
	if len(v.queue) == 0 {
		return ""
	}
	return v.queue[0].key
}

// mostSpoken are the delegations, those first that have spoken longest.
func (v *speech) mostSpoken() []unit {
	all := slices.Clone(v.spoken)
	slices.SortStableFunc(all, func(a, b unit) int { return cmp.Compare(b.spoken, a.spoken) })
	return all
}

// actKey is the key of a step beside the next one.
func actKey(a tabletop.Act) string {
	switch a {
	case tabletop.ActAgain:
		return "a"
	case tabletop.ActReopen:
		return "r"
	case tabletop.ActEnd:
		return "x"
	}
	return "o"
}
