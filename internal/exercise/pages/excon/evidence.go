package excon

import (
	"slices"
	"strconv"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// evidenceBox is what something that was said has been recognised as, and what
// EXCON says about that.
type evidenceBox struct {
	seq   uint64
	says  []evidenceLine
	flows []evidenceFlow // those about which EXCON may say something
	open  bool           // the reader has asked for this entry
}

func (b *evidenceBox) form() string { return "evidence-" + web.Number(b.seq) }

type evidenceLine struct {
	flow, status string // status is the last word of its key: recognised, confirmed, added, taken_back
	by           string // id of who said so, until nameEvidence has run; "" for what the program recognised
	reason       string
}

type evidenceFlow struct {
	key, name string
	made      bool // it is recognised here
}

// evidenceOf is the box of an entry of the log; nil where there is nothing to say.
func evidenceOf(s *pages.Moment, e *exercise.Event, asked uint64) *evidenceBox {
	unit, message := teller(e)
	u, known := s.State.Play().Cast.Index(unit)
	if !known {
		return nil
	}
	b := &evidenceBox{seq: e.Seq, open: e.Seq == asked && s.Request.URL.Query().Get("at") == ""}
	checked := map[string]bool{}
	for _, v := range s.State.Evidence(e.Seq) {
		line := evidenceLine{flow: s.FlowName(v.Flow), status: "taken_back", by: v.By, reason: v.Reason}
		if v.Makes {
			line.status = "added"
		}
		if v.Confirmed {
			line.status = "confirmed"
		}
		checked[v.Flow] = true
		b.says = append(b.says, line)
	}
	for _, f := range s.State.Play().FlowsOf(u) {
		key := s.State.Play().Pack.Flows[f].Key
		status, _, there := s.State.Flow(f, u)
		via := s.State.FlowVia(f, u)
		switch {
		case !there || status == exercise.FlowIsVoid:
			continue
		case via == e.Seq && !checked[key]:
			b.says = append(b.says, evidenceLine{flow: s.FlowName(key), status: "recognised"})
		}
		switch flow := (evidenceFlow{key: key, name: s.FlowName(key), made: via == e.Seq}); {
		case flow.made: // what is recognised is offered first
			b.flows = slices.Insert(b.flows, 0, flow)
		case via == 0 && message:
			b.flows = append(b.flows, flow)
		}
	}
	if len(b.says)+len(b.flows) == 0 {
		return nil
	}
	return b
}

// teller is the unit that tells something by an event; message says that it is a
// message or a share. Only such can be counted where it was not recognised.
func teller(e *exercise.Event) (unit string, message bool) {
	switch b := e.Body.(type) {
	case *exercise.Message:
		return b.From, true
	case *exercise.Shared:
		return b.From, true
	case *exercise.InjectRelayed:
		return b.From, false
	case *exercise.CallNoted:
		if b.Incoming {
			return b.With, false
		}
		return b.Unit, false
	}
	return "", false
}

// nameEvidence puts people's names into boxes.
func nameEvidence(r *pages.Request, boxes map[uint64]*evidenceBox) {
	for _, b := range boxes {
		for i := range b.says {
			if l := &b.says[i]; l.by == "" {
				continue
			} else if exercise.IsPerson(l.by) {
				l.by = r.Server.Auth.Name(r.Context(), l.by)
			} else {
				l.by = r.T("end.excon")
			}
		}
	}
}

func (l *evidenceLine) text(r *pages.Request) string {
	return r.T("log.evidence."+l.status, i18n.Args{"Flow": l.flow, "By": l.by, "Reason": l.reason})
}

// correctEvidence confirms or corrects what something that was said has been
// recognised as.
func correctEvidence(r *pages.Request) error {
	seq, err := strconv.ParseUint(r.PostFormValue("of"), 10, 63)
	if err != nil {
		return web.ErrForm
	}
	var said exercise.Event
	var unit string
	err = r.At(func(s *pages.Moment) error {
		e, ok := s.Event(r.Access.Viewer(r.Exercise.ID), seq)
		if !ok || !s.MayRead(&e) {
			return web.ErrForm
		}
		said = e
		unit, _ = teller(&e)
		return nil
	})
	if err != nil {
		return err
	}
	form, entry := (&evidenceBox{seq: seq}).form(), r.Path("/log?seq="+web.Number(seq))
	do := r.PostFormValue("do")
	if do != "makes" && do != "not" {
		return r.Redisplay(&web.UserError{Text: r.T("log.evidence.choose")}, form, entry, showLog)
	}
	err = r.Control(exercise.CorrectEvidence{
		Of: &said, Flow: r.PostFormValue("flow"), Unit: unit, Makes: do == "makes", Reason: field(r, "reason"),
	})
	if err != nil {
		return r.Redisplay(err, form, entry, showLog)
	}
	return r.RedirectWith(entry, "said.evidence")
}
