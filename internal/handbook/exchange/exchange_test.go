package exchange_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/handbook/demo"
	"renkei/internal/handbook/exchange"
	"renkei/internal/sheet"
	"renkei/internal/sheet/columns"
)

func vocabulary(tb testing.TB) *handbook.Vocabulary {
	tb.Helper()
	v, err := handbook.DefaultVocabulary()
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// written is a table as a file of a kind.
func written(tb testing.TB, kind string, table sheet.Table) []byte {
	tb.Helper()
	var b bytes.Buffer
	var err error
	if kind == "xlsx" {
		err = sheet.WriteXLSX(&b, table)
	} else {
		err = table.WriteCSV(&b, true)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// read reads a file as the page of a member.
func read(t *testing.T, raw []byte, items []handbook.Item) (exchange.Plan, error) {
	t.Helper()
	grids, err := sheet.Open(raw)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	return exchange.Read(vocabulary(t), grids[0], "kh", items, func() string { n++; return fmt.Sprintf("kh-new-%d", n) })
}

// TestUntouched takes every member of every edition of the demonstration out and
// in again: nothing changes.
func TestUntouched(t *testing.T) {
	t.Parallel()
	editions, err := demo.Editions(vocabulary(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range editions {
		for _, p := range c.Profiles {
			items := c.Only(p.Member).Items
			items[0].Text = items[0].Text.With("km", handbook.Words{Text: "=SUM(ច្បាប់)\nសន្តិសុខ", State: handbook.Checked})
			for _, kind := range []string{"xlsx", "csv"} {
				plan, err := read(t, written(t, kind, exchange.Table(p.Code, items)), items)
				if err != nil || plan.Changes() > 0 || len(plan.Problems) > 0 {
					t.Errorf("%s of %s in %s: %d changes, %v, %v", p.Code, c.Edition.ID, kind, plan.Changes(), plan.Problems, err)
				}
			}
		}
	}
}

// cambodia is the page of a member with its table.
func cambodia(t *testing.T) ([]handbook.Item, sheet.Table) {
	t.Helper()
	editions, err := demo.Editions(vocabulary(t))
	if err != nil {
		t.Fatal(err)
	}
	items := editions[0].Only("kh").Items
	return items, exchange.Table("KH", items)
}

// set changes a cell of the row of an item.
func set(t *testing.T, table *sheet.Table, id, column, text string) {
	t.Helper()
	col := slices.Index(table.Head, column)
	row := slices.IndexFunc(table.Rows, func(r []string) bool { return r[0] == id })
	if col < 0 || row < 0 {
		t.Fatalf("there is no %s of %s", column, id)
	}
	table.Rows[row][col] = text
}

func TestChanged(t *testing.T) {
	t.Parallel()
	items, table := cambodia(t)
	set(t, &table, "kh-legal-1", "status", "adopted")
	set(t, &table, "kh-legal-1", "since", "2024/5/1")
	set(t, &table, "kh-legal-1", "text:en", "Cybersecurity law adopted")
	set(t, &table, "kh-legal-2", "evidence", "Gazette | https://www.example.org/kh | 2024-05")
	table.Rows = slices.DeleteFunc(table.Rows, func(r []string) bool { return r[0] == "kh-need-1" })
	row := make([]string, len(table.Head))
	row[1], row[2], row[3], row[slices.Index(table.Head, "text:en")] = "item", "legal", "planned", "New plan"
	table.Rows = append(table.Rows, row, make([]string, len(table.Head)))
	for _, kind := range []string{"xlsx", "csv"} {
		plan, err := read(t, written(t, kind, table), items)
		if err != nil || len(plan.Problems) > 0 || plan.Changes() != 4 || plan.New != 1 || !slices.Equal(plan.Drop, []string{"kh-need-1"}) {
			t.Fatalf("%s: %d changes, new %d, dropped %v, %v, %v", kind, plan.Changes(), plan.New, plan.Drop, plan.Problems, err)
		}
		law := plan.Put[0]
		if law.Since != "2024-05-01" || law.Status != handbook.Adopted || law.Text["en"] != (handbook.Words{Text: "Cybersecurity law adopted", State: handbook.Original}) {
			t.Errorf("%s: the law is %+v", kind, law)
		}
		if law.Text["ja"].State != handbook.Machine {
			t.Errorf("%s: a translation of what changed is %s", kind, law.Text["ja"].State)
		}
	}
}

// TestProblems says of each cell that is wrong where it is.
func TestProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		column, text string
		want         error
	}{
		"status": {"status", "done", handbook.ErrStatus}, "date": {"due", "soon", community.ErrDate}, "theme": {"themes", "law, nothing", handbook.ErrTag},
		"mark": {"recurring", "perhaps", columns.ErrMark}, "evidence": {"evidence", "only a title", handbook.ErrEvidence},
		"script": {"evidence", "x | javascript://x", handbook.ErrEvidence}, "id": {"id", "kh-legal-2", columns.ErrID},
		"foreign id": {"id", "th-legal-1", columns.ErrID}, "measure": {"measure", "law", handbook.ErrMeasure}, "long": {"text:en", strings.Repeat("x", 2001), handbook.ErrLong},
	} {
		items, table := cambodia(t)
		set(t, &table, "kh-legal-1", c.column, c.text)
		plan, err := read(t, written(t, "xlsx", table), items)
		if err != nil || len(plan.Problems) != 1 || !errors.Is(plan.Problems[0].Err, c.want) || !strings.HasPrefix(plan.Problems[0].Cell, "KH!") {
			t.Errorf("%s: %+v, %v", name, plan.Problems, err)
		}
	}
	items, table := cambodia(t)
	table.Head[3] = "stand"
	if plan, err := read(t, written(t, "csv", table), items); err != nil || len(plan.Problems) != 1 || plan.Problems[0].Cell != "D1" {
		t.Errorf("an unknown column: %+v, %v", plan.Problems, err)
	}
	if _, err := read(t, []byte("a,b\n1,2\n"), items); !errors.Is(err, exchange.ErrColumns) {
		t.Errorf("another table: %v", err)
	}
}
