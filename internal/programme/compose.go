package programme

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"renkei/internal/community"
	"renkei/internal/i18n"
)

// Chapter is what the handbook says of a member.
type Chapter struct {
	Member string
	Name   community.Text
	Groups []ChapterGroup // challenges, needs, risks
	Rows   []ChapterRow   // a measure each
	Note   community.Text
}

// ChapterGroup is a list below a heading.
type ChapterGroup struct {
	Name    string // key of its heading
	Entries []ChapterEntry
}

// ChapterRow is a measure with what was done and what is planned.
type ChapterRow struct {
	Name          community.Text
	Done, Planned []ChapterEntry
}

// ChapterEntry is an item of the handbook.
type ChapterEntry struct {
	Text         community.Text
	Since, Until community.Date
	Uncertain    bool
}

// Sources are what a report is made of.
type Sources struct {
	Records  *Records
	Chapters []Chapter // of the edition's handbook, in the order of the report
	// Members are the names of members by id.
	Members map[string]community.Text
	// Drafts keeps what is none of a report's: for a page of who may see it.
	Drafts bool
	// Before are the records as they were when the last edition was frozen, and
	// Since its date; nil where none was.
	Before *Records
	Since  community.Date
	// Outside is what other areas have done.
	Outside map[Show][]OutsideRow
	// Played are the exercises that are over, by their ids.
	Played map[string]*Played
	// Contacts are the contact checks of events that are over, by their ids.
	Contacts map[string]*OutsideRow
}

// Compose makes the report of an edition in the printer's language. An error
// means that it could not be written down.
func Compose(e *Edition, from Sources, p *i18n.Printer) (*Report, error) {
	if !from.Drafts {
		from.Records = from.Records.Settled()
	}
	c := &composer{from: from, p: p, r: &Report{
		Edition: e.ID, Language: p.Lang(), Title: e.Title.In(p.Lang()), Theme: e.Theme.In(p.Lang()), Notice: e.Notice.In(p.Lang()), AsOf: e.AsOf,
	}}
	for i := range e.Sections {
		c.r.Parts = append(c.r.Parts, c.part(&e.Sections[i]))
	}
	return c.r, c.r.seal()
}

type composer struct {
	from Sources
	p    *i18n.Printer
	r    *Report
}

func (c *composer) say(t community.Text) string { return t.In(c.p.Lang()) }

func (c *composer) t(key string, args ...i18n.Args) string { return c.p.T("programme."+key, args...) }

func (c *composer) part(s *Section) Part {
	part := Part{ID: s.ID, Title: c.say(s.Title)}
	for i := range s.Blocks {
		part.Pieces = append(part.Pieces, c.block(&s.Blocks[i])...)
		if s.Blocks[i].Show == ShowMembers {
			part.Parts = append(part.Parts, c.members()...)
		}
	}
	if len(s.Blocks) == 1 && len(part.Pieces) == 1 && part.Pieces[0].untitled {
		part.Pieces[0].Title = "" // the section has one
	}
	for i := range s.Sections {
		part.Parts = append(part.Parts, c.part(&s.Sections[i]))
	}
	return part
}

// block is what a block shows: what somebody wrote in this language first.
func (c *composer) block(b *Block) (all []Piece) {
	if w, ok := b.Text[c.p.Lang()]; ok && w.Text != "" {
		all = append(all, Piece{State: w.State, Text: c.spans(w.Text), Records: c.references(b.Of)})
	}
	switch b.Show {
	case ShowText:
		if len(all) == 0 {
			all = c.inWords(b.Of)
		}
	case ShowFacts:
		for _, id := range b.Of {
			all = append(all, c.facts(c.from.Records.any(id)))
		}
	case ShowTimeline:
		all = append(all, c.timeline(b.Of))
	case ShowMessages:
		for _, id := range b.Of {
			all = append(all, c.message(find[*Message](c.from.Records, KindMessage, id)))
		}
	case ShowActivities:
		all = append(all, c.activities())
	case ShowFigures:
		all = append(all, c.figures(b.Of))
	case ShowMeetings:
		all = append(all, c.meetings(b.Of))
	case ShowDuties:
		all = append(all, c.duties(b.Of))
	case ShowPlans:
		all = append(all, c.plans())
	case ShowComchecks, ShowChanges, ShowNeeds, ShowDeals:
		all = append(all, c.outside(b.Show))
	case ShowHeads:
		all = append(all, c.heads(b.Of))
	case ShowExercises:
		all = append(all, c.exercises(b.Of)...)
	case ShowPhotos:
		all = append(all, c.photos(b.Of)...)
	case ShowMembers:
	}
	if len(all) == 0 && b.Show != ShowMembers {
		all = append(all, Piece{State: Missing, Text: []Span{{Text: c.t("state.missing.text")}}})
	}
	return all
}

