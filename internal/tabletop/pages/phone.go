package pages

import (
	"slices"
	"strconv"

	"renkei/internal/exercise"
	xpages "renkei/internal/exercise/pages"
	"renkei/internal/web"
)

// phone is what a delegation sees.
type phone struct {
	clock       xpages.ClockView
	hold        string
	title       string // of the exercise
	current     *question
	news        []newsItem           // what the delegation was given, the latest first
	flash       *newsItem            // what came since the question was announced
	own         *exercise.PollAnswer // what the delegation has answered to what is open; nil for nothing
	took        bool
	onPaper     bool
	confirmed   bool
	speech      *speech
	speaks      bool
	place       int                  // in the queue; 0: not in it
	offer       *exercise.PollAnswer // what it promised in its answer and has not accepted yet
	offerPoll   string
	earlier     []*question
	commitments []*exercise.CommitmentMade
	prefilled   *exercise.PollAnswer // what the handbook says, where nothing was answered yet
	handovers   []handover
	handed      []handed
	confirms    bool                          // the reader may confirm answers of the delegation
	before      []exercise.RecalledCommitment // its own of earlier tabletops, as the room saw them
}

func (p *places) showPhone(r *xpages.Request) error {
	v, err := phoneOf(r)
	if err == nil {
		v.confirms, err = p.mayConfirm(r)
	}
	if err == nil {
		err = p.withHandbook(r, v)
	}
	if err != nil {
		return err
	}
	return show(r, r.UnitName(r.Exercise, r.Unit), phonePart(r, v))
}

func phoneOf(r *xpages.Request) (*phone, error) {
	v := &phone{}
	err := r.At(func(s *xpages.Moment) error {
		v.fill(s)
		return nil
	})
	if err == nil {
		err = readNews(r, v.news)
	}
	if err != nil || v.current == nil || v.current.status != exercise.PollIsOpen {
		return v, err
	}
	if a, ok := r.Exercise.Answer(v.current.poll.Key, v.current.round, r.Unit); ok {
		v.own = &a
	}
	return v, nil
}

func (v *phone) fill(s *xpages.Moment) {
	r := s.Request
	v.clock, v.hold, v.title = s.Clock(s.Zone()), s.Hold(), s.Title()
	v.speech = speechOf(s)
	v.speaks = v.speech.key == r.Unit
	v.place = 1 + slices.IndexFunc(v.speech.queue, func(u unit) bool { return u.key == r.Unit })
	for p := range s.State.Polls() {
		if v.current != nil {
			v.earlier = append(v.earlier, v.current)
		}
		v.current = questionOf(s, &p)
		mine := slices.Contains(p.Took, r.Unit) && !slices.Contains(p.Bots, r.Unit)
		v.took, v.onPaper, v.confirmed = mine, slices.Contains(p.Paper, r.Unit), slices.Contains(p.Confirmed, r.Unit)
		if a := promised(&p, r.Unit); a != nil {
			v.offer, v.offerPoll = a, p.Key
		}
	}
	slices.Reverse(v.earlier)
	v.news = newsOfUnit(s)
	if _, announced := lastStep(s); len(v.news) > 0 && v.news[0].seq > announced && !v.news[0].withdrawn {
		v.flash = &v.news[0]
	}
	v.handed = handedOut(s)
	v.before, _ = s.State.Recalled()
	v.before = slices.DeleteFunc(v.before, func(c exercise.RecalledCommitment) bool { return c.Unit != r.Unit })
	for _, c := range s.State.Commitments() {
		if c.Unit == r.Unit {
			v.commitments = append(v.commitments, c)
			if v.offer != nil && c.What == v.offer.Text {
				v.offer = nil
			}
		}
	}
}

// promised is what a delegation promised in its answer to a question that was
// revealed.
func promised(p *exercise.PollView, unit string) *exercise.PollAnswer {
	if p.Kind != exercise.PollCommitment || len(p.Shown) == 0 {
		return nil
	}
	for _, a := range p.Shown[len(p.Shown)-1].Answers {
		if a.Unit == unit {
			return &a
		}
	}
	return nil
}

// answer takes the answer of a delegation to the question that is open.
func (p *places) answer(r *xpages.Request) error {
	a, key, err := readAnswer(r)
	if err == nil {
		err = r.Act(exercise.AnswerPoll{Poll: key, Unit: r.Unit, Answer: a})
	}
	if err != nil {
		return r.Redisplay(err, "answer", phonePath(r), p.showPhone)
	}
	return r.RedirectWith(phonePath(r), "tabletop.said.answered")
}

func phonePath(r *xpages.Request) string { return r.Path("/phone/" + r.Unit) }

// readAnswer reads an answer out of a form, by the type of its question.
func readAnswer(r *xpages.Request) (a exercise.PollAnswer, key string, err error) {
	key = r.PostFormValue("poll")
	var v exercise.PollView
	known := false
	_ = r.At(func(s *xpages.Moment) error { // it cannot fail
		v, known = s.State.PollByKey(key)
		return nil
	})
	if !known {
		return a, key, web.ErrForm
	}
	if round := r.PostFormValue("round"); round != strconv.Itoa(v.Round) {
		return a, key, &web.UserError{Text: r.T("tabletop.round_over")}
	}
	switch v.Kind {
	case exercise.PollChoice, exercise.PollSeveral:
		a.Chosen = r.PostForm["chosen"]
	case exercise.PollRanking:
		a.Chosen, err = ranked(r, v.Options)
	case exercise.PollScale:
		if n, bad := strconv.Atoi(r.PostFormValue("scale")); bad == nil {
			a.Scale = &n
		}
		a.Confidence, _ = strconv.Atoi(r.PostFormValue("sure")) // 0 is refused
	case exercise.PollPoints:
		a.Points, err = pointsOf(r, v.Options)
	case exercise.PollMatrix:
		a.Row = map[string]string{}
		for _, o := range v.Options {
			a.Row[o.Key] = r.PostFormValue("row-" + o.Key)
		}
	case exercise.PollText:
		a.Text = r.PostFormValue("text")
	case exercise.PollCommitment:
		a.Text, a.By, a.Who = r.PostFormValue("text"), r.PostFormValue("by"), r.PostFormValue("who")
	}
	return a, key, err
}

