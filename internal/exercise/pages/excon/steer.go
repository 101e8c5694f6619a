package excon

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// steer gives a command of EXCON, and goes back to the page with the form.
func steer(r *pages.Request, action exercise.Action, said string) error {
	if err := r.Control(action); err != nil {
		return err
	}
	return r.RedirectWith(formPage(r), said)
}

// formPage is the page of EXCON on which a form stood; the board for any other.
func formPage(r *pages.Request) string {
	if back := web.Local(r.PostFormValue("back")); strings.HasPrefix(back, r.Path("/")) {
		return back
	}
	return r.Path("/board")
}

// setClock starts and ends play, and tells all units so.
func setClock(r *pages.Request) error {
	switch r.PostFormValue("do") {
	case "start":
		if waits(r) > 0 && r.PostFormValue("sure") == "" {
			return &web.UserError{Text: r.T("steer.not_ready", i18n.Args{"N": waits(r)})}
		}
		return announce(r, exercise.Start{Speed: 1}, "said.started")
	case "end":
		if r.PostFormValue("sure") == "" {
			return &web.UserError{Text: r.T("steer.say_sure")}
		}
		return announce(r, exercise.End{}, "said.ended")
	}
	return web.ErrForm
}

// waits counts the units that have not answered the call before STARTEX.
func waits(r *pages.Request) (n int) {
	_ = r.At(func(s *pages.Moment) error { // it cannot fail
		_, n = calls(s)
		return nil
	})
	return n
}

// announce gives a command and tells all units what the director wrote to it.
func announce(r *pages.Request, action exercise.Action, said string) error {
	if err := r.Control(action); err != nil {
		return err
	}
	text := strings.TrimSpace(r.PostFormValue("text"))
	if text == "" {
		return r.RedirectWith(formPage(r), said)
	}
	say := exercise.Send{From: exercise.EndExcon, Ends: everybody(r, scenario.AudAll), Text: text, TLP: scenario.TLPGreen}
	err := r.Do("/say", "", say)
	var refused *exercise.Refusal
	if errors.As(err, &refused) {
		said = "said.untold" // the clock has moved all the same
	} else if err != nil {
		return err
	}
	return r.RedirectWith(formPage(r), said)
}

// everybody are the ends that reach all units, or all teams. Teams are reached
// in the liaison room, so that all of them know that all of them know.
func everybody(r *pages.Request, audience string) []string {
	ends := []string{exercise.EndLiaison}
	if audience == scenario.AudTeams {
		return ends
	}
	_ = r.At(func(s *pages.Moment) error { // it cannot fail
		for _, u := range s.ExconUnits() {
			if !u.Team {
				ends = append(ends, exercise.ToUnit(u.Key))
			}
		}
		return nil
	})
	return ends
}

func pauseOrResume(r *pages.Request) error {
	switch r.PostFormValue("do") {
	case "pause":
		reason := strings.TrimSpace(r.PostFormValue("reason"))
		if len(reason) > maxReason {
			return &web.UserError{Text: r.T("steer.long_reason")}
		}
		until, err := backAt(r, time.Now())
		if err != nil {
			return err
		}
		return steer(r, exercise.Pause{Reason: reason, Until: until, Ask: r.PostFormValue("back_how") == "ask"}, "said.paused")
	case "resume":
		return steer(r, exercise.Resume{}, "said.resumed")
	}
	return web.ErrForm
}

// backAt reads when a pause is to end, as wall time in unix microseconds: so
// much from now on, or the next time at which it is that late in UTC; 0 where
// nothing is said.
func backAt(r *pages.Request, now time.Time) (int64, error) {
	text := strings.TrimSpace(r.PostFormValue("back_at"))
	if text == "" {
		return 0, nil
	}
	if further, relative := strings.CutPrefix(text, "+"); relative {
		span, err := time.ParseDuration(further)
		if err == nil && span > 0 {
			return now.Add(span).UnixMicro(), nil
		}
	}
	at, err := time.Parse("15:04", strings.TrimSpace(strings.TrimSuffix(strings.ToUpper(text), "UTC")))
	if err != nil {
		return 0, &web.UserError{Text: r.T("steer.bad_back")}
	}
	now = now.UTC()
	until := time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, time.UTC)
	if !until.After(now) {
		until = until.AddDate(0, 0, 1)
	}
	return until.UnixMicro(), nil
}

// maxReason is the longest reason that a form takes, in bytes.
const maxReason = 1000

func setSpeed(r *pages.Request) error {
	speed, err := strconv.ParseFloat(r.PostFormValue("speed"), 64)
	if err != nil || !slices.Contains(speeds(), speed) {
		return web.ErrForm
	}
	return steer(r, exercise.SetSpeed{Speed: speed}, "said.speed")
}

// stopReal stops play because of something that is not part of it.
func stopReal(r *pages.Request) error {
	return steer(r, exercise.StopReal{Text: strings.TrimSpace(r.PostFormValue("text"))}, "said.stopped")
}

