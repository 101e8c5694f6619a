package web

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// steer gives a command of EXCON, and goes back to the page with the form.
func (r *request) steer(action exercise.Action, said string) error {
	if err := r.control(action); err != nil {
		return err
	}
	return r.done(r.formPage(), said)
}

// formPage is the page of EXCON on which a form stood; the board for any other.
func (r *request) formPage() string {
	if back := local(r.PostFormValue("back")); strings.HasPrefix(back, r.path("/")) {
		return back
	}
	return r.path("/board")
}

// setClock starts and ends play, and tells all units so.
func setClock(r *request) error {
	switch r.PostFormValue("do") {
	case "start":
		if r.waits() > 0 && r.PostFormValue("sure") == "" {
			return &problem{r.t("steer.not_ready", i18n.Args{"N": r.waits()})}
		}
		return r.announce(exercise.Start{Speed: 1}, "said.started")
	case "end":
		if r.PostFormValue("sure") == "" {
			return &problem{r.t("steer.say_sure")}
		}
		return r.announce(exercise.End{}, "said.ended")
	}
	return errForm
}

// waits counts the units that have not answered the call before STARTEX.
func (r *request) waits() (n int) {
	_ = r.look(func(s *scene) error { // it cannot fail
		_, n = s.calls()
		return nil
	})
	return n
}

// announce gives a command and tells all units what the director wrote to it.
func (r *request) announce(action exercise.Action, said string) error {
	if err := r.control(action); err != nil {
		return err
	}
	text := strings.TrimSpace(r.PostFormValue("text"))
	if text == "" {
		return r.done(r.formPage(), said)
	}
	say := exercise.Send{From: exercise.EndExcon, Ends: r.everybody(scenario.AudAll), Text: text, TLP: scenario.TLPGreen}
	err := r.doAs(r.PostFormValue("key")+"/say", r.access.Actor(r.hall.ID, ""), say)
	var refused *exercise.Refusal
	if errors.As(err, &refused) {
		said = "said.untold" // the clock has moved all the same
	} else if err != nil {
		return err
	}
	return r.done(r.formPage(), said)
}

// everybody are the ends that reach all units, or all teams. Teams are reached
// in the liaison room, so that all of them know that all of them know.
func (r *request) everybody(audience string) []string {
	ends := []string{exercise.EndLiaison}
	if audience == scenario.AudTeams {
		return ends
	}
	_ = r.look(func(s *scene) error { // it cannot fail
		for _, u := range s.exconUnits() {
			if !u.team {
				ends = append(ends, exercise.ToUnit(u.key))
			}
		}
		return nil
	})
	return ends
}

func pauseOrResume(r *request) error {
	switch r.PostFormValue("do") {
	case "pause":
		reason := strings.TrimSpace(r.PostFormValue("reason"))
		if len(reason) > maxReason {
			return &problem{r.t("steer.long_reason")}
		}
		return r.steer(exercise.Pause{Reason: reason}, "said.paused")
	case "resume":
		return r.steer(exercise.Resume{}, "said.resumed")
	}
	return errForm
}

// maxReason is the longest reason that a form takes, in bytes.
const maxReason = 1000

func setSpeed(r *request) error {
	speed, err := strconv.ParseFloat(r.PostFormValue("speed"), 64)
	if err != nil || !slices.Contains(speeds(), speed) {
		return errForm
	}
	return r.steer(exercise.SetSpeed{Speed: speed}, "said.speed")
}

// stopReal stops play because of something that is not part of it.
func stopReal(r *request) error {
	return r.steer(exercise.StopReal{Text: strings.TrimSpace(r.PostFormValue("text"))}, "said.stopped")
}