func (c *composer) references(ids []string) (all []Reference) {
	for _, id := range ids {
		if rec := c.from.Records.any(id); rec != nil {
			all = append(all, Reference{rec.Kind(), id})
		}
	}
	return all
}

// spans fills the references of a text in.
func (c *composer) spans(text string) (all []Span) {
	at := 0
	for _, m := range reference.FindAllStringSubmatchIndex(text, -1) {
		if m[0] > at {
			all = append(all, Span{Text: text[at:m[0]]})
		}
		what, id := text[m[2]:m[3]], text[m[4]:m[5]]
		all = append(all, c.referred(what, id))
		at = m[1]
	}
	if at < len(text) {
		all = append(all, Span{Text: text[at:]})
	}
	return all
}

func (c *composer) referred(what, id string) Span {
	if what == "figure" {
		return c.figure(c.from.Records.Figure(id))
	}
	begin, end := dates(c.from.Records.any(id))
	if what == "year" {
		begin, end = community.Date(Year(begin)), ""
	}
	return Span{Text: When(c.p, begin, end)}
}

// dates are when a record began and ended.
func dates(rec Record) (begin, end community.Date) {
	switch rec := rec.(type) {
	case *Activity:
		return rec.Begun, rec.Ended
	case *Event:
		return rec.Begin, rec.End
	case *Agreement:
		return rec.Signed, ""
	case *Figure:
		return rec.AsOf, ""
	case *Message:
		return rec.AsOf, ""
	case *Award:
		return rec.On, ""
	}
	return "", ""
}

// figure cites a figure: its value is said, and its records stand at the end.
func (c *composer) figure(f *Figure) Span {
	if f == nil {
		return Span{Text: c.t("figure.none")}
	}
	n := c.from.Records.Count(f)
	value := n.Text(c.p)
	if !slices.ContainsFunc(c.r.Figures, func(x Cited) bool { return x.ID == f.ID }) {
		c.r.Figures = append(c.r.Figures, Cited{
			ID: f.ID, Name: c.say(f.Title), Value: value, Number: n.Value, AsOf: f.AsOf, Records: c.counted(n.Records),
			Rule: f.RuleText(c.p), Least: n.Least, Most: n.Most,
		})
	}
	return Span{Text: value, Figure: f.ID}
}

// counted are records with their names.
func (c *composer) counted(all []Reference) []Counted {
	named := make([]Counted, len(all))
	for i, at := range all {
		named[i] = Counted{at, c.say(c.from.Records.Record(at.Kind, at.ID).Name())}
	}
	return named
}

// inWords is what the records say where nobody has written anything.
func (c *composer) inWords(ids []string) (all []Piece) {
	for _, id := range ids {
		rec := c.from.Records.any(id)
		var sentences []string
		switch rec := rec.(type) {
		case *Activity:
			sentences = c.activityWords(rec)
		case *Event:
			sentences = c.eventWords(rec)
		case *Agreement:
			sentences = c.agreementWords(rec)
		default:
			continue
		}
		gap := " "
		if c.p.Lang() == "ja" {
			gap = ""
		}
		piece := c.piece(rec)
		piece.Text = []Span{{Text: strings.Join(slices.DeleteFunc(sentences, func(s string) bool { return s == "" }), gap)}}
		all = append(all, piece)
	}
	return all
}

// piece is the beginning of what is said of a record.
func (c *composer) piece(rec Record) Piece {
	head := headOf(rec)
	return Piece{
		State: Machine, Note: c.say(head.Note), Uncertain: head.Uncertain, Source: head.Source.URL,
		Records: []Reference{{rec.Kind(), rec.Key()}},
	}
}

func headOf(rec Record) *Head {
	switch rec := rec.(type) {
	case *Activity:
		return &rec.Head
	case *Event:
		return &rec.Head
	case *Figure:
		return &rec.Head
	case *Agreement:
		return &rec.Head
	case *Decision:
		return &rec.Head
	case *Message:
		return &rec.Head
	case *Edition:
		return &rec.Head
	case *Paper:
		return &rec.Head
	case *Action:
		return &rec.Head
	case *Minutes:
		return &rec.Head
	case *Award:
		return &rec.Head
	case *Erratum:
		return &rec.Head
	case *Settings:
		return &rec.Head
	}
	return &Head{}
}

