package eventrows

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/scenario"
)

// Row is an event as its viewer may have it.
type Row struct {
	N      uint64            `json:"n" doc:"The viewer's own number of the event, from 1 without gaps."`
	Clock  string            `json:"clock" doc:"Exercise time as hh:mm:ss."`
	At     exercise.Time     `json:"at" doc:"Exercise time in microseconds since STARTEX."`
	Wall   time.Time         `json:"wall" doc:"Wall time, UTC."`
	Type   exercise.Type     `json:"type" doc:"What happened, as in docs/exercise/log.md."`
	Actor  string            `json:"actor,omitempty" doc:"Who did it: clock, excon, bot/<unit> or a person id; only where the viewer may know."`
	Unit   string            `json:"unit,omitempty" doc:"The unit that it concerns, or that did it."`
	Inject string            `json:"inject,omitempty"`
	Task   string            `json:"task,omitempty"`
	Flow   string            `json:"flow,omitempty"`
	Branch string            `json:"branch,omitempty"`
	From   string            `json:"from,omitempty" doc:"Sender of a message or relay."`
	To     []string          `json:"to,omitempty" doc:"Ends of a message."`
	TLP    string            `json:"tlp,omitempty"`
	Text   string            `json:"text,omitempty"`
	Items  []string          `json:"items,omitempty" doc:"Chosen options or indicators."`
	Parts  map[string]string `json:"parts,omitempty" doc:"Of a form: what was filled in, by the key of its part."`
	File   string            `json:"file,omitempty" doc:"Name of the file that was handed in."`
	Re     string            `json:"re,omitempty" doc:"What it is about: the key of an inject or a task, # and a number of the viewer's own, or a question of the hot wash."`
	On     string            `json:"on,omitempty" doc:"The chat service on which it was said or done; none for the pages of the program."`
	Status string            `json:"status,omitempty"`
	Points *float64          `json:"points,omitempty"`
	Max    *float64          `json:"max,omitempty"`
	Late   bool              `json:"late,omitempty"`
}

// Options say which rows are wanted.
type Options struct {
	Viewer exercise.Viewer
	// Plain leaves out what an observer does not read: marks, and notes and
	// prepared answers of EXCON.
	Plain bool
	After uint64 // the number of the last row that is known
	Limit int    // of rows; 0 for all
}

// Rows gives the rows after the one that is known, in order, and how many there
// are by the moment.
func Rows(m *follow.Moment, o Options) (rows []Row, all uint64) {
	seqs := m.Seen(o.Viewer)
	if o.Plain {
		seqs = slices.DeleteFunc(seqs, func(seq uint64) bool {
			e, _ := m.Event(o.Viewer, seq)
			return IsWithheld(&e)
		})
	}
	all = uint64(len(seqs))
	last := all
	if o.Limit > 0 {
		last = min(all, o.After+uint64(o.Limit))
	}
	rows = []Row{}
	x := extractor{seqs: seqs, viewer: o.Viewer}
	for n := o.After; n < last; n++ {
		e, _ := m.Event(o.Viewer, seqs[n])
		rows = append(rows, x.row(n+1, &e))
	}
	return rows, all
}

// IsWithheld reports whether an observer, who sees what EXCON sees of play, is
// not to have an event.
func IsWithheld(e *exercise.Event) bool {
	switch b := e.Body.(type) {
	case *exercise.Scored, *exercise.Marked, *exercise.Settled, *exercise.TaskAmended, *exercise.ReplyReady:
		return true
	case *exercise.Note:
		return !b.Own
	}
	return false
}

// extractor makes rows for a viewer.
type extractor struct {
	seqs   []uint64 // that the viewer sees, in order
	viewer exercise.Viewer
}

func (x *extractor) row(n uint64, e *exercise.Event) Row {
	r := Row{N: n, Clock: e.At.String(), At: e.At, Wall: time.UnixMicro(e.Wall).UTC(), Type: e.Body.Type(), On: exercise.ChatOf(e.On)}
	switch b := e.Body.(type) {
	case *exercise.Submitted, *exercise.Scored, *exercise.Marked, *exercise.Settled, *exercise.Overdue, *exercise.TaskAmended,
		*exercise.HintTaken, *exercise.HintGiven:
		x.task(&r, e.Body)
	case *exercise.Message:
		x.message(&r, b)
	case *exercise.Shared:
		x.message(&r, &b.Message)
		r.Task, r.Items = b.Task, b.Indicators
	case *exercise.CallNoted, *exercise.CallConfirmed:
		x.call(&r, e.Body)
	case *exercise.ChatPost, *exercise.ChatEdit, *exercise.ChatReaction, *exercise.ChatMember, *exercise.ChatGap, *exercise.ChatAssigned:
		chat(&r, e.Body)
	case *exercise.InjectReleased, *exercise.InjectHeld, *exercise.InjectSkipped, *exercise.InjectArmed, *exercise.InjectRetracted,
		*exercise.InjectAcknowledged, *exercise.InjectAmended, *exercise.InjectRelayed, *exercise.InjectAdded:
		inject(&r, e.Body)
	default:
		x.other(&r, e.Body)
	}
	if x.viewer.Control || slices.Contains(x.viewer.Units, r.doer()) {
		r.Actor = e.Actor
	}
	return r
}

