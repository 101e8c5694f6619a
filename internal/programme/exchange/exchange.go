// Package exchange turns what belongs to an event, its record with decisions and
// actions, its papers and its list of people, into tables that people work on with
// a spreadsheet program, offline, and back. Untouched tables change nothing, and a
// row that is left out stays as it is: numbers are never freed, and people are
// erased on their page only. It is domain and may import package sheet.
//
// Start reading at [Tables] and [Read].
package exchange

import (
	"errors"
	"slices"
	"strings"

	"renkei/internal/community"
	"renkei/internal/i18n"
	"renkei/internal/programme"
	"renkei/internal/sheet"
)

// List is one of the tables of an event. Its name is that of its sheet.
type List string

// Lists.
const (
	Minutes List = "Minutes"
	Papers  List = "Papers"
	People  List = "People"
)

// Lists lists all of them, in the order of the sheets.
func Lists() []List { return []List{Minutes, Papers, People} }

// fields are the columns of a list beside its texts.
func (l List) fields() []string {
	switch l {
	case Minutes:
		return []string{"kind", "code", "item", "body", "member", "due", "state", "tlp", "evidence"}
	case Papers:
		return []string{"paper", "item", "member", "tlp", "file", "bytes", "sha256", "handed_in"}
	case People:
		return []string{"person", "member", "name", "own_script", "body", "role", "mail", "consent", "code", "came"}
	}
	return nil
}

// texts are the columns that are there once for each language.
func (l List) texts() []string {
	switch l {
	case Minutes:
		return []string{"title", "text"}
	case Papers:
		return []string{"title"}
	}
	return nil
}

// Book is what goes out and comes back: as much of an event as its reader may see.
type Book struct {
	Records *programme.Records
	Event   *programme.Event
	People  []programme.Attendee
}

// Kinds of rows of a meeting's record.
const (
	rowRecord   = "record"
	rowDecision = "decision"
	rowAction   = "action"
)

const yes = "yes"

// Tables returns the lists that are asked for as tables.
func Tables(b *Book, lists ...List) (all []sheet.Table) {
	for _, l := range lists {
		switch l {
		case Minutes:
			all = append(all, b.minutes())
		case Papers:
			all = append(all, b.papers())
		case People:
			all = append(all, b.people())
		}
	}
	return all
}

func (b *Book) minutes() sheet.Table {
	m := b.record()
	decisions, actions := b.Records.DecisionsOf(b.Event.ID), b.Records.Actions(b.Event.ID)
	langs := languages(m.Text)
	for _, d := range decisions {
		langs = languages(d.Title, d.Text, many(langs))
	}
	for _, a := range actions {
		langs = languages(a.Title, a.Text, many(langs))
	}
	t := sheet.Table{Name: string(Minutes), Head: head(Minutes, langs)}
	add := func(kind string, d *programme.Duty, title, text community.Text) {
		row := []string{kind, d.Code, d.Item, d.Body, d.Member, string(d.Due), string(d.State), string(d.TLP), evidence(d.Evidence)}
		t.Add(inLanguages(row, langs, title, text)...)
	}
	add(rowRecord, &programme.Duty{Code: b.Event.Session.Code, TLP: m.TLP}, b.Event.Title, m.Text)
	for _, d := range decisions {
		add(rowDecision, &d.Duty, d.Title, d.Text)
	}
	for _, a := range actions {
		add(rowAction, &a.Duty, a.Title, a.Text)
	}
	return t
}

// record is that of the meeting; an empty one where nobody has begun it.
func (b *Book) record() *programme.Minutes {
	if m := b.Records.MinutesOf(b.Event.ID); m != nil {
		return m
	}
	return &programme.Minutes{
		Head:    programme.Head{ID: programme.MinutesID(b.Event.ID), Title: b.Event.Title},
		Meeting: b.Event.ID, TLP: community.Amber,
	}
}

func (b *Book) papers() sheet.Table {
	papers := b.Records.Papers(b.Event.ID)
	langs := languages()
	for _, p := range papers {
		langs = languages(p.Title, many(langs))
	}
	t := sheet.Table{Name: string(Papers), Head: head(Papers, langs)}
	for _, p := range papers {
		t.Add(inLanguages(paperFields(p), langs, p.Title)...)
	}
	return t
}

func paperFields(p *programme.Paper) []string {
	return []string{p.ID, p.Item, p.Member, string(p.TLP), p.File.Name, number(p.File.Size), p.File.Hash, moment(p.At)}
}