// ranked reads places: every option needs one of its own.
func ranked(r *xpages.Request, options []exercise.PollOption) ([]string, error) {
	all := make([]string, len(options))
	for _, o := range options {
		place, err := strconv.Atoi(r.PostFormValue("place-" + o.Key))
		if err != nil || place < 1 || place > len(options) || all[place-1] != "" {
			return nil, &web.UserError{Text: r.T("tabletop.each_place")}
		}
		all[place-1] = o.Key
	}
	return all, nil
}

func pointsOf(r *xpages.Request, options []exercise.PollOption) (map[string]int, error) {
	points := map[string]int{}
	for _, o := range options {
		typed := r.PostFormValue("points-" + o.Key)
		if typed == "" {
			continue
		}
		n, err := strconv.Atoi(typed)
		if err != nil {
			return nil, &web.UserError{Text: r.T("tabletop.whole_points")}
		}
		points[o.Key] = n
	}
	return points, nil
}

// confirm says for the head of the delegation that the answer stands.
func (p *places) confirm(r *xpages.Request) error {
	taken := r.PostFormValue("do") == "back"
	may, err := p.mayConfirm(r)
	if err != nil {
		return err
	}
	if !may {
		return r.Redisplay(&web.UserError{Text: r.T("tabletop.head_confirms")}, "confirm", phonePath(r), p.showPhone)
	}
	err = r.Act(exercise.ConfirmPoll{Poll: r.PostFormValue("poll"), Unit: r.Unit, Withdraw: taken})
	if err != nil {
		return r.Redisplay(err, "confirm", phonePath(r), p.showPhone)
	}
	if taken {
		return r.RedirectWith(phonePath(r), "tabletop.said.unconfirmed")
	}
	return r.RedirectWith(phonePath(r), "tabletop.said.confirmed")
}

// askFloor puts the delegation into the queue, or takes it out.
func (p *places) askFloor(r *xpages.Request) error {
	out := r.PostFormValue("do") == "out"
	if err := r.Act(exercise.AskFloor{Unit: r.Unit, Withdraw: out}); err != nil {
		return r.Redisplay(err, "speak", phonePath(r), p.showPhone)
	}
	if out {
		return r.RedirectWith(phonePath(r), "tabletop.said.out_of_queue")
	}
	return r.RedirectWith(phonePath(r), "tabletop.said.in_queue")
}

// commit accepts what the delegation promised in its answer.
func (p *places) commit(r *xpages.Request) error {
	do := exercise.MakeCommitment{
		Unit: r.Unit, Poll: r.PostFormValue("poll"), What: r.PostFormValue("what"), By: r.PostFormValue("by"), Who: r.PostFormValue("who"),
	}
	if err := r.Act(do); err != nil {
		return r.Redisplay(err, "commit", phonePath(r), p.showPhone)
	}
	return r.RedirectWith(phonePath(r), "tabletop.said.committed")
}

// chosenIn reports whether an option is chosen in an answer.
func chosenIn(a *exercise.PollAnswer, key string) bool {
	return a != nil && slices.Contains(a.Chosen, key)
}

// placeIn is the place of an option in an answer; "" for none.
func placeIn(a *exercise.PollAnswer, key string) string {
	if a == nil || !slices.Contains(a.Chosen, key) {
		return ""
	}
	return strconv.Itoa(1 + slices.Index(a.Chosen, key))
}

func pointsIn(a *exercise.PollAnswer, key string) string {
	if a == nil || a.Points[key] == 0 {
		return ""
	}
	return strconv.Itoa(a.Points[key])
}

func scaleIn(a *exercise.PollAnswer) string {
	if a == nil || a.Scale == nil {
		return ""
	}
	return strconv.Itoa(*a.Scale)
}

func sureIn(a *exercise.PollAnswer) string {
	if a == nil || a.Confidence == 0 {
		return ""
	}
	return strconv.Itoa(a.Confidence)
}

// or is an answer, or an empty one.
func or(a *exercise.PollAnswer) *exercise.PollAnswer {
	if a == nil {
		return &exercise.PollAnswer{}
	}
	return a
}

// fieldID is the id of an input of a form.
func fieldID(form, name, key string) string { return xpages.Anchor(form+"-"+name, key) }

// values are those of a scale.
func (q *question) values() (all []string) {
	for n := q.poll.Low; n <= q.poll.High; n++ {
		all = append(all, strconv.Itoa(n))
	}
	return all
}

// places are those of a ranking.
func (q *question) places() (all []string) {
	for i := range q.options {
		all = append(all, strconv.Itoa(i+1))
	}
	return all
}

// wide is a scale of so many values that they are typed.
func (q *question) wide() bool { return q.poll.High-q.poll.Low > 12 }
