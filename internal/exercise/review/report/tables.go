package report

import (
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/i18n"
)

// table is one sheet of the spreadsheet, or one file of the CSV. A cell is a
// string, an int, a uint64 or a float64; nil stays empty. Lengths and times are
// seconds, so that people can calculate with them.
type table struct {
	key  string // of its name, below "report.sheet."; also the CSV's file name
	head []string
	rows [][]any
}

func (t *table) add(cells ...any) { t.rows = append(t.rows, cells) }

// newTable begins a table; heads are keys below "report.".
func (w *words) newTable(key string, heads ...string) *table {
	t := &table{key: key, head: make([]string, len(heads))}
	for i, h := range heads {
		t.head[i] = w.t(h)
	}
	return t
}

// tables are all of a report, in the order of the page.
func tables(r *review.Report, p *i18n.Printer) []*table {
	pg := newPage(r, p)
	return []*table{
		pg.summaryTable(), pg.findingTable(), pg.planTable(), pg.unitTable(), pg.taskRows(), pg.injectTable(),
		pg.flowTable(), pg.edgeRows(), pg.unexpectedTable(), pg.indicatorTable(), pg.labelTable(), pg.strayTable(), pg.ratingTable(),
		pg.phaseTable(), pg.measureTable(), pg.noteTable(), pg.eventTable(),
	}
}

func seconds(s *review.Span) any {
	if s == nil {
		return nil
	}
	return float64(*s) / float64(exercise.Second)
}

func moment(m *review.Moment) any {
	if m == nil {
		return nil
	}
	return seconds(&m.Seconds)
}

func middle(s *review.Spread) any {
	if s == nil {
		return nil
	}
	return seconds(&s.Median)
}

func (w *words) yes(b bool) any {
	if b {
		return w.t("x.yes")
	}
	return nil
}

// evidenceText writes evidence into one cell.
func evidenceText(e review.Evidence) string {
	var out []string
	for _, n := range e.Seqs {
		out = append(out, seq(n))
	}
	for _, r := range e.Ranges {
		out = append(out, rangeText(r))
	}
	return strings.Join(out, " ")
}

func (pg *page) summaryTable() *table {
	t := pg.newTable("summary", "x.item", "x.value")
	t.add(pg.t("x.exercise"), pg.pick(pg.r.Result.Exercise.Title))
	t.add(pg.t("x.reader"), pg.readerLine())
	t.add(pg.t("x.label"), pg.label())
	t.add(pg.t("about.when"), pg.when())
	t.add(pg.t("about.who"), pg.who())
	t.add(pg.t("about.pack"), clean(pg.r.Result.Exercise.Pack+" "+pg.r.Result.Exercise.Version))
	t.add(pg.t("about.log"), pg.t("log."+pg.logState()))
	t.add(pg.t("x.events"), pg.r.Result.Log.Events)
	t.add(pg.t("how.head"), pg.r.Result.Log.Head)
	t.add(pg.t("about.leftout"), pg.leftOut())
	for _, f := range pg.facts() {
		t.add(f.what, f.figure)
	}
	return t
}

func (pg *page) findingTable() *table {
	t := pg.newTable("findings", "col.n", "col.kind", "col.finding", "col.about", "x.n", "col.evidence")
	for i := range pg.r.Findings {
		f := &pg.r.Findings[i]
		t.add(i+1, pg.t("kind."+f.Kind), clean(f.Text), clean(f.Subject), f.Evidence.Count, evidenceText(f.Evidence))
	}
	return t
}

func (pg *page) planTable() *table {
	t := pg.newTable("plan", "col.n", "col.toimprove", "x.concerns", "col.evidence", "x.objective", "issue.cause", "issue.reference",
		"col.capability", "col.action", "col.owner", "x.contact", "col.start", "col.completion", "col.status", "x.remark")
	for _, row := range pg.r.Plan {
		concerns := make([]string, len(row.Concerns))
		var evidence review.Evidence
		for i, c := range row.Concerns {
			concerns[i] = clean(c.Text)
			evidence = joined(evidence, pg.r.Findings[c.Finding].Evidence)
		}
		t.add(row.N, clean(row.Title), strings.Join(concerns, "\n"), evidenceText(evidence), clean(row.Objective), row.Cause, row.Reference,
			pg.capability(row.Capability), clean(row.Action), row.Responsible, row.Contact, row.Start, row.Completion, pg.t("status."+row.Status), row.Remark)
	}
	return t
}

