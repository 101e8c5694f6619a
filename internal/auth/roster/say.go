package roster

import (
	"bytes"
	"embed"
	"fmt"
	"maps"
	"strings"

	"renkei/internal/auth"
	"renkei/internal/i18n"
	"renkei/internal/sheet"
)

// Code is what is wrong; its sentence is the interface text "roster.<code>".
type Code string

// Codes.
const (
	FileLarge       Code = "file_large"
	FileOld         Code = "file_old"
	FileUnreadable  Code = "file_unreadable"
	FileEmpty       Code = "file_empty"
	TooManyRows     Code = "too_many_rows"
	HeadingMissing  Code = "heading_missing"
	HeadingUnknown  Code = "heading_unknown"
	HeadingTwice    Code = "heading_twice"
	ColumnMissing   Code = "column_missing"
	CellBroken      Code = "cell_broken"
	TooLong         Code = "too_long"
	NameMissing     Code = "name_missing"
	MailMissing     Code = "mail_missing"
	MailBad         Code = "mail_bad"
	MailTwice       Code = "mail_twice"
	MailTaken       Code = "mail_taken"
	RoleMissing     Code = "role_missing"
	RoleUnknown     Code = "role_unknown"
	RoleCommunity   Code = "role_community" // a role of the community in an exercise
	RoleExercise    Code = "role_exercise"  // and the other way round
	UnitMissing     Code = "unit_missing"
	UnitUnknown     Code = "unit_unknown"
	UnitAmbiguous   Code = "unit_ambiguous"
	UnitNowhere     Code = "unit_nowhere"  // the community has none
	UnitNoTeam      Code = "unit_no_team"  // the role is one of a team
	UnitTooMuch     Code = "unit_too_much" // the role is one of the whole exercise
	LanguageUnknown Code = "language_unknown"
	RowTwice        Code = "row_twice"
)

// Codes lists everything that may be wrong.
func Codes() []Code {
	return []Code{
		FileLarge, FileOld, FileUnreadable, FileEmpty, TooManyRows, HeadingMissing, HeadingUnknown, HeadingTwice, ColumnMissing,
		CellBroken, TooLong, NameMissing, MailMissing, MailBad, MailTwice, MailTaken, RoleMissing, RoleUnknown, RoleCommunity,
		RoleExercise, UnitMissing, UnitUnknown, UnitAmbiguous, UnitNowhere, UnitNoTeam, UnitTooMuch, LanguageUnknown, RowTwice,
	}
}

// Say is the sentence of a problem, with what was probably meant.
func Say(p *i18n.Printer, problem auth.Problem) string {
	a := maps.Clone(problem.Args)
	if role, ok := a["Role"].(auth.Role); ok {
		a["Role"] = p.T("roster.role." + string(role))
	}
	if column, ok := a["Column"].(Column); ok {
		a["Column"] = p.T("roster.column." + string(column))
	}
	said := p.T("roster."+problem.Code, a)
	if problem.Meaning != "" {
		said += p.T("roster.meaning", i18n.Args{"Text": problem.Meaning})
	}
	return said
}

// Handout is the table of what became of a plan's rows, with the links to hand
// out. base is the address of the program, such as https://renkei.example.org;
// unit gives the name of a unit by its key.
func Handout(p *i18n.Printer, base string, issued []auth.Issued, unit func(key string) string) sheet.Table {
	t := sheet.Table{Name: p.T("roster.handout.title")}
	for _, c := range []Column{Name, Organisation, Mail, RoleOf, UnitOf} {
		t.Head = append(t.Head, p.T("roster.column."+string(c)))
	}
	t.Head = append(t.Head, p.T("roster.handout.state"), p.T("roster.handout.link"), p.T("roster.handout.until"))
	for _, i := range issued {
		role, where, link, until := account, "", "", ""
		if i.Role != "" {
			role = i.Role
		}
		if i.Part != "" {
			where = unit(i.Part)
		}
		if i.Link != "" {
			link = strings.TrimRight(base, "/") + "/in/" + i.Link
		}
		if !i.Expires.IsZero() {
			until = i.Expires.Format("2006-01-02 15:04 UTC")
		}
		t.Add(i.Name, i.Organisation, i.Mail, p.T("roster.role."+string(role)), where, p.T("roster.state."+string(i.State)), link, until)
	}
	return t
}

//go:embed example
var examples embed.FS

// Example is a file to begin with, as CSV, with headings in a language of the
// interface.
func Example(lang string) ([]byte, error) {
	raw, err := examples.ReadFile("example/" + lang + ".csv")
	if err != nil {
		return nil, fmt.Errorf("example of a roster: %w", err)
	}
	return append([]byte(sheet.BOM), bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n"))...), nil
}