// doer is the unit whose people did it; "" where others may have.
func (r *Row) doer() string {
	switch r.Type {
	case "message.sent", "share.made", "inject.relayed":
		return r.From
	case "task.submitted", "inject.acknowledged", "hint.taken", "hotwash.answered", "note.added", "call.noted", "call.confirmed", "chat.posted":
		return r.Unit
	}
	return ""
}

func (x *extractor) task(r *Row, body exercise.Body) {
	switch b := body.(type) {
	case *exercise.Submitted:
		r.Task, r.Unit, r.Text, r.Items, r.Parts, r.Late = b.Task, b.Unit, b.Text, b.Items, b.Parts, b.Late
		if b.File != nil {
			r.File = b.File.Name
		}
	case *exercise.Scored:
		r.Task, r.Unit, r.Points, r.Max = b.Task, b.Unit, &b.Points, &b.Max
	case *exercise.Marked:
		r.Task, r.Unit, r.Points, r.Text = b.Task, b.Unit, b.Points, b.Note
	case *exercise.Settled:
		r.Task, r.Unit, r.Points, r.Text = b.Task, b.Unit, &b.Points, b.Note
	case *exercise.Overdue:
		r.Task, r.Unit = b.Task, b.Unit
	case *exercise.TaskAmended:
		r.Task, r.Unit = b.Task, b.Unit
	case *exercise.HintTaken:
		r.Task, r.Unit = b.Task, b.Unit
	case *exercise.HintGiven:
		r.Task, r.Unit = b.Task, b.Unit
	}
}

func inject(r *Row, body exercise.Body) {
	switch b := body.(type) {
	case *exercise.InjectReleased:
		r.Inject, r.Unit, r.TLP = b.Inject, b.Unit, label(b.TLP)
	case *exercise.InjectHeld:
		r.Inject, r.Text, r.Status = b.Inject, b.Reason, "held"
		if b.LetGo {
			r.Status = "let_go"
		}
	case *exercise.InjectSkipped:
		r.Inject, r.Unit, r.Status = b.Inject, b.Unit, b.Reason
	case *exercise.InjectArmed:
		r.Inject, r.Unit = b.Inject, b.Unit
	case *exercise.InjectRetracted:
		r.Inject, r.Unit, r.Text = b.Inject, b.Unit, b.Reason
	case *exercise.InjectAcknowledged:
		r.Inject, r.Unit = b.Inject, b.Unit
	case *exercise.InjectAmended:
		r.Inject, r.Unit = b.Inject, b.Unit
	case *exercise.InjectRelayed:
		r.Inject, r.From, r.Unit, r.Text, r.TLP = b.Inject, b.From, b.Unit, b.Text, label(b.TLP)
	case *exercise.InjectAdded:
		r.TLP, r.Text = label(b.TLP), b.Title.In("en")
	}
}

func (x *extractor) message(r *Row, b *exercise.Message) {
	r.From, r.To, r.Text, r.TLP, r.Re = b.From, b.Ends, b.Text, label(b.TLP), x.about(b.Re)
}

// call tells of telephone calls: who called whom, and what the other side says
// of it.
func (x *extractor) call(r *Row, body exercise.Body) {
	switch b := body.(type) {
	case *exercise.CallNoted:
		r.Unit, r.Text, r.TLP, r.From, r.To = b.Unit, b.Text, label(b.TLP), b.Unit, []string{b.With}
		if b.Incoming {
			r.From, r.To = b.With, []string{b.Unit}
		}
	case *exercise.CallConfirmed:
		r.Unit, r.Text, r.Re, r.Status = b.Unit, b.Text, x.about("#"+strconv.FormatUint(b.Call, 10)), "confirmed"
		if b.Denied {
			r.Status = "denied"
		}
	}
}

// chat tells of what happened on a chat service: the room is to whom it was said.
func chat(r *Row, body exercise.Body) {
	switch b := body.(type) {
	case *exercise.ChatPost:
		r.Unit, r.To, r.Text, r.TLP = b.Unit, []string{b.Room}, b.Text, label(b.TLP)
		for _, f := range b.Files {
			r.Items = append(r.Items, f.Name)
		}
		switch {
		case b.Lost:
			r.Status = "lost"
		case b.Changed:
			r.Status = "changed"
		}
	case *exercise.ChatEdit:
		r.To, r.Text, r.Status = []string{b.Room}, b.Text, "edited"
		if b.Deleted {
			r.Status = "deleted"
		}
	case *exercise.ChatReaction:
		r.To, r.Text, r.Status = []string{b.Room}, b.Emoji, "added"
		if b.Removed {
			r.Status = "removed"
		}
	case *exercise.ChatMember:
		r.To, r.Status = []string{b.Room}, "joined"
		if b.Left {
			r.Status = "left"
		}
	case *exercise.ChatGap:
		r.Status = b.Reason
		if b.Room != "" {
			r.To = []string{b.Room}
		}
	case *exercise.ChatAssigned:
		r.Text = b.Account
	}
}

