package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/tabletop"
)

// Script makes the facilitator's script for a day without a server: the plan,
// then every module with its brief, its questions, notes and expected points.
// startex is the real time of STARTEX, for clocks beside the planned times; zero
// for none.
func Script(pack *scenario.Pack, table *tabletop.Tabletop, startex time.Time, p *i18n.Printer) *Report {
	s := &script{pack: pack, startex: startex, p: p, langs: append([]string{p.Lang()}, pack.Languages...)}
	s.out = &Report{
		Title: s.text(pack.Title), For: s.t("title"), Lang: p.Lang(), About: p.T("tabletop.report.about"), Label: pack.TLP, printer: p,
	}
	if pack.TLP != scenario.TLPNone {
		s.out.Meta = append(s.out.Meta, "TLP:"+pack.TLP.String())
	}
	s.out.Meta = append(s.out.Meta,
		s.t("of", i18n.Args{"Pack": pack.Key, "Version": pack.Version}),
		s.t("size", i18n.Args{"Modules": len(table.Modules), "Questions": table.Count(), "Time": planned(pack.Duration)}),
	)
	plan := table.Plan()
	s.plan(plan)
	s.injects()
	for _, slot := range plan {
		if slot.Question == nil {
			s.module(slot)
		} else {
			s.question(table, slot)
		}
	}
	return s.out
}

// script makes a script.
type script struct {
	pack    *scenario.Pack
	startex time.Time
	p       *i18n.Printer
	langs   []string
	out     *Report
}

func (s *script) t(key string, args ...i18n.Args) string {
	return s.p.T("tabletop.script."+key, args...)
}

func (s *script) text(t scenario.Text) string { return t.In(s.langs...) }

// planned writes a time of the plan as hours and minutes.
func planned(d time.Duration) string {
	return fmt.Sprintf("%d:%02d", int(d.Hours()), int(d.Minutes())%60)
}

// when is a planned time, with that of the clock where STARTEX is known.
func (s *script) when(d time.Duration) string {
	if s.startex.IsZero() {
		return planned(d)
	}
	return s.t("when", i18n.Args{"At": planned(d), "Clock": s.startex.Add(d).Format("15:04")})
}

func (s *script) minutes(d time.Duration) string {
	return s.t("min", i18n.Args{"N": strconv.FormatFloat(d.Minutes(), 'f', -1, 64)})
}

func (s *script) named(q *tabletop.Question) string {
	if q.Poll.Attributed {
		return s.t("named")
	}
	return s.t("unnamed")
}

// plan is the table of the whole.
func (s *script) plan(plan []tabletop.Slot) {
	t := &Table{Name: s.t("plan"), Bars: -1, Head: []string{
		s.t("at"), s.t("what"), s.t("type"), s.p.T("tabletop.report.names"), s.t("open"), s.t("discuss"),
	}}
	for _, slot := range plan {
		row := []string{s.when(slot.At), s.text(slot.Module.Title), s.t("module"), "", "", ""}
		if q := slot.Question; q != nil {
			row[1], row[2], row[3] = s.text(q.Poll.Title), s.t("type."+q.Poll.Kind), s.named(q)
			row[4], row[5] = s.minutes(q.Open()), s.minutes(q.Discuss)
		}
		t.Rows = append(t.Rows, row)
	}
	s.add(1, "plan", s.t("plan"), Block{Table: t})
}

// injects are what comes on the clock.
func (s *script) injects() {
	t := &Table{Name: s.t("injects"), Bars: -1, Head: []string{s.t("at"), s.t("key"), s.t("to"), s.t("what")}}
	for _, inj := range s.pack.Injects {
		at := "–"
		if inj.Trigger.HasAt {
			at = s.when(inj.Trigger.At)
		}
		t.Rows = append(t.Rows, []string{at, inj.Key, inj.To, s.text(inj.Title)})
	}
	if len(t.Rows) == 0 {
		return
	}
	s.add(1, "injects", s.t("injects"), Block{Table: t})
	for _, inj := range s.pack.Injects {
		s.add(2, "n-"+inj.Key, inj.Key+": "+s.text(inj.Title), append(paragraphs(s.letter(inj.Key)), s.guidance(inj.Notes, nil)...)...)
	}
}

// letter is the text of an inject, with its subject.
func (s *script) letter(key string) string {
	for _, lang := range s.langs {
		if text, ok := s.pack.Files["texts/"+lang+"/"+key+".md"]; ok {
			return string(text)
		}
	}
	return ""
}

