package pages

import (
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	xpages "renkei/internal/exercise/pages"
	"renkei/internal/tabletop"
	"renkei/internal/web"
)

// projector is what the room sees.
type projector struct {
	clock       xpages.ClockView
	at          clockData
	title       string
	join        string // address at which delegations come in; "" where it is not known
	host, code  string // the same, as people read it
	open        string // code with which everybody may join; "" while that is locked
	brief       *brief
	current     *question
	speech      *speech
	news        *newsItem // that fills the screen
	flash       *newsItem // that stands above the question
	commitments *picture  // once play is over
	recalled    *picture  // what became of earlier ones, while the room is shown it
}

// clockData lets the script count deadlines down.
type clockData struct {
	at, wall int64
	factor   float64
}

func (p *places) showProjector(r *xpages.Request) error {
	v := &projector{title: r.TitleOf(r.Exercise)}
	if base, err := r.Base(); err == nil {
		v.join = base + "/t/" + code(r.Exercise.ID)
		_, v.host, _ = strings.Cut(base, "://")
		v.code = "/t/" + code(r.Exercise.ID)
	}
	open, is, err := p.joining.Of(r.Context(), r.Exercise.ID)
	if err != nil {
		return err
	}
	if is && v.join != "" {
		base, _, _ := strings.Cut(v.join, "/t/")
		v.join, v.code, v.open = base+"/join/"+open.Code, "/join", open.Spaced()
	}
	err = r.At(func(s *xpages.Moment) error {
		v.fill(s)
		return nil
	})
	for _, n := range []*newsItem{v.news, v.flash} {
		if err == nil && n != nil {
			err = n.read(r)
		}
	}
	if err != nil {
		return err
	}
	if r.IsPart() {
		return sendPart(r, projectorPart(r, v))
	}
	return r.Show(r.Status(), projectorPage(r, v))
}

// code is the part of an exercise's id that can be read aloud and typed.
func code(exercise string) string { return exercise[strings.LastIndex(exercise, "-")+1:] }

// followCode leads who takes part to their place, by the code on the projector.
// To somebody else it says nothing.
func followCode(r *xpages.Request) error {
	for _, g := range r.Access.Grants {
		if g.Area == access.Area && code(g.Object) == strings.ToLower(r.PathValue("code")) {
			return r.Back(xpages.ExercisePath(g.Object))
		}
	}
	return web.ErrNotFound
}

func (v *projector) fill(s *xpages.Moment) {
	v.clock = s.Clock("")
	v.at = clockData{at: int64(s.Now()), wall: wallMillis()}
	if v.clock.Running {
		v.at.factor = s.State.Speed()
	}
	t := tableOf(s.Request)
	p, ok := tabletop.Current(s.State)
	over := s.State.Phase() == exercise.Over
	if ok && (!over || p.Status != exercise.PollIsEnded) {
		v.current, v.speech = questionOf(s, &p), speechOf(s)
		v.current.forRoom()
	}
	if q, more := t.Next(s.State); more && s.State.Phase() != exercise.Preparing && !over && (!ok || p.Status == exercise.PollIsEnded) {
		// A module begins with its brief; the result of the question before stays
		// until then within a module.
		if m, known := t.ModuleOf(q.Poll.Key); known && m.Questions[0] == q {
			v.brief, v.current = briefOf(s, m), nil
		}
	}
	if !over {
		v.withNews(s, ok && p.Status != exercise.PollIsEnded)
	}
	if items, on := s.State.Recalled(); on && !over {
		v.recalled = recalledOf(s, items)
	}
	if over {
		v.commitments = commitmentsOf(s)
	}
}

// withNews adds what came to every delegation: above a question that is on, and
// else in the room's sight until the facilitator's next step.
func (v *projector) withNews(s *xpages.Moment, asking bool) {
	step, announced := lastStep(s)
	if asking {
		v.flash = roomNews(s, announced)
	} else {
		v.news = roomNews(s, step)
	}
}

// commitmentsOf are what delegations have committed themselves to.
func commitmentsOf(s *xpages.Moment) *picture {
	t := s.Request.T
	p := &picture{kind: exercise.PollCommitment, columns: []string{t("tabletop.what"), t("tabletop.by"), t("tabletop.who")}}
	var rows []row
	for _, c := range s.State.Commitments() {
		rows = append(rows, row{s.UnitName(c.Unit), []string{c.What, c.By, c.Who}})
	}
	p.rows, p.moreRows, p.dense = fitRows(rows, p.columns)
	return p
}
