package exchange

import (
	"cmp"
	"slices"
	"strings"

	"renkei/internal/community"
	"renkei/internal/programme"
	"renkei/internal/sheet/columns"
)

func (r *reading) minutesRow() {
	switch kind := r.cell("kind", rowDecision); kind {
	case rowRecord:
		r.recordRow()
	case rowDecision, rowAction:
		r.dutyRow(kind)
	default:
		r.problem("kind", ErrKind)
	}
}

func (r *reading) recordRow() {
	before := len(r.plan.Problems)
	was := r.b.record()
	r.fixed("code", r.b.Event.Session.Code)
	if !r.name("kind", rowRecord) {
		return
	}
	for _, field := range []string{"item", "body", "member", "due", "state", "evidence"} {
		r.fixed(field, "")
	}
	next := *was
	next.Text, next.TLP = r.text("text", was.Text), community.TLP(r.cell("tlp", string(was.TLP)))
	begun := r.b.Records.MinutesOf(r.b.Event.ID) != nil
	if !begun && next.Text == nil {
		return // nobody has begun it
	}
	if same(was, &next) {
		return
	}
	if was.Progress(r.may.Now) != programme.Writing {
		r.problem("kind", &programme.Refusal{Code: "silence.going"})
		return
	}
	if begun {
		r.propose("kind", was, &next, before)
		return
	}
	r.propose("kind", nil, &next, before)
}

// dutyRow reads a decision or an action: one that has a number, or a new one.
func (r *reading) dutyRow(kind string) {
	before := len(r.plan.Problems)
	code := r.cell("code", "")
	if code != "" && !r.name("code", code) {
		return
	}
	var was programme.Record
	switch {
	case code == "" && kind == rowDecision:
		r.propose("code", nil, r.duty(&programme.Decision{Meeting: r.b.Event.ID, Duty: programme.Duty{State: programme.Open, TLP: community.Amber}}), before)
		return
	case code == "":
		r.propose("code", nil, r.duty(&programme.Action{Meeting: r.b.Event.ID, Duty: programme.Duty{State: programme.Open, TLP: community.Amber}}), before)
		return
	case kind == rowDecision:
		was = find(r.b.Records.DecisionsOf(r.b.Event.ID), func(d *programme.Decision) bool { return d.Code == code })
	default:
		was = find(r.b.Records.Actions(r.b.Event.ID), func(a *programme.Action) bool { return a.Code == code })
	}
	if was == nil {
		r.problem("code", columns.ErrID)
		return
	}
	r.propose("code", was, r.duty(was), before)
}

// find is the record of a list; nil for none.
func find[T any, P interface {
	*T
	programme.Record
}](all []P, is func(P) bool) programme.Record {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i]
	}
	return nil
}

// duty returns a copy of a decision or an action as the row says it is.
func (r *reading) duty(was programme.Record) programme.Record {
	switch was := was.(type) {
	case *programme.Decision:
		next := *was
		next.Title, next.Text, next.Duty = r.text("title", was.Title), r.text("text", was.Text), r.dutyOf(was.Duty)
		return &next
	case *programme.Action:
		next := *was
		next.Title, next.Text, next.Duty = r.text("title", was.Title), r.text("text", was.Text), r.dutyOf(was.Duty)
		return &next
	}
	return was
}

func (r *reading) dutyOf(d programme.Duty) programme.Duty {
	d.Item, d.Body, d.Member = r.cell("item", d.Item), r.cell("body", d.Body), strings.ToLower(r.cell("member", d.Member))
	d.Due, d.State = community.Date(r.cell("due", string(d.Due))), programme.DutyState(cmp.Or(r.cell("state", string(d.State)), string(d.State)))
	d.TLP = community.TLP(cmp.Or(r.cell("tlp", string(d.TLP)), string(d.TLP)))
	if text := r.cell("evidence", evidence(d.Evidence)); text != evidence(d.Evidence) {
		d.Evidence = parseEvidence(text)
	}
	if d.Item != "" && r.b.Event.Item(d.Item) == nil {
		r.problem("item", columns.ErrID)
	}
	return d
}

func (r *reading) paperRow() {
	before := len(r.plan.Problems)
	id := r.cell("paper", "")
	was := r.b.Records.Paper(id)
	if was == nil || was.Meeting != r.b.Event.ID {
		r.problem("paper", columns.ErrID)
		return
	}
	if !r.name("paper", id) {
		return
	}
	for i, is := range paperFields(was) {
		if field := Papers.fields()[i]; !slices.Contains([]string{"item", "tlp"}, field) {
			r.fixed(field, is)
		}
	}
	next := *was
	next.Item, next.TLP, next.Title = r.cell("item", was.Item), community.TLP(r.cell("tlp", string(was.TLP))), r.text("title", was.Title)
	if r.b.Event.Item(next.Item) == nil {
		r.problem("item", columns.ErrID)
	}
	r.propose("paper", was, &next, before)
}
