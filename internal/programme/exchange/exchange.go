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
	"strconv"
	"strings"
	"time"

	"renkei/internal/community"
	"renkei/internal/i18n"
	"renkei/internal/programme"
	"renkei/internal/sheet"
	"renkei/internal/sheet/columns"
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
	texts := []community.Text{m.Text}
	for _, d := range decisions {
		texts = append(texts, d.Title, d.Text)
	}
	for _, a := range actions {
		texts = append(texts, a.Title, a.Text)
	}
	langs := languages(texts...)
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
	var titles []community.Text
	for _, p := range papers {
		titles = append(titles, p.Title)
	}
	langs := languages(titles...)
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
	return []string{a.ID, a.Member, a.Name, a.Local, a.Body, string(a.Role), a.Mail, columns.Mark(a.Consent), a.Code, moment(a.Came)}
}

func head(l List, langs []string) []string { return columns.Head(l.fields(), l.texts(), langs) }

func inLanguages(row, langs []string, texts ...community.Text) []string {
	for _, lang := range langs {
		for _, t := range texts {
			row = append(row, t[lang])
		}
	}
	return row
}

// languages are those of texts, with English and Japanese first.
func languages(texts ...community.Text) []string {
	return columns.Languages(func(yield func(string) bool) {
		for _, t := range texts {
			for lang := range t {
				if !yield(lang) {
					return
				}
			}
		}
	})
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
	// ErrFixed means a cell that says what a table cannot change.
	ErrFixed = errors.New("exchange: this cannot be changed by a table")
	// ErrKind means a row that is neither record, decision nor action.
	ErrKind = errors.New("exchange: neither record, decision nor action")
	// ErrMember means a member that there is not, or for whom the reader does not
	// act.
	ErrMember = errors.New("exchange: no such member, or one of others")
	// ErrMany means more changes than a file may make.
	ErrMany = errors.New("exchange: more than 500 changes")
)

// Problem is what is wrong with a cell: an error of this package or of package
// columns, or a *programme.Refusal.
type Problem = columns.Problem

// Why says what is wrong, in the printer's language.
func Why(p *i18n.Printer, problem *Problem) string {
	var refused *programme.Refusal
	if errors.As(problem.Err, &refused) {
		key, args := refused.UserText()
		return p.T(key, args)
	}
	return p.T("programme.tables.problem." + problem.Key(map[string]error{
		"columns": ErrColumns, "list": ErrList, "fixed": ErrFixed, "kind": ErrKind, "member": ErrMember, "many": ErrMany,
	}))
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// moment is a time as a table has it: UTC, to the second.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
