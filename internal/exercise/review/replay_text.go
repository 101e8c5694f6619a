package review

import (
	"fmt"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// columns is the width of a replay on screen.
const columns = 80

// replayText writes a Scene for people.
type replayText struct {
	namer
	state *exercise.State // for the titles of injects made up
	full  bool
	b     strings.Builder
}

// put writes a text below the margin, wrapped; further lines hang.
func (t *replayText) put(margin, hang int, text string) {
	for i, line := range wrap(clean(text), columns-margin-hang) {
		pad := margin
		if i > 0 {
			pad += hang
		}
		t.line(pad, line)
	}
}

func (t *replayText) line(margin int, text string) {
	t.b.WriteString(strings.TrimRight(strings.Repeat(" ", margin)+text, " ") + "\n")
}

// hang is the width of "hh:mm:ss  ".
const hang = 10

// timed writes a text beside the time to which it belongs.
func (t *replayText) timed(margin int, at *Moment, text string) {
	lead := fmt.Sprintf("%-*s", hang, at.clock())
	for _, line := range wrap(clean(text), columns-margin-hang) {
		t.line(margin, lead+line)
		lead = strings.Repeat(" ", hang)
	}
}

func (t *replayText) say(key string, args i18n.Args) string { return t.T("replay."+key, args) }

func (t *replayText) scene(sc *Scene) {
	title := t.pick(sc.Title)
	t.put(0, 2, title)
	phase := t.T("review.phase." + sc.Phase)
	if sc.Stopped {
		phase = t.T("review.phase.real")
	}
	args := i18n.Args{"Phase": phase, "Events": sc.Events}
	if sc.At == nil {
		t.put(0, 2, t.say("before", args))
	} else {
		args["Clock"] = sc.At.Clock
		t.put(0, 2, t.say("at", args))
	}
	for i := range sc.Units {
		t.unit(&sc.Units[i])
	}
}

func (t *replayText) unit(u *SceneUnit) {
	margin := 0
	if u.Parent != "" {
		margin = 2
	}
	status := t.T("review.status." + u.Status)
	if u.Bot {
		status += t.T("review.status.bot")
	}
	if u.Ready {
		status += t.T("review.status.ready")
	}
	t.b.WriteString("\n")
	head := t.say("unit", i18n.Args{"Name": t.unitKey(u.Key), "Key": u.Key, "Status": status})
	t.put(margin, 2, head)
	t.b.WriteString(strings.Repeat(" ", margin) + strings.Repeat("-", min(i18n.Width(head), columns-margin)) + "\n")
	if len(u.Injects)+len(u.Tasks)+len(u.Messages)+len(u.Notes)+len(u.Took) == 0 {
		t.put(margin+2, 2, t.say("nothing", nil))
		return
	}
	t.injects(margin+2, u.Injects)
	t.tasks(margin+2, u.Tasks)
	t.messages(margin+2, u.Messages)
	t.notes(margin+2, u.Notes)
	t.group(margin+2, "took_part", len(u.Took))
	for _, took := range u.Took {
		t.timed(margin+4, took.At, t.say("took_part", i18n.Args{"Title": t.pick(took.Title), "Round": took.Round}))
	}
}

func (t *replayText) group(margin int, key string, n int) {
	if n > 0 {
		t.put(margin, 2, t.say("group."+key, i18n.Args{"N": n}))
	}
}

func (t *replayText) injects(margin int, all []SceneInject) {
	t.group(margin, "injects", len(all))
	for i := range all {
		in := &all[i]
		subject := in.Subject
		if subject == "" {
			subject = t.inject(t.state, in.Key)
		}
		t.timed(margin+2, in.Released, t.say("inject", i18n.Args{
			"Key": in.Key, "Subject": subject, "TLP": label(in.TLP), "State": t.injectState(in),
		}))
		if in.Relay != nil {
			t.relay(margin+2+hang, in.Relay)
		}
		t.body(margin+2+hang, in.Text)
	}
}

func (t *replayText) injectState(in *SceneInject) string {
	switch {
	case in.Status == string(exercise.InjectWithdrawn):
		return t.say("retracted", nil)
	case in.Acknowledged == nil:
		return t.say("unacked", nil)
	}
	return t.say("acked", i18n.Args{"Clock": in.Acknowledged.clock()})
}

func (t *replayText) relay(margin int, r *SceneRelay) {
	from := t.unitKey(r.From)
	if strings.TrimSpace(r.Text) == "" {
		t.put(margin, 2, t.say("relayed", i18n.Args{"From": from}))
		return
	}
	t.put(margin, 2, t.say("relayed.text", i18n.Args{"From": from, "Text": t.excerpt(r.Text)}))
}

// excerpt is the first line of a text, or all of it in a full replay.
func (t *replayText) excerpt(text string) string {
	text = strings.TrimSpace(text)
	first, rest, more := strings.Cut(text, "\n")
	switch {
	case t.full || !more || strings.TrimSpace(rest) == "":
		return text
	}
	return strings.TrimSpace(first) + " …"
}

// quote begins each line of an inject's text.
const quote = "> "

// body writes a whole text in a full replay.
func (t *replayText) body(margin int, text string) {
	if text = strings.TrimSpace(text); !t.full || text == "" {
		return
	}
	for _, line := range wrap(clean(text), columns-margin-len(quote)) {
		t.line(margin, quote+line)
	}
}

// label gives "TLP:AMBER", or nothing.
func label(tlp scenario.TLP) string {
	if tlp == scenario.TLPNone {
		return ""
	}
	return "TLP:" + tlp.String()
}

func (t *replayText) messages(margin int, all []SceneMessage) {
	t.group(margin, "messages", len(all))
	for i := range all {
		m := &all[i]
		key := "message." + m.Way
		args := i18n.Args{
			"From": t.end(m.From), "To": t.ends(m.Ends), "TLP": label(m.TLP), "Share": m.Kind == "share", "Text": t.excerpt(m.Text),
		}
		if m.Call != nil {
			key, args["State"] = "call."+m.Way, t.callState(m.Call)
		}
		t.timed(margin+2, m.At, t.say(key, args))
		if t.full && len(m.Indicators) > 0 {
			t.put(margin+2+hang, 2, t.say("indicators", i18n.Args{"Items": strings.Join(m.Indicators, t.sep())}))
		}
	}
}

func (t *replayText) notes(margin int, all []SceneNote) {
	t.group(margin, "notes", len(all))
	for i := range all {
		key := "note.about"
		if all[i].Own {
			key = "note.own"
		}
		t.timed(margin+2, all[i].At, t.say(key, i18n.Args{"Text": t.excerpt(all[i].Text)}))
	}
}