// seeReal tells a unit that EXCON has seen what it reported.
func seeReal(r *pages.Request) error {
	seq, err := strconv.ParseUint(r.PostFormValue("report"), 10, 64)
	if err != nil {
		return web.ErrForm
	}
	return steer(r, exercise.SeeReal{Report: seq}, "said.real_seen")
}

// broadcast sends a message of EXCON to all units, to all teams, or to one
// unit.
func broadcast(r *pages.Request) error {
	tlp, err := r.ReadTLP()
	if err != nil {
		return err
	}
	to := r.PostFormValue("to")
	ends := []string{exercise.ToUnit(to)}
	if to == scenario.AudAll || to == scenario.AudTeams {
		ends = everybody(r, to)
	}
	return steer(r, exercise.Send{From: exercise.EndExcon, Ends: ends, Text: strings.TrimSpace(r.PostFormValue("text")), TLP: tlp}, "said.sent")
}

// addNote writes an observation down, about a unit or about none.
func addNote(r *pages.Request) error {
	re := r.PostFormValue("re")
	if re != "" && !isEvent(r, re) {
		return web.ErrForm
	}
	err := r.Control(exercise.AddNote{Unit: r.PostFormValue("unit"), Text: strings.TrimSpace(r.PostFormValue("text")), Re: re})
	if err != nil {
		return err
	}
	return r.RedirectWith(formPage(r), "said.noted")
}

// isEvent reports whether a word names an event: "#" and its seq.
func isEvent(r *pages.Request, word string) (is bool) {
	seq, err := strconv.ParseUint(strings.TrimPrefix(word, "#"), 10, 63)
	if err != nil || !strings.HasPrefix(word, "#") {
		return false
	}
	_ = r.At(func(s *pages.Moment) error { // it cannot fail
		_, is = s.Event(r.Access.Viewer(r.Exercise.ID), seq)
		return nil
	})
	return is
}

// setStandIn puts simulated teams in the place of a unit, or of all, or takes
// them away.
func setStandIn(r *pages.Request) error {
	bot := r.PostFormValue("bot") == "yes"
	unit := r.PostFormValue("unit")
	if unit != scenario.AudAll {
		if err := r.Control(exercise.SetStandIn{Unit: unit, Bot: bot}); err != nil {
			return err
		}
		return r.RedirectText(formPage(r), standInSaid(r, bot, unit))
	}
	n := 0
	for _, k := range unitsWithBot(r, !bot) {
		err := r.Do("/"+k, "", exercise.SetStandIn{Unit: k, Bot: bot})
		if refused := (*exercise.Refusal)(nil); errors.As(err, &refused) && refused.Code == exercise.AlreadyPlayed {
			continue // somebody has come, or gone, meanwhile
		}
		if err != nil {
			return err
		}
		n++
	}
	return r.RedirectText(formPage(r), r.T("said.stand_in_all", i18n.Args{"N": n, "Bot": bot}))
}

// standInSaid is what a form did that gave a unit to a simulated team or back.
func standInSaid(r *pages.Request, bot bool, unit string) (text string) {
	_ = r.At(func(s *pages.Moment) error { // it cannot fail
		text = r.T("said.stand_in", i18n.Args{"Unit": s.FullName(unit), "Bot": bot})
		return nil
	})
	return text
}

// unitsWithBot are the units in whose place a simulated team stands, or none.
func unitsWithBot(r *pages.Request, bot bool) (keys []string) {
	_ = r.At(func(s *pages.Moment) error { // it cannot fail
		for u, unit := range s.State.Play().Cast.Units {
			if s.State.Unit(u).Bot == bot {
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
func held(s *pages.Moment) (items []heldItem) {
	type next struct {
		due   exercise.Time
		units int
	}
	until := s.Now() + heldFor
	for i := range s.State.InjectCount() {
		n := next{due: exercise.Never}
		for u := range s.State.Play().Cast.Units {
			if v, ok := s.State.Inject(i, u); ok && v.Status == exercise.InjectWaiting && !v.Held && v.Due <= until {
				n.due, n.units = min(n.due, v.Due), n.units+1
			}
		}
		if n.units > 0 {
			items = append(items, heldItem{s.InjectName(s.State.InjectKey(i)), n.due.String(), n.units})
		}
	}
	for v := range s.State.Replies() {
		if v.Due <= until {
			what := s.Request.T("steer.reply_of", i18n.Args{"Persona": s.PersonaName(v.Persona), "Unit": s.FullName(v.Unit)})
			items = append(items, heldItem{what, v.Due.String(), 1})
		}
	}
	slices.SortStableFunc(items, func(a, b heldItem) int { return cmp.Compare(a.due, b.due) })
	return items
}

// wallNow is the wall time of a command, in unix microseconds.
func wallNow() int64 { return time.Now().UnixMicro() }
