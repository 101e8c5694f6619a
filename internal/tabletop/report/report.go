// Package report makes the report of a tabletop: positions and how they moved,
// where the room is divided, where countries differ or have no rule, what was
// said without names, and commitments. There are three versions: what the room
// saw, that of a delegation with its own place in the room, and a public one
// without positions of countries.
//
// Start with [Make], then [Check], which sees that no name stands beside content
// without attribution. It reads the state and what was quoted, and nothing that
// was not revealed.
package report

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/tabletop"
)

// Readers beside the keys of delegations.
const (
	ForRoom   = "room"
	ForPublic = "public"
)

// Source is of what a report is made.
type Source struct {
	State *exercise.State
	// Quotes are the texts that the room was shown, by question.
	Quotes map[string][]string
	Made   time.Time
}

// Report is a report for a reader.
type Report struct {
	Title    string
	For      string // whose version it is, in words
	Draft    string // says that it is one, in words
	About    string // names the sheet about it
	Lang     string
	Label    scenario.TLP
	Meta     []string
	Sections []Section

	printer *i18n.Printer
}

// Section is a part of a report.
type Section struct {
	ID, Title string
	Level     int // 1 or 2
	Blocks    []Block
}

// Block is a paragraph, a list, quotes or a table.
type Block struct {
	Text   string
	Items  []string
	Quotes []string
	Table  *Table
	// Unattributed says that it is content without attribution: no name may stand
	// in it.
	Unattributed bool
}

// Table is a table. Bars is the column whose numbers are drawn as lengths, of the
// most that Of says; -1 for none.
type Table struct {
	Name string
	Head []string
	Rows [][]string
	Bars int
	Of   int
}

// maker makes a report.
type maker struct {
	src    Source
	reader string
	p      *i18n.Printer
	langs  []string
	out    *Report
}

func (m *maker) t(key string, args ...i18n.Args) string {
	return m.p.T("tabletop.report."+key, args...)
}

// Make makes a report for a reader: ForRoom, ForPublic or the key of a
// delegation. Who asks has found out that the reader may have it.
func Make(src Source, reader string, p *i18n.Printer) *Report {
	m := &maker{src: src, reader: reader, p: p, langs: append([]string{p.Lang()}, src.State.Play().Pack.Languages...)}
	m.out = &Report{Title: m.text(src.State.Created().Title), For: m.version(), Lang: p.Lang(), Draft: m.t("draft"), About: m.t("about"), Label: src.State.Play().Pack.TLP, printer: p}
	if reader == ForPublic {
		m.out.Label = scenario.TLPClear
	}
	m.out.Meta = []string{
		m.t("as_of", i18n.Args{"At": src.Made.UTC().Format("2006-01-02 15:04") + " UTC"}),
		m.t("delegations", i18n.Args{"N": len(m.teams())}),
	}
	if m.out.Label != scenario.TLPNone {
		m.out.Meta = append(m.out.Meta, "TLP:"+m.out.Label.String())
	}
	if src.State.Phase() != exercise.Over {
		m.out.Meta = append(m.out.Meta, m.t("not_over"))
	}
	m.recalled()
	m.own()
	m.overview()
	m.questions()
	m.gaps()
	m.commitments()
	m.rules()
	return m.out
}

func (m *maker) text(t scenario.Text) string { return t.In(m.langs...) }

func (m *maker) version() string {
	switch m.reader {
	case ForRoom, ForPublic:
		return m.t("for." + m.reader)
	}
	return m.t("for.delegation", i18n.Args{"Unit": m.unit(m.reader)})
}

func (m *maker) unit(key string) string {
	cast := m.src.State.Play().Cast
	if u, ok := cast.Index(key); ok {
		return cast.Units[u].Name.In(append(m.langs, "en")...)
	}
	return key
}

func (m *maker) teams() (keys []string) {
	for _, u := range m.src.State.Play().Cast.Units {
		if u.IsTeam() {
			keys = append(keys, u.Key)
		}
	}
	return keys
}

func (m *maker) add(level int, id, title string, blocks ...Block) {
	if len(blocks) > 0 {
		m.out.Sections = append(m.out.Sections, Section{ID: id, Title: title, Level: level, Blocks: blocks})
	}
}

