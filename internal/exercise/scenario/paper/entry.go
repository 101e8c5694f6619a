package paper

import (
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// Entry is a line of the MSEL with all that a controller needs.
type Entry struct {
	N          int
	Key        string
	Decision   bool
	Planned    string // from STARTEX
	UTC        string
	Local      string // by zone, with the codes of the teams
	Title      string
	From, To   string
	When       string
	Facts      []Fact // label and value
	Subject    string
	Body       string // Markdown
	Tasks      []TaskRow
	Relay      string // to whom; "" without a relay
	Replies    []ReplyRow
	Flows      []FlowRow
	Branches   []BranchRow
	Controller string
	Files      []string
}

// Fact is a labelled value.
type Fact struct{ Label, Value string }

// TaskRow is a task with its key.
type TaskRow struct {
	Key, Type, Prompt, Due, Points, For string
	Options, Parts, Hints, Answer       []string
	Relayed                             bool
}

// ReplyRow is a prepared answer of a persona.
type ReplyRow struct{ Persona, Key, Ask, Text string }

// FlowRow is an expected flow with the moment until which it is in time.
type FlowRow struct{ Key, Title, From, To, What, Due, Within, TLP string }

// BranchRow is a way on from a decision, with what belongs to it.
type BranchRow struct{ Key, Title, When, Injects string }

func (b *Book) entry(n int, s step) (Entry, error) {
	zones, err := b.zones()
	if err != nil {
		return Entry{}, err
	}
	var local []string
	for _, z := range zones {
		local = append(local, b.local(s.at, z.loc)+" "+strings.Join(z.teams, " "))
	}
	e := Entry{N: n, Planned: b.planned(s.moment), UTC: b.local(s.at, time.UTC), Local: strings.Join(local, b.t("also"))}
	if s.decision != nil {
		b.decisionEntry(&e, s.decision)
		return e, nil
	}
	return e, b.injectEntry(&e, s)
}

func (b *Book) decisionEntry(e *Entry, d *scenario.Decision) {
	e.Decision, e.Key, e.Title, e.When = true, d.Key, b.in(d.Title), b.decided(d)
	for _, br := range d.Branches {
		row := BranchRow{Key: br.Key, Title: b.in(br.Title), When: b.t("otherwise")}
		if br.When != nil {
			row.When = b.t("when.if", i18n.Args{"Condition": br.When.Source})
		}
		var keys []string
		for _, in := range b.pack.Injects {
			if in.Branch == br.Key {
				keys = append(keys, in.Key)
			}
		}
		row.Injects = strings.Join(keys, b.t("list"))
		e.Branches = append(e.Branches, row)
	}
}

func (b *Book) injectEntry(e *Entry, s step) error {
	in := s.inject
	var err error
	fill := b.filler(b.exampleReader(s), &err)
	e.Key, e.Title, e.When, e.Controller = in.Key, b.in(in.Title), b.when(in), in.Controller
	e.From, e.To = b.persona(in.From), b.to(in.To)
	e.Facts = b.facts(in, fill)
	e.Files = in.Attachments
	subject, _ := b.pack.Subject(in.Key, b.lang)
	body, _ := b.pack.Body(in.Key, b.lang)
	e.Subject, e.Body = fill(subject), fill(body)
	for _, t := range in.Tasks {
		e.Tasks = append(e.Tasks, b.taskRow(t, s, false, fill))
	}
	if in.Relay != nil {
		e.Relay = b.to(in.Relay.To)
		for _, t := range in.Relay.Tasks {
			e.Tasks = append(e.Tasks, b.taskRow(t, s, true, fill))
		}
	}
	for _, r := range in.Replies {
		e.Replies = append(e.Replies, b.replyRow(in.From, r, fill))
	}
	for _, f := range b.pack.Flows {
		if f.After == in.Key {
			e.Flows = append(e.Flows, b.flowRow(f, s.moment, fill))
		}
	}
	return err
}

// exampleReader reads for the only team; with several nobody does, and the
// tags stay.
func (b *Book) exampleReader(s step) reader {
	r := reader{unit: -1, lang: b.lang, now: b.pack.Startex.Add(s.at)}
	if !b.one {
		return r
	}
	for i := range b.cast.Units {
		if _, gets := b.receives(i, s.inject); gets {
			r.unit = i
			break
		}
	}
	return r
}

// facts are the columns of the MSEL that are not shown elsewhere; empty ones
// are left out.
func (b *Book) facts(in *scenario.Inject, fill func(string) string) []Fact {
	var out []Fact
	add := func(key, value string) {
		if value != "" {
			out = append(out, Fact{b.t("label." + key), value})
		}
	}
	if s := b.pack.PersonaByKey(in.From); s != nil {
		add("persona", strings.Trim(b.in(s.Role)+" "+fill(s.Address), " "))
	}
	add("phase", b.phase(in.Phase))
	add("tlp", in.TLP.String())
	add("kind", b.t("kind."+in.Kind))
	add("mode", b.t("mode."+in.Mode))
	add("for", b.roles(in.For))
	add("objectives", strings.Join(in.Objectives, b.t("list")))
	add("controller", in.Controller)
	add("delivery", b.in(in.Delivery))
	add("expected", b.in(in.Expected))
	add("notes", b.in(in.Notes))
	return out
}

func (b *Book) taskRow(t *scenario.Task, s step, relayed bool, fill func(string) string) TaskRow {
	row := b.asked(t, fill)
	row.Relayed = relayed
	row.Due = b.due(t.Due, s.moment, relayed)
	row.Answer = b.answerKey(t, fill)
	for _, h := range t.Hints {
		row.Hints = append(row.Hints, b.hint(h, fill))
	}
	for _, n := range t.Needs {
		row.Hints = append(row.Hints, b.t("need", i18n.Args{"Flow": n.Flow, "From": b.t("to." + n.From)}))
	}
	return row
}

// asked is what the unit sees of a task.
func (b *Book) asked(t *scenario.Task, fill func(string) string) TaskRow {
	row := TaskRow{
		Key: t.Key, Type: b.t("type." + t.Type), Prompt: fill(b.in(t.Prompt)),
		Points: number(t.Points), For: b.roles(t.For), Parts: b.parts(t, fill),
	}
	for _, o := range t.Options {
		row.Options = append(row.Options, o.Key+") "+fill(b.in(o.Text)))
	}
	return row
}

// due says when a task is due: on the clock where the release is on it.
func (b *Book) due(within time.Duration, m moment, relayed bool) string {
	args := i18n.Args{"Length": b.length(within), "Time": "T+" + clock(m.at+within), "UTC": b.local(m.at+within, time.UTC)}
	switch {
	case relayed:
		return b.t("due.relay", args)
	case m.early:
		return b.t("due.release", args)
	}
	return b.t("due.clock", args)
}

func (b *Book) hint(h scenario.Hint, fill func(string) string) string {
	var parts []string
	if h.Cost > 0 {
		parts = append(parts, b.t("hint.cost", i18n.Args{"Cost": number(h.Cost)}))
	}
	if h.After > 0 {
		parts = append(parts, b.t("hint.after", i18n.Args{"Time": b.length(h.After)}))
	}
	if h.Wrong > 0 {
		parts = append(parts, b.t("hint.wrong", i18n.Args{"N": strconv.Itoa(h.Wrong)}))
	}
	if len(parts) == 0 {
		parts = append(parts, b.t("hint.request"))
	}
	return b.t("hint", i18n.Args{"When": strings.Join(parts, b.t("list")), "Text": fill(b.in(h.Text))})
}

func (b *Book) replyRow(persona string, r *scenario.Reply, fill func(string) string) ReplyRow {
	ask := append(b.forms(r.Ask, fill), b.forms(r.Match, fill)...)
	row := ReplyRow{Persona: b.persona(persona), Key: r.Key, Ask: strings.Join(ask, b.t("or")), Text: fill(b.in(r.Text))}
	if r.Fallback() {
		row.Ask = b.t("any_question")
	}
	if r.Once {
		row.Ask += b.t("once")
	}
	return row
}

func (b *Book) flowRow(f *scenario.Flow, m moment, fill func(string) string) FlowRow {
	row := FlowRow{
		Key: f.Key, Title: b.in(f.Title), From: b.to(f.From), To: b.to(f.To), TLP: f.TLP.String(),
		Within: b.length(f.Within), Due: b.due(f.Within, m, false), What: b.what(f, fill),
	}
	if f.Relay != "" {
		row.What = b.t("by_relay", i18n.Args{"Key": f.Relay})
	}
	return row
}

// what says what a message of a flow must mention, and what it must not.
func (b *Book) what(f *scenario.Flow, fill func(string) string) string {
	groups := make([]string, len(f.What))
	for i, group := range f.What {
		if groups[i] = strings.Join(b.forms(group, fill), b.t("or")); len(f.What) > 1 {
			groups[i] = b.t("key.mention", i18n.Args{"N": i + 1, "Forms": groups[i]})
		}
	}
	what := strings.Join(groups, "; ")
	if avoid := b.forms(f.Avoid, fill); len(avoid) > 0 {
		what = strings.TrimPrefix(what+"; ", "; ") + b.t("key.avoid", i18n.Args{"Forms": strings.Join(avoid, b.t("or"))})
	}
	return what
}