func (b *Book) people() sheet.Table {
	t := sheet.Table{Name: string(People), Head: head(People, nil)}
	all := slices.Clone(b.People)
	programme.InOrder(all)
	for i := range all {
		t.Add(personFields(&all[i])...)
	}
	return t
}

func personFields(a *programme.Attendee) []string {
	return []string{a.ID, a.Member, a.Name, a.Local, a.Body, string(a.Role), a.Mail, mark(a.Consent), a.Code, moment(a.Came)}
}

func head(l List, langs []string) []string {
	all := slices.Clone(l.fields())
	for _, lang := range langs {
		for _, field := range l.texts() {
			all = append(all, field+":"+lang)
		}
	}
	return all
}

func inLanguages(row, langs []string, texts ...community.Text) []string {
	for _, lang := range langs {
		for _, t := range texts {
			row = append(row, t[lang])
		}
	}
	return row
}

// languages are English and Japanese, and those of texts beside them in order.
func languages(texts ...community.Text) []string {
	langs := []string{"en", "ja"}
	for _, t := range texts {
		for lang := range t {
			if !slices.Contains(langs, lang) {
				langs = append(langs, lang)
			}
		}
	}
	slices.Sort(langs[2:])
	return langs
}

// many is a text that is there in languages.
func many(langs []string) community.Text {
	t := community.Text{}
	for _, lang := range langs {
		t[lang] = lang
	}
	return t
}

// evidence writes evidence one a line: text | address.
func evidence(all []programme.Evidence) string {
	lines := make([]string, len(all))
	for i, e := range all {
		lines[i] = e.Text
		if e.URL != "" {
			lines[i] += " | " + e.URL
		}
	}
	return strings.Join(lines, "\n")
}

func parseEvidence(text string) (all []programme.Evidence) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		e := programme.Evidence{Text: line}
		if i := strings.LastIndex(line, "|"); i >= 0 && strings.Contains(line[i:], "://") {
			e.Text, e.URL = strings.TrimSpace(line[:i]), strings.TrimSpace(line[i+1:])
		}
		all = append(all, e)
	}
	return all
}

// Errors of tables.
var (
	// ErrColumns means that a table is none of an event.
	ErrColumns = errors.New("exchange: the first row names no columns of an event")
	// ErrList means a list that its reader may not change, or twice.
	ErrList = errors.New("exchange: a list that may not be changed, or twice")
	// ErrColumn means a column that there is not, or twice.
	ErrColumn = errors.New("exchange: unknown column, or twice")
	// ErrID means a row that names what is not there, or is there twice.
	ErrID = errors.New("exchange: no such row, or twice")
	// ErrFixed means a cell that says what a table cannot change.
	ErrFixed = errors.New("exchange: this cannot be changed by a table")
	// ErrKind means a row that is neither record, decision nor action.
	ErrKind = errors.New("exchange: neither record, decision nor action")
	// ErrMember means a member that there is not, or for whom the reader does not
	// act.
	ErrMember = errors.New("exchange: no such member, or one of others")
	// ErrFormula means a formula that has never been computed, or an error.
	ErrFormula = errors.New("exchange: a formula without a value")
	// ErrMany means more changes than a file may make.
	ErrMany = errors.New("exchange: more than 500 changes")
	// ErrMark means neither yes nor nothing.
	ErrMark = errors.New("exchange: neither yes nor empty")
)

// Problem is what is wrong with a cell.
type Problem struct {
	Cell  string // as people name it: "People!C7"
	Field string // of the column
	Text  string // what stands there
	Err   error  // one of the errors above, or a *programme.Refusal
}

// Why says what is wrong, in the printer's language.
func Why(p *i18n.Printer, problem *Problem) string {
	var refused *programme.Refusal
	if errors.As(problem.Err, &refused) {
		key, args := refused.UserText()
		return p.T(key, args)
	}
	return p.T("programme.tables.problem." + problem.key())
}

// key names the reason in a word.
func (p *Problem) key() string {
	for key, reason := range map[string]error{
		"columns": ErrColumns, "list": ErrList, "column": ErrColumn, "id": ErrID, "fixed": ErrFixed, "kind": ErrKind, "member": ErrMember,
		"formula": ErrFormula, "mark": ErrMark, "many": ErrMany,
	} {
		if errors.Is(p.Err, reason) {
			return key
		}
	}
	return "other"
}