// public reports whether the version leaves out whose a position is.
func (m *maker) public() bool { return m.reader == ForPublic }

// overview says where the room is divided and how far it moved.
func (m *maker) overview() {
	table := &Table{Name: m.t("overview"), Bars: -1, Head: []string{
		m.t("question"), m.t("names"), m.t("answers"), m.t("agreement"), m.t("moved"),
	}}
	var divided, hidden []string
	for v := range m.src.State.Polls() {
		title := m.text(v.Title)
		if len(v.Shown) == 0 {
			hidden = append(hidden, m.t("shows_nothing", i18n.Args{"Question": title, "Why": m.t("status." + v.Status.String())}))
			continue
		}
		last := v.Shown[len(v.Shown)-1]
		agreement := "–"
		if a, ok := tabletop.Agreement(&v.Poll, last.Answers); ok {
			agreement = strconv.FormatFloat(a, 'f', 2, 64)
			if a <= tabletop.Divided {
				divided = append(divided, title)
			}
		}
		table.Rows = append(table.Rows, []string{title, m.named(&v.Poll), strconv.Itoa(len(last.Answers)), agreement, m.moved(&v)})
	}
	blocks := []Block{}
	if len(divided) > 0 {
		blocks = append(blocks, Block{Text: m.t("divided")}, Block{Items: divided})
	} else if len(table.Rows) > 0 {
		blocks = append(blocks, Block{Text: m.t("not_divided")})
	}
	if len(table.Rows) > 0 {
		blocks = append(blocks, Block{Table: table})
	}
	if len(hidden) > 0 {
		blocks = append(blocks, Block{Text: m.t("hidden")}, Block{Items: hidden})
	}
	m.add(1, "overview", m.t("overview"), blocks...)
}

func (m *maker) named(p *exercise.Poll) string {
	if p.Attributed {
		return m.t("with_names")
	}
	return m.t("without_names")
}