// sentence is a sentence about a value; "" where there is none.
func (c *composer) sentence(key, value string) string {
	if value == "" {
		return ""
	}
	return c.t("say."+key, i18n.Args{"Value": value})
}

func (c *composer) activityWords(a *Activity) []string {
	return []string{
		c.say(a.About), c.sentence("begun", When(c.p, a.Begun, "")), c.sentence("each", c.say(a.Each)), c.sentence("ended", When(c.p, a.Ended, "")),
		c.sentence("leads", c.memberNames(a.Leads)), c.sentence("hosts", c.p.List(a.Hosts)), c.sentence("members", c.memberNames(a.Members)),
	}
}

func (c *composer) eventWords(e *Event) []string {
	what := c.t("say.event."+string(e.Status), i18n.Args{
		"Title": c.say(e.Title), "When": cmp.Or(When(c.p, e.Begin, e.End), c.t("when.unknown")), "Place": c.say(e.Place), "Mode": c.mode(e.Mode),
	})
	return []string{
		what, c.sentence("hosts", c.p.List(e.Hosts)), c.sentence("members", c.memberNames(e.Members)), c.sentence("others", c.say(e.Others)),
		c.sentence("outputs", c.texts(e.Outputs)), c.say(e.Result),
	}
}

func (c *composer) agreementWords(a *Agreement) []string {
	return []string{
		c.t("say.agreement", i18n.Args{
			"Title": c.say(a.Title), "When": cmp.Or(When(c.p, a.Signed, ""), c.t("when.unknown")), "Place": c.say(a.Place), "Parties": c.p.List(a.Parties),
		}),
		c.say(a.Aim), c.sentence("until", When(c.p, a.Until, "")),
	}
}

func (c *composer) mode(m Mode) string {
	if m == "" {
		return ""
	}
	return c.t("mode." + string(m))
}

func (c *composer) texts(all []community.Text) string {
	words := make([]string, len(all))
	for i, t := range all {
		words[i] = c.say(t)
	}
	return c.t("list", i18n.Args{"Words": words})
}

func (c *composer) memberNames(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = cmp.Or(c.from.Members[id].In(c.p.Lang()), strings.ToUpper(id))
	}
	return c.t("list", i18n.Args{"Words": names})
}

// ChapterSource is where the chapters of members come from, and their names: the
// handbook and the community.
type ChapterSource interface {
	// Chapters returns those of an edition, in the order of its members; none where
	// there is no such edition.
	Chapters(ctx context.Context, edition string) ([]Chapter, error)
	// Members returns the names of the community's members by their ids.
	Members(ctx context.Context) (map[string]community.Text, error)
	// Outside returns what other areas have done in a year, for a block that shows
	// it; edition is that of the handbook.
	Outside(ctx context.Context, show Show, edition, year string) ([]OutsideRow, error)
	// Played returns what came of an exercise, in the language of p; nil for one
	// that is not over or not there.
	Played(ctx context.Context, exercise string, p *i18n.Printer) (*Played, error)
	// Comcheck returns what came of a contact check; nil for one that is not over or
	// not there.
	Comcheck(ctx context.Context, id string) (*OutsideRow, error)
}

// Gather reads what a report of an edition is made of, in the language of p.
func Gather(ctx context.Context, records *Records, from ChapterSource, e *Edition, p *i18n.Printer) (Sources, error) {
	chapters, err := from.Chapters(ctx, e.Handbook)
	if err != nil {
		return Sources{}, err
	}
	all := Sources{Records: records, Chapters: chapters, Outside: map[Show][]OutsideRow{}}
	for _, show := range outsideShows() {
		if !e.shows(show) {
			continue
		}
		if all.Outside[show], err = from.Outside(ctx, show, e.Handbook, Year(e.AsOf)); err != nil {
			return Sources{}, err
		}
	}
	if all.Played, err = gatherPlayed(ctx, records, from, e, p); err != nil {
		return Sources{}, err
	}
	if all.Contacts, err = gatherContacts(ctx, records, from, e); err != nil {
		return Sources{}, err
	}
	all.Members, err = from.Members(ctx)
	return all, err
}
