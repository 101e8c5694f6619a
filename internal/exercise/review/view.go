package review

import (
	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// view is what a reader may see.
type view struct {
	*builder
	reader Reader
	viewer exercise.Viewer
	own    map[string]bool // unit reader: it and its cells; else nil
}

func newView(d *builder, reader Reader) *view {
	v := &view{builder: d, reader: reader, viewer: exercise.Viewer{Control: true}}
	u, isUnit := d.play.Cast.Index(reader.For)
	if !isUnit {
		return v
	}
	v.viewer, v.own = exercise.ViewerOf(reader.For), map[string]bool{reader.For: true}
	if d.play.Cast.Units[u].IsTeam() {
		for _, member := range d.play.Family(u) {
			v.own[d.play.Cast.Units[member].Key] = true
		}
	}
	return v
}

// public reports whether the reader is the public.
func (v *view) public() bool { return v.own == nil && v.reader.For == ForPublic }

// isOwn reports whether the results of a unit are for the reader.
func (v *view) isOwn(unit string) bool { return v.own == nil || v.own[unit] }

// cleared reports whether a label is within the clearance.
func (v *view) cleared(tlp scenario.TLP) bool { return tlp <= v.reader.TLP }

// knowsPack reports whether the reader may know the texts of the scenario that
// bear no label of their own.
func (v *view) knowsPack() bool { return v.reader.TLP >= scenario.TLPRed || v.cleared(v.play.Pack.TLP) }

// sees reports whether the reader may see an event. The public sees that each
// event was, and of none what it says.
func (v *view) sees(seq uint64) bool {
	e := v.event(seq)
	if v.public() {
		return e != nil
	}
	return e != nil && v.viewer.Sees(e.To) && v.cleared(v.labelOf(e))
}

// labelOf is the label of what an event tells. What bears none has that of the
// inject it is about, else the pack's.
func (v *view) labelOf(e *exercise.Event) scenario.TLP {
	if v.reader.TLP >= scenario.TLPRed {
		return scenario.TLPNone // nothing is above it
	}
	switch b := e.Body.(type) {
	case *exercise.InjectReleased:
		return max(b.TLP, v.play.Pack.TLP)
	case *exercise.InjectRelayed:
		return max(b.TLP, v.play.Pack.TLP)
	case *exercise.Message:
		return v.labelOfMessage(b)
	case *exercise.Shared:
		return v.labelOfMessage(&b.Message)
	case *exercise.CallNoted:
		return v.labelOfMessage(b.Message())
	case *exercise.CallConfirmed:
		return v.labelBefore(b.Call, e)
	case *exercise.ChatPost:
		if b.TLP != scenario.TLPNone {
			return b.TLP
		}
	case *exercise.QuestionDismissed:
		return v.labelBefore(b.Message, e)
	case *exercise.InjectAdded:
		return max(b.TLP, v.play.Pack.TLP)
	case *exercise.Note:
		return v.labelAbout(b.Re)
	case *exercise.FlowMade:
		if via := v.event(b.Via); via != nil && via.Seq < e.Seq {
			return v.labelOf(via)
		}
	case *exercise.EvidenceCorrected:
		return v.labelBefore(b.Of, e)
	case *exercise.Misdirected:
		return v.labelBefore(b.Via, e)
	}
	task, inject, unit := subjectOf(e.Body)
	if t, ok := v.taskIx[task]; ok {
		return v.injectLabel(v.taskInject[t], unit)
	}
	if i, ok := v.injectIx[inject]; ok {
		return v.injectLabel(i, unit)
	}
	return v.play.Pack.TLP
}

// labelBefore is the label of an earlier event, else the pack's.
func (v *view) labelBefore(seq uint64, e *exercise.Event) scenario.TLP {
	if of := v.event(seq); of != nil && of.Seq < e.Seq {
		return v.labelOf(of)
	}
	return v.play.Pack.TLP
}

func (v *view) labelOfMessage(m *exercise.Message) scenario.TLP {
	if m.TLP != scenario.TLPNone {
		return m.TLP
	}
	return v.labelAbout(m.Re)
}

func (v *view) labelAbout(re string) scenario.TLP {
	if i, ok := v.injectOf(re); ok {
		return v.injectLabel(i, "")
	}
	return v.play.Pack.TLP
}

// injectLabel is the label of an inject as a unit got it; of what no single
// unit is meant by, the strictest that anybody got.
func (v *view) injectLabel(i int, unit string) scenario.TLP {
	label := v.play.Pack.TLP
	if in := v.play.Pack.InjectByKey(v.state.InjectKey(i)); in != nil {
		label = max(label, in.TLP)
	}
	if a := v.state.Added(i); a != nil {
		label = max(label, a.TLP)
	}
	if u, ok := v.play.Cast.Index(unit); ok {
		if got, ok := v.state.Inject(i, u); ok {
			label = max(label, got.TLP)
		}
		return label
	}
	for u := range v.nu {
		if got, ok := v.state.Inject(i, u); ok {
			label = max(label, got.TLP)
		}
	}
	return label
}

// knowsInject reports whether the reader may know the title of an inject: it is
// cleared, and got by the reader's own units; for the public, from the pack.
func (v *view) knowsInject(i int) bool {
	if v.reader.TLP < scenario.TLPRed && !v.cleared(v.injectLabel(i, "")) {
		return false
	}
	if v.public() {
		return v.state.Added(i) == nil
	}
	return v.own == nil || v.gotInject(i)
}

func (v *view) gotInject(i int) bool {
	for key := range v.own {
		if u, ok := v.play.Cast.Index(key); ok && v.out(i, u).seq > 0 {
			return true
		}
	}
	return false
}

// knowsFlow reports whether the reader may know the title of a flow: it is
// cleared, and expected of the reader's own units.
func (v *view) knowsFlow(f int) bool {
	if v.reader.TLP < scenario.TLPRed && !v.cleared(max(v.play.Pack.TLP, v.flowTLP(v.play.Pack.Flows[f]))) {
		return false
	}
	if v.own == nil {
		return true
	}
	for key := range v.own {
		if u, ok := v.play.Cast.Index(key); ok {
			if _, _, expected := v.state.Flow(f, u); expected {
				return true
			}
		}
	}
	return false
}

// knowsForm reports whether the reader may know an indicator: it is cleared,
// and has reached the reader's team.
func (v *view) knowsForm(i int) bool {
	t := &v.spread.traces[i]
	if v.reader.TLP < scenario.TLPRed && !v.public() {
		label := v.play.Pack.TLP
		if t.flow >= 0 {
			label = max(label, v.flowTLP(v.play.Pack.Flows[t.flow]))
		} else {
			label = v.labelOf(v.event(t.first))
		}
		if !v.cleared(label) {
			return false
		}
	}
	if v.own == nil {
		return true
	}
	u, _ := v.play.Cast.Index(v.reader.For)
	return v.play.Cast.Units[u].IsTeam() && t.reached[v.teamPos[u]] > 0
}

// clearedSubject reports whether what a finding is about is cleared.
func (v *view) clearedSubject(key string) bool {
	if key == "" || v.reader.TLP >= scenario.TLPRed {
		return true
	}
	if f, ok := v.play.FlowIndex(key); ok {
		return v.cleared(max(v.play.Pack.TLP, v.flowTLP(v.play.Pack.Flows[f])))
	}
	if t, ok := v.taskIx[key]; ok {
		return v.cleared(v.injectLabel(v.taskInject[t], ""))
	}
	if i, ok := v.injectIx[key]; ok {
		return v.cleared(v.injectLabel(i, ""))
	}
	return v.cleared(v.play.Pack.TLP)
}

// authorOf is the unit that an event comes from, or is about; else "".
func authorOf(e *exercise.Event) string {
	if m := messageOf(e); m != nil {
		return m.From
	}
	switch b := e.Body.(type) {
	case *exercise.InjectRelayed:
		return b.From
	case *exercise.Note:
		return b.Unit
	case *exercise.HotWash:
		return b.Unit
	case *exercise.CallNoted:
		return b.Unit
	case *exercise.CallConfirmed:
		return b.Unit
	}
	_, _, unit := subjectOf(e.Body)
	return unit
}

// subjectOf names the task or inject that an event is about, and the unit.
func subjectOf(body exercise.Body) (task, inject, unit string) {
	switch b := body.(type) {
	case *exercise.InjectReleased:
		return "", b.Inject, b.Unit
	case *exercise.InjectRetracted:
		return "", b.Inject, b.Unit
	case *exercise.InjectAcknowledged:
		return "", b.Inject, b.Unit
	case *exercise.InjectRelayed:
		return "", b.Inject, b.Unit
	case *exercise.InjectAmended:
		return "", b.Inject, b.Unit
	case *exercise.InjectHeld:
		return "", b.Inject, ""
	case *exercise.InjectArmed:
		return "", b.Inject, b.Unit
	case *exercise.InjectSkipped:
		return "", b.Inject, b.Unit
	case *exercise.TaskAmended:
		return b.Task, "", b.Unit
	case *exercise.Submitted:
		return b.Task, "", b.Unit
	case *exercise.Scored:
		return b.Task, "", b.Unit
	case *exercise.Marked:
		return b.Task, "", b.Unit
	case *exercise.Settled:
		return b.Task, "", b.Unit
	case *exercise.Overdue:
		return b.Task, "", b.Unit
	case *exercise.HintTaken:
		return b.Task, "", b.Unit
	case *exercise.HintGiven:
		return b.Task, "", b.Unit
	case *exercise.BranchTaken:
		return "", "", b.Unit
	case *exercise.FlowMade:
		return "", "", b.Unit
	case *exercise.FlowMissed:
		return "", "", b.Unit
	case *exercise.EvidenceCorrected:
		return "", "", b.Unit
	case *exercise.Misdirected:
		return "", b.Inject, b.Unit
	case *exercise.QuestionDismissed:
		return "", "", b.Unit
	case *exercise.ActedFor:
		return "", "", b.For
	}
	return "", "", ""
}
