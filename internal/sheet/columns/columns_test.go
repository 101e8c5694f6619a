package columns_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"renkei/internal/sheet"
	"renkei/internal/sheet/columns"
)

// open reads a table of the fields id and done, and the text title.
func open(t *testing.T, text string) (*columns.Table, *[]columns.Problem) {
	t.Helper()
	grids, err := sheet.Open([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var problems []columns.Problem
	return columns.Read(grids[0], []string{"id", "done"}, []string{"title"}, &problems), &problems
}

// TestRead: cells are found by the names of the first row, in any order; what is
// wrong is told with its place, and what was stays.
func TestRead(t *testing.T) {
	t.Parallel()
	table, problems := open(t, "title:th,done,id,done,colour\n สวัสดี ,YES,a,,\n,,,,\nx,maybe,b,,red\n")
	if got := slices.Collect(table.Rows()); !slices.Equal(got, []int{1, 3}) {
		t.Fatalf("rows %v", got)
	}
	if got := table.Cell(1, "title:th", ""); got != "สวัสดี" {
		t.Errorf("the text is %q", got)
	}
	if got := table.Cell(1, "title:th", "  สวัสดี"); got != "  สวัสดี" {
		t.Errorf("what says the same but for spaces changes to %q", got)
	}
	if got := table.Cell(1, "title:en", "was"); got != "was" || table.Has("title:en") {
		t.Errorf("a column that there is not says %q", got)
	}
	if !table.Marked(1, "done", false) || !table.Marked(3, "done", true) {
		t.Error("the marks are not read")
	}
	var keys, cells []string
	for _, p := range *problems {
		keys, cells = append(keys, p.Key(nil)), append(cells, p.Cell)
	}
	if got := strings.Join(keys, " ") + ": " + strings.Join(cells, " "); got != "column column mark: D1 E1 B4" {
		t.Error(got)
	}
	if p := (&columns.Problem{Err: errors.ErrUnsupported}); p.Key(map[string]error{"own": errors.ErrUnsupported}) != "own" || p.Key(nil) != "other" {
		t.Error("the reasons of others have no names")
	}
}

// TestHead: texts follow the fields, by language: English, Japanese, others.
func TestHead(t *testing.T) {
	t.Parallel()
	langs := columns.Languages(slices.Values([]string{"vi", "ja", "km", "vi"}))
	if got := strings.Join(columns.Head([]string{"id"}, []string{"title", "text"}, langs), " "); got != "id title:en text:en title:ja text:ja title:km text:km title:vi text:vi" {
		t.Error(got)
	}
}