func (pg *page) unitTable() *table {
	t := pg.newTable("units", "x.key", "x.parent", "x.name", "x.status", "x.simulated", "x.released", "x.acked",
		"x.asked", "x.answered", "x.solved", "x.late", "x.missing", "x.points", "x.max", "x.ack", "x.reply", "x.report", "x.lateby", "x.attempts", "x.load", "x.loadmean", "col.evidence")
	for i := range pg.r.Result.Units {
		u := &pg.r.Result.Units[i]
		var s sums
		for j := range u.Injects {
			if u.Injects[j].Status == exercise.InjectOut {
				s.out++
				s.acked += one(u.Injects[j].Acknowledged != nil)
			}
		}
		for j := range u.Tasks {
			s.addTask(&u.Tasks[j])
		}
		m := pg.measures[u.Key]
		if m == nil {
			m = &review.UnitMeasure{}
		}
		t.add(clean(u.Key), clean(u.Parent), pg.unit(u.Key), pg.p.T("review.status."+u.Status), pg.yes(u.Bot), s.out, s.acked,
			s.asked, s.answered, s.solved, s.late, s.missing, float64(u.Points), float64(u.Max),
			middle(m.Ack), middle(m.FirstReply), middle(m.Report), middle(m.Lateness), m.Attempts, m.LoadMost, m.LoadMean,
			evidenceText(m.Evidence))
	}
	return t
}

// taskRows is the table of tasks by unit.
func (pg *page) taskRows() *table {
	t := pg.newTable("tasks", "x.key", "x.name", "col.task", "x.type", "x.inject", "x.title", "col.phase", "x.result",
		"x.opened", "x.due", "x.first", "x.took", "x.late", "x.attempts", "x.hints", "x.points", "x.max", "x.standing", "col.evidence")
	for i := range pg.r.Result.Units {
		u := &pg.r.Result.Units[i]
		for j := range u.Tasks {
			k := &u.Tasks[j]
			t.add(clean(u.Key), pg.unit(u.Key), clean(k.Key), pg.p.T("review.type."+k.Type), clean(k.Inject), pg.inject(k.Inject),
				pg.phase(k.Phase), pg.taskState(k), moment(k.Opened), moment(k.Due), moment(k.First), seconds(k.Took),
				pg.yes(k.Late), k.Attempts, k.Hints, float64(k.Points), float64(k.Max), pg.t("standing."+string(k.Standing)),
				evidenceText(pg.trail(u.Key, taskTrail, k.Key)))
		}
	}
	return t
}

func (pg *page) injectTable() *table {
	t := pg.newTable("injects", "x.key", "x.name", "x.inject", "x.title", "x.status", "x.at", "x.ackat", "x.took", "col.evidence")
	for i := range pg.r.Result.Units {
		u := &pg.r.Result.Units[i]
		for j := range u.Injects {
			in := &u.Injects[j]
			t.add(clean(u.Key), pg.unit(u.Key), clean(in.Key), pg.inject(in.Key), pg.t("inject."+string(in.Status)),
				moment(in.Released), moment(in.Acknowledged), seconds(in.AckTook), evidenceText(pg.trail(u.Key, injectTrail, in.Key)))
		}
	}
	return t
}

func (pg *page) flowTable() *table {
	t := pg.newTable("flows", "x.flow", "x.title", "col.phase", "col.from", "col.to", "x.result", "x.due", "x.made", "x.took",
		"x.via", "x.broken", "col.evidence")
	for i := range pg.r.Flow.Expected {
		l := &pg.r.Flow.Expected[i]
		for j := range l.Senders {
			s := &l.Senders[j]
			var via any
			if s.Via > 0 {
				via = s.Via
			}
			t.add(clean(l.Key), pg.flowTitle[l.Key], pg.phase(l.Phase), pg.endName(s.From), pg.endName(s.To),
				pg.t("flow."+string(s.Status)), moment(s.Due), moment(s.Made), seconds(s.Took), via, pg.yes(s.Broken),
				evidenceText(s.Evidence))
		}
	}
	return t
}

func (pg *page) edgeRows() *table {
	t := pg.newTable("edges", "col.from", "col.to", "x.messages", "x.shares", "x.relays", "x.calls", "x.labels", "x.begin", "x.last",
		"x.quarter1", "x.quarter2", "x.quarter3", "x.quarter4", "col.evidence")
	for i := range pg.r.Flow.Edges {
		e := &pg.r.Flow.Edges[i]
		t.add(pg.endName(e.From), pg.endName(e.To), e.Messages, e.Shares, e.Relays, e.Calls, labelsOf(e.Labels),
			seconds(&e.First.Seconds), seconds(&e.Last.Seconds),
			e.Quarters[0], e.Quarters[1], e.Quarters[2], e.Quarters[3], evidenceText(e.Evidence))
	}
	return t
}

