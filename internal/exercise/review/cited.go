package review

import (
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// citedEvents are the events that the report cites one by one, as far as the
// reader may see them. The public is told neither who nor what.
func (d *builder) citedEvents(r *Report, v *view) []CitedEvent {
	cited := make([]bool, len(d.log.Events)+1)
	add := func(seqs ...uint64) {
		for _, seq := range seqs {
			if seq < uint64(len(cited)) {
				cited[seq] = true
			}
		}
	}
	r.eachEvidence(func(e *Evidence) { add(e.Seqs...) })
	r.eachCited(func(seq uint64) { add(seq) })
	out := []CitedEvent{}
	for seq := range cited {
		if cited[seq] && v.sees(uint64(seq)) {
			out = append(out, d.cited(d.event(uint64(seq)), v))
		}
	}
	return out
}

// eachCited calls do for what is cited without an Evidence.
func (r *Report) eachCited(do func(seq uint64)) {
	for i := range r.Flow.Unexpected {
		do(r.Flow.Unexpected[i].Seq)
	}
	for i := range r.Flow.Broken {
		do(r.Flow.Broken[i].Seq)
	}
	for i := range r.Flow.Astray {
		do(r.Flow.Astray[i].Seq)
	}
	for i := range r.Flow.Indicators {
		for j := range r.Flow.Indicators[i].Reached {
			do(r.Flow.Indicators[i].Reached[j].Seq)
		}
	}
	for i := range r.Evaluation.Objectives {
		for _, c := range r.Evaluation.Objectives[i].Critical {
			for k := range c.Ratings {
				for m := range c.Ratings[k].Marks {
					do(c.Ratings[k].Marks[m].Seq)
				}
			}
		}
	}
	for i := range r.Notes {
		do(r.Notes[i].Seq)
	}
	for i := range r.Result.Decisions {
		for j := range r.Result.Decisions[i].Ways {
			do(r.Result.Decisions[i].Ways[j].Seq)
		}
	}
	if len(r.Timelines) > largeUnits {
		return // their marks stand too close to be told apart
	}
	for i := range r.Timelines {
		for j := range r.Timelines[i].Marks {
			do(r.Timelines[i].Marks[j].Seq)
		}
	}
	for i := range r.Result.Units {
		for j := range r.Result.Units[i].Flows {
			do(r.Result.Units[i].Flows[j].Via)
		}
	}
}

func (d *builder) cited(e *exercise.Event, v *view) CitedEvent {
	c := CitedEvent{Seq: e.Seq, At: *momentOf(e.At), Type: e.Body.Type()}
	if v.public() {
		return c
	}
	c.Actor = v.actor(e)
	c.Text = d.T("event."+string(c.Type), d.eventArgs(e))
	if chat := exercise.ChatOf(e.On); chat != "" {
		c.Text = d.T("event.on", i18n.Args{"Text": c.Text, "Chat": d.chatName(chat)})
	}
	return c
}

// chatName is what people call a chat service.
func (d *builder) chatName(chat string) string {
	switch chat {
	case "mattermost":
		return "Mattermost"
	case "mail":
		return d.T("event.mail")
	}
	return chat
}

// eventArgs are the arguments of an event's line.
func (d *builder) eventArgs(e *exercise.Event) i18n.Args {
	if m := messageOf(e); m != nil {
		text := firstLine(m.Text, maxLine)
		if s, ok := e.Body.(*exercise.Shared); ok && len(s.Indicators) > 0 {
			text = firstLine(text+" "+strings.Join(s.Indicators, ", "), maxLine)
		}
		return i18n.Args{"From": d.end(m.From), "To": d.ends(m.Ends), "TLP": m.TLP.String(), "Text": text}
	}
	switch b := e.Body.(type) {
	case *exercise.CallNoted:
		m := b.Message()
		return i18n.Args{
			"From": d.end(m.From), "To": d.ends(m.Ends), "Unit": d.unitKey(b.Unit), "TLP": m.TLP.String(), "Text": firstLine(m.Text, maxLine),
		}
	case *exercise.CallConfirmed:
		return i18n.Args{"Unit": d.end(b.Unit), "Call": b.Call, "Denied": b.Denied, "Text": firstLine(b.Text, maxLine)}
	case *exercise.InjectReleased:
		return i18n.Args{"Unit": d.unitKey(b.Unit), "Inject": b.Inject, "Title": d.inject(d.state, b.Inject), "TLP": b.TLP.String()}
	case *exercise.InjectRelayed:
		return i18n.Args{
			"From": d.unitKey(b.From), "Unit": d.unitKey(b.Unit), "Inject": b.Inject,
			"TLP": b.TLP.String(), "Text": firstLine(b.Text, maxLine),
		}
	case *exercise.InjectAcknowledged:
		return i18n.Args{"Unit": d.unitKey(b.Unit), "Inject": b.Inject, "Title": d.inject(d.state, b.Inject)}
	case *exercise.InjectRetracted:
		return i18n.Args{"Unit": d.unitKey(b.Unit), "Inject": b.Inject, "Text": firstLine(b.Reason, maxLine)}
	case *exercise.FlowMade:
		return i18n.Args{"Unit": d.unitKey(b.Unit), "Flow": d.flowName(b.Flow), "Late": b.Late, "Broken": b.Broken}
	case *exercise.EvidenceCorrected:
		return i18n.Args{
			"Unit": d.unitKey(b.Unit), "Flow": d.flowName(b.Flow), "Of": b.Of, "Makes": b.Makes, "Confirmed": b.Confirmed, "Text": firstLine(b.Reason, maxLine),
		}
	case *exercise.Misdirected:
		return i18n.Args{"Unit": d.unitKey(b.Unit), "What": d.flowName(b.Flow) + b.Inject, "To": d.ends(b.Ends)}
	case *exercise.BranchTaken:
		unit := ""
		if b.Unit != "" {
			unit = d.unitKey(b.Unit)
		}
		return i18n.Args{"Unit": unit, "Decision": b.Decision, "Branch": b.Branch}
	case *exercise.FlowMissed:
		return i18n.Args{"Unit": d.unitKey(b.Unit), "Flow": d.flowName(b.Flow)}
	case *exercise.Note:
		unit := ""
		if b.Unit != "" {
			unit = d.unitKey(b.Unit)
		}
		return i18n.Args{"Unit": unit, "Own": b.Own, "Text": firstLine(b.Text, maxLine)}
	case *exercise.ChatPost, *exercise.ChatEdit, *exercise.ChatReaction, *exercise.ChatMember:
		return d.chatArgs(b)
	case *exercise.HotWash:
		return i18n.Args{"Unit": d.unitKey(b.Unit), "Text": firstLine(b.Text, maxLine)}
	}
	return d.taskArgs(e)
}

// chatArgs are those of what happened on a chat service.
func (d *builder) chatArgs(body exercise.Body) i18n.Args {
	switch b := body.(type) {
	case *exercise.ChatPost:
		unit := exercise.EndExcon
		if b.Unit != "" {
			unit = b.Unit
		}
		return i18n.Args{"Unit": d.end(unit), "Chat": d.chatName(b.Chat), "TLP": b.TLP.String(), "Text": firstLine(b.Text, maxLine)}
	case *exercise.ChatEdit:
		return i18n.Args{"Chat": d.chatName(b.Chat), "Deleted": b.Deleted, "Text": firstLine(b.Text, maxLine)}
	case *exercise.ChatReaction:
		return i18n.Args{"Chat": d.chatName(b.Chat), "Text": b.Emoji}
	case *exercise.ChatMember:
		return i18n.Args{"Chat": d.chatName(b.Chat), "Left": b.Left}
	}
	return nil
}

func (d *builder) taskArgs(e *exercise.Event) i18n.Args {
	switch b := e.Body.(type) {
	case *exercise.Submitted:
		text := b.Text
		if len(b.Items) > 0 {
			text = strings.Join(b.Items, ", ")
		}
		if b.File != nil {
			text = d.file(b.File)
		}
		for i, p := range partsOf(d.play.Pack, b) {
			if i > 0 {
				text += "; "
			}
			text += p.Title.In(d.Lang(), d.play.Pack.Languages[0]) + ": " + strings.Join(strings.Fields(p.Text), " ")
		}
		return i18n.Args{
			"Unit": d.unitKey(b.Unit), "Task": b.Task, "N": b.N, "Late": b.Late, "Via": b.Via, "Text": firstLine(text, maxLine),
		}
	case *exercise.Scored:
		return i18n.Args{
			"Unit": d.unitKey(b.Unit), "Task": b.Task, "Points": pointsOf(b.Points).String(), "Max": pointsOf(b.Max).String(), "Again": b.Again,
			"Found": d.found(b),
		}
	case *exercise.Marked:
		points := ""
		if b.Points != nil {
			points = pointsOf(*b.Points).String()
		}
		return i18n.Args{"Unit": d.unitKey(b.Unit), "Task": b.Task, "Points": points, "Note": firstLine(b.Note, maxLine)}
	case *exercise.Settled:
		return i18n.Args{
			"Unit": d.unitKey(b.Unit), "Task": b.Task, "Points": pointsOf(b.Points).String(), "Note": firstLine(b.Note, maxLine),
		}
	case *exercise.Overdue:
		return i18n.Args{"Unit": d.unitKey(b.Unit), "Task": b.Task}
	case *exercise.HintGiven:
		return i18n.Args{"Unit": d.unitKey(b.Unit), "Task": b.Task, "N": b.N, "Cost": pointsOf(b.Cost).String(), "Wrong": b.Why == exercise.HintWrong}
	case *exercise.HintTaken:
		return i18n.Args{"Unit": d.unitKey(b.Unit), "Task": b.Task, "N": b.N, "Cost": pointsOf(b.Cost).String()}
	}
	return i18n.Args{"Type": string(e.Body.Type())}
}

// found says how well indicators were found; "" of any other task.
func (d *builder) found(b *exercise.Scored) string {
	if t, _, _ := d.play.Pack.TaskByKey(b.Task); t == nil || t.Type != taskIndicators {
		return ""
	}
	precision, recall := pointsOf(b.Precision), pointsOf(b.Recall)
	return d.T("replay.task.found", i18n.Args{"Precision": precision.Share(), "Recall": recall.Share()})
}