// moved says how far the room moved from the first round to the last.
func (m *maker) moved(v *exercise.PollView) string {
	if len(v.Shown) < 2 {
		return "–"
	}
	first, last := v.Shown[0].Answers, v.Shown[len(v.Shown)-1].Answers
	move, ok := tabletop.Moved(&v.Poll, first, last)
	switch {
	case !ok && v.Kind == exercise.PollScale:
		return m.t("median_moved", i18n.Args{"From": number(tabletop.Median(first)), "To": number(tabletop.Median(last))})
	case !ok:
		return m.t("see_rounds")
	case move.N == 0:
		return m.t("moved_none")
	case move.Exact:
		return m.t("moved_exact", i18n.Args{"N": move.N, "Of": move.Of})
	}
	return m.t("moved_least", i18n.Args{"N": move.N, "Of": move.Of})
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// questions have a section each.
func (m *maker) questions() {
	var first bool
	for v := range m.src.State.Polls() {
		if len(v.Shown) == 0 || v.Kind == exercise.PollCommitment {
			continue
		}
		blocks := m.positions(&v)
		if !v.Attributed || m.public() {
			for i := range blocks {
				blocks[i].Unattributed = true
			}
		}
		if !first {
			first = true
			m.add(1, "positions", m.t("positions"), Block{Text: m.t("positions_about")})
		}
		m.add(2, "q-"+v.Key, m.text(v.Title), blocks...)
	}
}

// gaps are rows of the matrix to which a country has no answer. Only answers
// with names have countries, and only the room sees whose they are.
func (m *maker) gaps() {
	t := &Table{Name: m.t("gaps"), Bars: -1, Head: []string{m.t("question"), m.t("gap_count"), m.t("gap_who")}}
	if m.public() {
		t.Head = t.Head[:2]
	}
	for v := range m.src.State.Polls() {
		if v.Kind != exercise.PollMatrix || len(v.Shown) == 0 {
			continue
		}
		answers := v.Shown[len(v.Shown)-1].Answers
		for _, o := range v.Options {
			var lacks []string
			for _, team := range m.teams() {
				if i := slices.IndexFunc(answers, func(a exercise.PollAnswer) bool { return a.Unit == team }); i < 0 || answers[i].Row[o.Key] == "" {
					lacks = append(lacks, m.unit(team))
				}
			}
			row := []string{m.text(o.Text), strconv.Itoa(len(lacks))}
			if !m.public() {
				row = append(row, strings.Join(lacks, m.t("comma")))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	if len(t.Rows) > 0 {
		m.add(1, "gaps", m.t("gaps"), Block{Text: m.t("gaps_about")}, Block{Table: t})
	}
}

// commitments are published as a number: what a government promised it publishes
// itself.
func (m *maker) commitments() {
	all := m.src.State.Commitments()
	if len(all) == 0 {
		return
	}
	if m.public() {
		m.add(1, "commitments", m.t("commitments"), Block{Text: m.t("commitments_count", i18n.Args{"N": len(all)})})
		return
	}
	t := &Table{Name: m.t("commitments"), Bars: -1, Head: []string{m.t("delegation"), m.t("what"), m.t("by"), m.t("who")}}
	for _, c := range all {
		t.Rows = append(t.Rows, []string{m.unit(c.Unit), c.What, c.By, c.Who})
	}
	m.add(1, "commitments", m.t("commitments"), Block{Table: t})
}

// own is the place of a delegation in the room, by what it answered with its
// name: of the rest nobody can tell.
func (m *maker) own() {
	if m.reader == ForRoom || m.public() {
		return
	}
	t := &Table{Name: m.t("own"), Bars: -1, Head: []string{m.t("question"), m.t("own_answer"), m.t("own_alike")}}
	for v := range m.src.State.Polls() {
		if !v.Attributed || len(v.Shown) == 0 || v.Kind == exercise.PollCommitment {
			continue
		}
		answers := v.Shown[len(v.Shown)-1].Answers
		i := slices.IndexFunc(answers, func(a exercise.PollAnswer) bool { return a.Unit == m.reader })
		if i < 0 {
			t.Rows = append(t.Rows, []string{m.text(v.Title), m.t("own_none"), "–"})
			continue
		}
		alike := 0
		for _, a := range answers {
			if a.Unit = m.reader; string(a.Bytes()) == string(answers[i].Bytes()) {
				alike++
			}
		}
		t.Rows = append(t.Rows, []string{m.text(v.Title), m.words(&v.Poll, &answers[i]), m.t("own_of", i18n.Args{"N": alike - 1, "Of": len(answers) - 1})})
	}
	blocks := []Block{{Text: m.t("own_about")}}
	if len(t.Rows) > 0 {
		blocks = append(blocks, Block{Table: t})
	}
	if spoken := m.src.State.Floor().Spoken[m.reader]; spoken > 0 {
		blocks = append(blocks, Block{Text: m.t("own_spoken", i18n.Args{"Time": spoken.String()})})
	}
	m.add(1, "own", m.t("own"), blocks...)
}

// words says an answer in words.
func (m *maker) words(p *exercise.Poll, a *exercise.PollAnswer) string {
	var all []string
	for _, o := range p.Options {
		name := m.text(o.Text)
		switch {
		case p.Kind == exercise.PollMatrix && a.Row[o.Key] != "":
			all = append(all, m.t("pair", i18n.Args{"Name": name, "Value": a.Row[o.Key]}))
		case p.Kind == exercise.PollPoints && a.Points[o.Key] > 0:
			all = append(all, m.t("pair", i18n.Args{"Name": name, "Value": strconv.Itoa(a.Points[o.Key])}))
		case p.Kind == exercise.PollRanking:
			all = append(all, m.t("pair", i18n.Args{"Name": name, "Value": strconv.Itoa(1 + slices.Index(a.Chosen, o.Key))}))
		case slices.Contains(a.Chosen, o.Key):
			all = append(all, name)
		}
	}
	if a.Scale != nil {
		all = append(all, strconv.Itoa(*a.Scale))
	}
	if a.Text != "" {
		all = append(all, a.Text)
	}
	return strings.Join(all, "\n")
}

func (m *maker) rules() {
	m.add(1, "rules", m.t("rules"), Block{Items: []string{
		m.t("rule_names"), m.t("rule_few"), m.t("rule_agreement", i18n.Args{"Divided": number(tabletop.Divided)}), m.t("rule_moved"), m.t("rule_gaps"),
	}})
}