func (x *extractor) other(r *Row, body exercise.Body) {
	switch b := body.(type) {
	case *exercise.FlowMade:
		r.Flow, r.Unit, r.Late = b.Flow, b.Unit, b.Late
	case *exercise.EvidenceCorrected:
		r.Flow, r.Unit, r.Text, r.Status = b.Flow, b.Unit, b.Reason, "made"
		if !b.Makes {
			r.Status = "not_made"
		}
		r.Re = x.about("#" + strconv.FormatUint(b.Of, 10))
	case *exercise.FlowMissed:
		r.Flow, r.Unit = b.Flow, b.Unit
	case *exercise.Misdirected:
		r.Flow, r.Inject, r.Unit, r.To = b.Flow, b.Inject, b.Unit, b.Ends
	case *exercise.BranchTaken:
		r.Branch, r.Unit = b.Branch, b.Unit
	case *exercise.Note:
		r.Unit, r.Text, r.Re = b.Unit, b.Text, x.about(b.Re)
	case *exercise.HotWash:
		r.Unit, r.Text, r.Re = b.Unit, b.Text, b.Question
	case *exercise.PlanEntered:
		r.Text, r.Re, r.Status = cmp.Or(b.Title, b.Action), b.Issue, b.Status
	case *exercise.Renamed:
		r.Text = b.Title.In("en", "ja")
	case *exercise.PlanCarried:
		r.Text, r.Re = b.Title.In("en", "ja"), b.From
	case *exercise.OverviewEntered:
		r.Text = cmp.Or(b.Summary, b.Scope, b.Sponsor, b.Contacts)
	case *exercise.RealRaised:
		r.Unit, r.Text = b.Unit, b.Text
	case *exercise.RealSeen:
		r.Unit, r.Re = b.Unit, x.about(b.Re)
	case *exercise.Stopped:
		r.Text = b.Text
	case *exercise.UnitStatus:
		r.Unit, r.Status, r.Text = b.Unit, b.Status, b.Reason
	case *exercise.UnitReady:
		r.Unit = b.Unit
	case *exercise.ActedFor:
		r.Unit, r.Status, r.Text = b.For, b.How, b.By
	case *exercise.Attendance:
		r.Unit = b.Unit
	case *exercise.UnitJoined:
		r.Unit = b.Unit
	case *exercise.StandIn:
		r.Unit = b.Unit
	case *exercise.QuestionDismissed:
		r.Unit, r.From, r.Text = b.Unit, exercise.EndPersona+b.Persona, b.Reason
		r.Re = x.about("#" + strconv.FormatUint(b.Message, 10))
	case *exercise.ReplyReady:
		r.Unit, r.From, r.Text = b.Unit, exercise.EndPersona+b.Persona, b.Text
	case *exercise.PersonaClaimed:
		r.Unit, r.From = b.Unit, exercise.EndPersona+b.Persona
	case *exercise.PollTaken:
		r.Unit, r.Re = b.Unit, b.Poll
	case *exercise.PollConfirmed:
		r.Unit, r.Re = b.Unit, b.Poll
	case *exercise.FloorAsked:
		r.Unit = b.Unit
	case *exercise.FloorGiven:
		r.Unit, r.Re = b.Unit, b.Poll
	case *exercise.FloorEnded:
		r.Unit = b.Unit
	case *exercise.CommitmentMade:
		r.Unit, r.Re, r.Text = b.Unit, b.Poll, b.What
	case *exercise.CommitmentsRecalled:
		r.Text = b.Words()
	case *exercise.Paused:
		r.Text = b.Reason
	case *exercise.Ended:
		r.Status = b.Reason
	}
}

// about turns "#" and a seq into "#" and the viewer's own number; what the
// viewer does not see is left out.
func (x *extractor) about(re string) string {
	text, ok := strings.CutPrefix(re, "#")
	seq, err := strconv.ParseUint(text, 10, 64)
	if !ok || err != nil {
		return re
	}
	n, seen := slices.BinarySearch(x.seqs, seq)
	if !seen {
		return ""
	}
	return "#" + strconv.Itoa(n+1)
}

func label(t scenario.TLP) string {
	if t == scenario.TLPNone {
		return ""
	}
	return t.String()
}
