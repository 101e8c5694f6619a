package exchange_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"renkei/internal/community"
	"renkei/internal/programme"
	"renkei/internal/programme/demo"
	"renkei/internal/programme/exchange"
	"renkei/internal/sheet"
	"renkei/internal/sheet/columns"
)

var now = time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)

// book is the first meeting of the demonstration with a paper and people.
func book(t *testing.T) *exchange.Book {
	t.Helper()
	records := programme.NewRecords()
	add := func(rec programme.Record) {
		t.Helper()
		c := records.Numbered(programme.Change{Reason: "demo", Of: rec.Kind(), ID: rec.Key(), Record: rec})
		if err := records.Check(c); err != nil {
			t.Fatal(err)
		}
		records = records.With(programme.Revision{Number: records.Last + 1, At: now, Of: c.Of, ID: c.ID, Record: c.Record})
	}
	for _, rec := range demo.Meetings(now) {
		add(rec)
	}
	add(&programme.Paper{
		Head: programme.Head{ID: "wg1-kh-1", Title: community.Text{"en": " A paper, with spaces ", "km": "ឯកសារ"}}, Meeting: "wg1", Item: "templates", Member: "kh",
		TLP: community.Green, At: now, File: programme.File{Name: "=paper.pdf", Media: "application/pdf", Hash: strings.Repeat("a", 64), Size: 3},
	})
	people := demo.Delegates(records.Event("wg1"), now)
	people[0].Name, people[1].Local, people[1].Consent = "=HYPERLINK(1)", "\tสมชาย", true
	return &exchange.Book{Records: records, Event: records.Event("wg1"), People: people}
}

func may() exchange.May {
	return exchange.May{Reason: "by table", Now: now, Conducts: true, Members: []string{"kh", "th", "jp", "la", "sg", "vn"}}
}

// files are the tables of a book, as a workbook and each as CSV.
func files(t *testing.T, tables []sheet.Table) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	var b bytes.Buffer
	if err := sheet.WriteXLSX(&b, tables...); err != nil {
		t.Fatal(err)
	}
	all["xlsx"] = b.Bytes()
	for i := range tables {
		var c bytes.Buffer
		if err := tables[i].WriteCSV(&c, true); err != nil {
			t.Fatal(err)
		}
		all[tables[i].Name] = c.Bytes()
	}
	return all
}

// TestUntouched takes everything out and in again: nothing changes, though texts
// have spaces at their ends and look like formulas.
func TestUntouched(t *testing.T) {
	t.Parallel()
	b := book(t)
	for name, raw := range files(t, exchange.Tables(b, exchange.Lists()...)) {
		plan, err := exchange.Open(raw, b, may())
		if err != nil || plan.N() != 0 || len(plan.Problems) != 0 {
			t.Errorf("%s: %d changes, %+v, %v", name, plan.N(), plan.Problems, err)
		}
	}
}

