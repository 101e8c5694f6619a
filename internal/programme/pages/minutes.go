package programmepages

import (
	"fmt"
	"slices"
	"strconv"

	"renkei/internal/community"
	"renkei/internal/programme"
	"renkei/internal/web"
)

// saveMinutes keeps the draft of the record.
func saveMinutes(r *request, v *meetingView) error {
	base, err := r.base()
	if err != nil {
		return err
	}
	m := programme.Minutes{Head: programme.Head{ID: programme.MinutesID(v.ID), Title: v.Title}, Meeting: v.ID}
	if v.minutes != nil {
		m = *v.minutes
	}
	if m.Progress(r.now) != programme.Writing {
		return &programme.Refusal{Code: "silence.going"}
	}
	m.Text, m.TLP = r.text("text"), community.TLP(r.field("tlp"))
	return r.apply(&m, base, "minutes")
}

// silence returns a handler of a step of the silence procedure.
func silence(done string, step func(*request, *meetingView) (*programme.Minutes, error)) func(*request, *meetingView) error {
	return func(r *request, v *meetingView) error {
		if v.minutes == nil {
			return web.ErrNotFound
		}
		base, err := r.base()
		if err != nil {
			return err
		}
		next, err := step(r, v)
		if err != nil {
			return err
		}
		return r.apply(next, base, done)
	}
}

func circulate(r *request, v *meetingView) (*programme.Minutes, error) {
	deadline, err := r.time("deadline", v.zone)
	if err != nil {
		return nil, err
	}
	return v.minutes.Circulate(r.now.UTC(), r.Access.Person, r.all.Document(v.Event, v.minutes), deadline)
}

func extend(r *request, v *meetingView) (*programme.Minutes, error) {
	until, err := r.time("deadline", v.zone)
	if err != nil {
		return nil, err
	}
	return v.minutes.Extend(r.now.UTC(), r.Access.Person, until, r.field("why"))
}

func withdraw(r *request, v *meetingView) (*programme.Minutes, error) {
	return v.minutes.Withdraw(r.now.UTC())
}

// settle ends an objection: whose it is, or who conducts the meeting.
func settle(r *request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	v, err := r.meeting()
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.field("n"))
	if err != nil {
		return web.ErrForm
	}
	if v.minutes == nil || !v.settles(n) {
		return web.ErrNotFound
	}
	base, err := r.base()
	if err != nil {
		return err
	}
	next, err := v.minutes.Settle(r.now.UTC(), n, r.field("answer"))
	if err == nil {
		err = r.apply(next, base, "settle")
	}
	if err != nil {
		return r.Redisplay(err, fmt.Sprint("settle-", n), v.path("#record"), func() error { return showMeeting(r) })
	}
	return r.RedirectWith(v.path("#record"), "programme.saved")
}

// settles reports whether the reader may end an objection.
func (v *meetingView) settles(n int) bool {
	round := v.minutes.Round()
	if v.minutes.Adopted != nil || round == nil || n < 0 || n >= len(round.Objections) || !round.Objections[n].Settled.IsZero() {
		return false
	}
	return v.conducts || slices.Contains(v.may.object, round.Objections[n].Member)
}

// object breaks the silence, in the name of a member of the reader's.
func object(r *request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	v, err := r.meeting()
	if err != nil {
		return err
	}
	member := r.field("member")
	if v.minutes == nil || !slices.Contains(v.may.object, member) {
		return web.ErrNotFound
	}
	base, err := r.base()
	if err != nil {
		return err
	}
	next, err := v.minutes.Object(r.now.UTC(), r.Access.Person, member, r.field("text"))
	if err == nil {
		err = r.apply(next, base, "object")
	}
	if err != nil {
		return r.Redisplay(err, "object", v.path("#record"), func() error { return showMeeting(r) })
	}
	return r.RedirectWith(v.path("#record"), "programme.saved")
}