func (s *script) add(level int, id, title string, blocks ...Block) {
	s.out.Sections = append(s.out.Sections, Section{ID: id, Title: title, Level: level, Blocks: blocks})
}

func (s *script) module(slot tabletop.Slot) {
	m := slot.Module
	_, brief, _ := strings.Cut(m.Brief(s.pack, s.p.Lang()), "\n")
	blocks := paragraphs(brief)
	if len(m.Pictures) > 0 {
		blocks = append(blocks, Block{Text: s.t("pictures", i18n.Args{"Files": s.p.List(m.Pictures)})})
	}
	if len(m.Material) > 0 {
		blocks = append(blocks, Block{Text: s.t("material", i18n.Args{"Files": s.p.List(m.Material)})})
	}
	blocks = append(blocks, s.guidance(m.Notes, m.Expected)...)
	s.add(1, "m-"+m.Key, s.t("at_module", i18n.Args{"At": s.when(slot.At), "Title": s.text(m.Title)}), blocks...)
}

func (s *script) question(table *tabletop.Tabletop, slot tabletop.Slot) {
	q := slot.Question
	line := s.t("question", i18n.Args{
		"Type": s.t("type." + q.Poll.Kind), "Names": s.named(q), "Open": s.minutes(q.Open()), "Discuss": s.minutes(q.Discuss),
	})
	blocks := []Block{{Text: line}}
	if q.When != nil {
		blocks = append(blocks, Block{Text: s.condition(table, q.When)})
	}
	if q.Again {
		blocks = append(blocks, Block{Text: s.t("again")})
	}
	if limit := s.limit(&q.Poll); limit != "" {
		blocks = append(blocks, Block{Text: limit})
	}
	var options []string
	for _, o := range q.Poll.Options {
		options = append(options, s.text(o.Text))
	}
	if len(options) > 0 {
		blocks = append(blocks, Block{Items: options})
	}
	blocks = append(blocks, s.guidance(q.Notes, q.Expected)...)
	s.add(2, "q-"+q.Poll.Key, s.t("at_question", i18n.Args{"At": s.when(slot.At), "Title": s.text(q.Poll.Title)}), blocks...)
}

// condition says when a question is asked.
func (s *script) condition(table *tabletop.Tabletop, w *tabletop.When) string {
	title, chosen := w.Question, w.Chosen
	if q, ok := table.Question(w.Question); ok {
		title = s.text(q.Poll.Title)
		for _, o := range q.Poll.Options {
			if o.Key == w.Chosen {
				chosen = s.text(o.Text)
			}
		}
	}
	return s.t("only", i18n.Args{"Question": title, "Chosen": chosen})
}

// limit says what an answer may be.
func (s *script) limit(p *exercise.Poll) string {
	switch p.Kind {
	case exercise.PollScale:
		return s.t("scale", i18n.Args{"Low": p.Low, "High": p.High})
	case exercise.PollPoints:
		return s.t("points", i18n.Args{"N": p.Share})
	case exercise.PollSeveral:
		most := p.Most
		if most == 0 {
			most = len(p.Options)
		}
		return s.t("several", i18n.Args{"Least": max(1, p.Least), "Most": most})
	}
	return ""
}

// guidance are notes and expected points.
func (s *script) guidance(notes scenario.Text, expected []scenario.Text) (blocks []Block) {
	if text := s.text(notes); text != "" {
		blocks = append(blocks, Block{Text: s.t("notes")}, Block{Quotes: []string{text}})
	}
	var points []string
	for _, e := range expected {
		points = append(points, s.text(e))
	}
	if len(points) > 0 {
		blocks = append(blocks, Block{Text: s.t("expected")}, Block{Items: points})
	}
	return blocks
}

// paragraphs are the blocks of a brief: lists where lines begin with a dash,
// else text. Signs for emphasis fall away, for a paper has its own.
func paragraphs(brief string) (blocks []Block) {
	var text, items []string
	flush := func() {
		if len(text) > 0 {
			blocks = append(blocks, Block{Text: strings.Join(text, " ")})
		}
		if len(items) > 0 {
			blocks = append(blocks, Block{Items: items})
		}
		text, items = nil, nil
	}
	for line := range strings.Lines(brief) {
		line = strings.ReplaceAll(strings.TrimSpace(line), "**", "")
		item, listed := strings.CutPrefix(line, "- ")
		switch {
		case line == "":
			flush()
		case listed:
			if len(text) > 0 {
				flush()
			}
			items = append(items, item)
		case len(items) > 0:
			items[len(items)-1] += " " + line
		default:
			text = append(text, strings.TrimLeft(line, "#> "))
		}
	}
	flush()
	return blocks
}