// broadcast sends a message of EXCON to all units, to all teams, or to one
// unit.
func broadcast(r *request) error {
	tlp, err := r.readTLP()
	if err != nil {
		return err
	}
	to := r.PostFormValue("to")
	ends := []string{exercise.ToUnit(to)}
	if to == scenario.AudAll || to == scenario.AudTeams {
		ends = r.everybody(to)
	}
	return r.steer(exercise.Send{From: exercise.EndExcon, Ends: ends, Text: strings.TrimSpace(r.PostFormValue("text")), TLP: tlp}, "said.sent")
}

// addNote writes an observation down, about a unit or about none.
func addNote(r *request) error {
	re := r.PostFormValue("re")
	if re != "" && !r.isEvent(re) {
		return errForm
	}
	err := r.control(exercise.AddNote{Unit: r.PostFormValue("unit"), Text: strings.TrimSpace(r.PostFormValue("text")), Re: re})
	if err != nil {
		return err
	}
	return r.done(r.formPage(), "said.noted")
}

// isEvent reports whether a word names an event: "#" and its seq.
func (r *request) isEvent(word string) (is bool) {
	seq, err := strconv.ParseUint(strings.TrimPrefix(word, "#"), 10, 63)
	if err != nil || !strings.HasPrefix(word, "#") {
		return false
	}
	_ = r.look(func(s *scene) error { // it cannot fail
		_, is = s.Event(r.access.Viewer(r.hall.ID), seq)
		return nil
	})
	return is
}

// setStandIn puts simulated teams in the place of a unit, or of all, or takes
// them away.
func setStandIn(r *request) error {
	bot := r.PostFormValue("bot") == "yes"
	unit := r.PostFormValue("unit")
	if unit != scenario.AudAll {
		if err := r.control(exercise.SetStandIn{Unit: unit, Bot: bot}); err != nil {
			return err
		}
		return r.done(r.formPage(), "said.stand_in")
	}
	key := r.PostFormValue("key")
	if key == "" || len(key) > 100 {
		return errForm
	}
	for _, k := range r.unitsWithBot(!bot) {
		if err := r.doAs(key+"/"+k, r.access.Actor(r.hall.ID, ""), exercise.SetStandIn{Unit: k, Bot: bot}); err != nil {
			return err
		}
	}
	return r.done(r.formPage(), "said.stand_in")
}

// unitsWithBot are the units in whose place a simulated team stands, or none.
func (r *request) unitsWithBot(bot bool) (keys []string) {
	_ = r.look(func(s *scene) error { // it cannot fail
		for u, unit := range s.st.Play().Cast.Units {
			if s.st.Unit(u).Bot == bot {
				keys = append(keys, unit.Key)
			}
		}
		return nil
	})
	return keys
}

// heldFor is how far ahead a REAL stop names what it holds back.
const heldFor = 15 * 60 * exercise.Second

// held is what would go out soon if play went on: injects by their time, and
// answers of personas that are sent by themselves.
func (s *scene) held() (items []heldItem) {
	type next struct {
		due   exercise.Time
		units int
	}
	until := s.now() + heldFor
	for i := range s.st.InjectCount() {
		n := next{due: exercise.Never}
		for u := range s.st.Play().Cast.Units {
			if v, ok := s.st.Inject(i, u); ok && v.Status == exercise.InjectWaiting && !v.Held && v.Due <= until {
				n.due, n.units = min(n.due, v.Due), n.units+1
			}
		}
		if n.units > 0 {
			items = append(items, heldItem{s.injectName(s.st.InjectKey(i)), n.due.String(), n.units})
		}
	}
	for v := range s.st.Replies() {
		if v.Due <= until {
			what := s.r.t("steer.reply_of", i18n.Args{"Persona": s.personaName(v.Persona), "Unit": s.fullName(v.Unit)})
			items = append(items, heldItem{what, v.Due.String(), 1})
		}
	}
	slices.SortStableFunc(items, func(a, b heldItem) int { return cmp.Compare(a.due, b.due) })
	return items
}

// wallNow is the wall time of a command, in unix microseconds.
func wallNow() int64 { return time.Now().UnixMicro() }