func (pg *page) unexpectedTable() *table {
	t := pg.newTable("unexpected", "x.event", "x.clock", "col.from", "col.to", "col.label", "col.text")
	for i := range pg.r.Flow.Unexpected {
		u := &pg.r.Flow.Unexpected[i]
		t.add(u.Seq, u.At.Clock, pg.endName(u.From), pg.endNames(u.To), u.TLP.String(), clean(u.Text))
	}
	return t
}

func (pg *page) indicatorTable() *table {
	t := pg.newTable("indicators", "x.form", "x.reached", "x.teams", "x.begin", "x.last", "x.all", "x.flow", "col.evidence")
	for i := range pg.r.Flow.Indicators {
		in := &pg.r.Flow.Indicators[i]
		var first, last any
		if n := len(in.Reached); n > 0 {
			first, last = seconds(&in.Reached[0].At.Seconds), seconds(&in.Reached[n-1].At.Seconds)
		}
		t.add(clean(in.Form), len(in.Reached), in.Teams, first, last, seconds(in.All), clean(in.Flow), evidenceText(reachEvidence(in)))
	}
	return t
}

func (pg *page) labelTable() *table {
	t := pg.newTable("labels", "x.event", "x.clock", "col.from", "col.to", "col.was", "col.is", "col.about")
	for i := range pg.r.Flow.Broken {
		b := &pg.r.Flow.Broken[i]
		t.add(b.Seq, b.At.Clock, pg.endName(b.From), pg.endNames(b.To), b.Was.String(), b.Is.String(), pg.about(b.Re))
	}
	return t
}

func (pg *page) strayTable() *table {
	t := pg.newTable("misdirected", "x.event", "x.clock", "col.from", "col.to", "col.about")
	for i := range pg.r.Flow.Astray {
		s := &pg.r.Flow.Astray[i]
		t.add(s.Seq, s.At.Clock, pg.endName(s.From), pg.endNames(s.To), pg.about(s.Re))
	}
	return t
}

func (pg *page) ratingTable() *table {
	t := pg.newTable("ratings", "x.objective", "x.critical", "x.title", "x.key", "x.name", "x.rating", "x.automatic", "x.points", "x.max", "x.challenges", "x.couldnot", "col.marks", "col.evidence")
	for i := range pg.r.Evaluation.Objectives {
		o := &pg.r.Evaluation.Objectives[i]
		for j := range o.Critical {
			c := &o.Critical[j]
			for k := range c.Ratings {
				r := &c.Ratings[k]
				marks := make([]string, len(r.Marks))
				for n, m := range r.Marks {
					marks[n] = pg.markSays(m) + " " + clean(m.Note)
				}
				t.add(clean(o.Key), clean(c.Key), pg.pick(c.Title), clean(r.Unit), pg.unit(r.Unit), letter(r.Rating), pg.yes(r.Automatic),
					float64(r.Points), float64(r.Max), r.Challenges, r.CouldNot, strings.Join(marks, "\n"), evidenceText(r.Evidence))
			}
		}
	}
	return t
}

func (pg *page) phaseTable() *table {
	t := pg.newTable("phases", "x.key", "x.name", "col.phase", "x.begin", "x.last", "x.answered", "x.asked")
	for i := range pg.r.Measures.Units {
		m := &pg.r.Measures.Units[i]
		for _, ph := range m.Phases {
			t.add(clean(m.Unit), pg.unit(m.Unit), pg.phase(ph.Phase), moment(ph.First), moment(ph.Last), ph.Done, ph.Asked)
		}
	}
	return t
}

func (pg *page) noteTable() *table {
	t := pg.newTable("notes", "x.event", "x.clock", "col.kind", "col.unit", "x.who", "col.about", "col.text")
	for i := range pg.r.Notes {
		n := &pg.r.Notes[i]
		t.add(n.Seq, n.At.Clock, pg.t("note."+n.Kind), pg.unitOrNone(n.Unit), clean(n.Actor), pg.noteAbout(n), pg.noteText(n))
	}
	return t
}

func (pg *page) eventTable() *table {
	t := pg.newTable("events", "x.event", "x.clock", "x.type", "x.who", "col.text")
	for i := range pg.r.Events {
		e := &pg.r.Events[i]
		t.add(e.Seq, e.At.Clock, clean(string(e.Type)), clean(e.Actor), clean(e.Text))
	}
	return t
}

// find gives the table with a key.
func find(ts []*table, key string) *table {
	i := slices.IndexFunc(ts, func(t *table) bool { return t.key == key })
	return ts[i]
}