// edit returns the tables as a workbook after cells were changed, each as
// "Minutes!kind!2=value": column by its head, row from 1.
func edit(t *testing.T, b *exchange.Book, cells ...string) []byte {
	t.Helper()
	raw := files(t, exchange.Tables(b, exchange.Lists()...))["xlsx"]
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range cells {
		at, value, _ := strings.Cut(cell, "=")
		parts := strings.Split(at, "!")
		rows, err := f.GetRows(parts[0])
		if err != nil {
			t.Fatal(err)
		}
		col := slices.Index(rows[0], parts[1])
		name, err := excelize.ColumnNumberToName(col + 1)
		if col < 0 || err != nil {
			t.Fatalf("no column %s: %v", at, err)
		}
		if formula, ok := strings.CutPrefix(value, "formula:"); ok {
			err = f.SetCellFormula(parts[0], name+parts[2], formula)
		} else {
			err = f.SetCellStr(parts[0], name+parts[2], value)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestChanges makes a change of each kind by a table.
func TestChanges(t *testing.T) {
	t.Parallel()
	b := book(t)
	plan, err := exchange.Open(edit(t, b,
		"Minutes!text:en!2=The group agreed.",
		"Minutes!state!5=done", "Minutes!evidence!5=Tried in a drill | https://example.org/drill",
		"Minutes!kind!6=action", "Minutes!title:en!6=Write a guide", "Minutes!body!6=CamCERT", "Minutes!member!6=KH", "Minutes!due!6=2026-09-30",
		"Papers!tlp!2=CLEAR",
		"People!body!2=NCO", "People!name!7=Tran Van An", "People!member!7=vn", "People!role!7=head", "People!consent!7=yes",
	), b, may())
	if err != nil || len(plan.Problems) > 0 {
		t.Fatalf("%+v, %v", plan.Problems, err)
	}
	var got []string
	for _, c := range plan.Changes {
		got = append(got, string(c.Of)+" "+c.ID)
	}
	if want := []string{"minutes wg1-record", "action wg1-a2", "action wg1-a3", "paper wg1-kh-1"}; !slices.Equal(got, want) {
		t.Errorf("changes %v, want %v", got, want)
	}
	if a, ok := plan.Changes[1].Record.(*programme.Action); !ok || a.State != programme.Done || len(a.Evidence) != 1 || a.Evidence[0].URL != "https://example.org/drill" {
		t.Errorf("%+v", plan.Changes[1].Record)
	}
	if a, ok := plan.Changes[2].Record.(*programme.Action); !ok || a.Code != "WG1/A3" || a.Member != "kh" || a.TLP != community.Amber {
		t.Errorf("%+v", plan.Changes[2].Record)
	}
	if len(plan.People) != 2 || plan.New != 3 || plan.People[1].Role != programme.HeadOfDelegation || !plan.People[1].Consent || len(plan.People[1].Code) != 6 {
		t.Errorf("%d new, %+v", plan.New, plan.People)
	}
}

// TestWrongCells: each wrong cell is named, and nothing else is.
func TestWrongCells(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]struct {
		at  string
		err error
	}{
		"Minutes!code!2=WG9":           {"Minutes!B2", exchange.ErrFixed},
		"Minutes!kind!3=motion":        {"Minutes!A3", exchange.ErrKind},
		"Minutes!code!4=WG1/A9":        {"Minutes!B4", columns.ErrID},
		"Minutes!item!4=lunch":         {"Minutes!C4", columns.ErrID},
		"Minutes!due!5=formula:NOW(":   {"Minutes!F5", columns.ErrFormula},
		"Minutes!due!5=next week":      {"Minutes!B5", nil},
		"Minutes!evidence!4=":          {"Minutes!B4", nil},
		"Minutes!tlp!3=RED":            {"Minutes!B3", nil},
		"Papers!sha256!2=0":            {"Papers!G2", exchange.ErrFixed},
		"Papers!paper!2=other":         {"Papers!A2", columns.ErrID},
		"Papers!handed_in!2=yesterday": {"Papers!H2", exchange.ErrFixed},
		"People!member!3=xx":           {"People!B3", exchange.ErrMember},
		"People!consent!3=maybe":       {"People!H3", columns.ErrMark},
		"People!came!3=now":            {"People!J3", exchange.ErrFixed},
		"People!code!3=AAAAAA":         {"People!I3", exchange.ErrFixed},
		"People!role!3=chief":          {"People!C3", nil},
		"People!name!3=":               {"People!C3", nil},
		"People!mail!3=nowhere":        {"People!C3", nil},
		"People!person!3=somebody":     {"People!A3", columns.ErrID},
	} {
		b := book(t)
		plan, err := exchange.Open(edit(t, b, cell), b, may())
		if err != nil || len(plan.Problems) != 1 {
			t.Errorf("%s: %+v, %v", cell, plan.Problems, err)
			continue
		}
		p := plan.Problems[0]
		var refused *programme.Refusal
		if p.Cell != want.at || want.err != nil && !errors.Is(p.Err, want.err) || want.err == nil && !errors.As(p.Err, &refused) {
			t.Errorf("%s: %s %v, want %s %v", cell, p.Cell, p.Err, want.at, want.err)
		}
	}
}

// TestWhoMay: a member takes in its own people and nothing else, and sees no
// others.
func TestWhoMay(t *testing.T) {
	t.Parallel()
	b := book(t)
	own := exchange.May{Reason: "x", Now: now, Members: []string{"kh"}}
	raw := edit(t, b, "Minutes!text:en!2=Otherwise", "People!body!2=NCO")
	plan, err := exchange.Open(raw, b, own)
	if err != nil {
		t.Fatal(err)
	}
	lists := 0
	for _, p := range plan.Problems {
		if errors.Is(p.Err, exchange.ErrList) {
			lists++
		}
	}
	if lists != 2 || len(plan.Changes) != 0 {
		t.Errorf("%d lists refused, %d changes", lists, len(plan.Changes))
	}
	theirs := files(t, exchange.Tables(&exchange.Book{Records: b.Records, Event: b.Event, People: b.People}, exchange.People))["People"]
	b.People = slices.DeleteFunc(slices.Clone(b.People), func(a programme.Attendee) bool { return a.Member != "kh" })
	if plan, err = exchange.Open(theirs, b, own); err != nil || len(plan.People) != 0 || len(plan.Problems) != 4 {
		t.Errorf("%+v, %+v, %v", plan.People, plan.Problems, err)
	}
	if _, err := exchange.Open([]byte("name,age\nAda,36\n"), b, may()); !errors.Is(err, exchange.ErrColumns) {
		t.Errorf("a table of something else: %v", err)
	}
}

// TestMany: a full list of people is read in little time, and more changes of
// records than a file may make are refused.
func TestMany(t *testing.T) {
	t.Parallel()
	b := book(t)
	var people, actions strings.Builder
	people.WriteString("person,member,name\n")
	for i := range programme.MaxAttendees {
		fmt.Fprintf(&people, ",kh,Person %d\n", i)
	}
	plan, err := exchange.Open([]byte(people.String()), b, may())
	if err != nil || len(plan.People) != programme.MaxAttendees-len(b.People) || len(plan.Problems) != len(b.People) {
		t.Errorf("%d people, %d problems, %v", len(plan.People), len(plan.Problems), err)
	}
	actions.WriteString("kind,title:en,body,due\n")
	for i := range 501 {
		fmt.Fprintf(&actions, "action,Action %d,CamCERT,2026-09-30\n", i)
	}
	if plan, err = exchange.Open([]byte(actions.String()), b, may()); err != nil || len(plan.Changes) != 500 || len(plan.Problems) != 1 || !errors.Is(plan.Problems[0].Err, exchange.ErrMany) {
		t.Errorf("%d changes, %+v, %v", len(plan.Changes), plan.Problems, err)
	}
}
