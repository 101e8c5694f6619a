// Package onpaper reads the sheet on which people wrote down what they did
// while there was no server, and turns its rows into commands. It may import
// exercise, scenario/msel (for issues) and scenario/sheet. Start with Read.
package onpaper

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario/msel"
	"renkei/internal/sheet"
)

// Row is one thing that was done.
type Row struct {
	Ref  string // of its first cell
	Key  string // the same for the same content, for idempotency
	Text string // what it says, as it is written
	Do   exercise.Enter

	cells map[string]string // refs by column
}

// Cell is the cell that a refusal of the row speaks of, or its first.
func (r *Row) Cell(refused *exercise.Refusal) string {
	column := ""
	switch refused.Code {
	case exercise.PaperTime:
		column = "time"
	case exercise.TaskNotOpen, exercise.TaskClosed, exercise.NoHint, exercise.UnknownInject, exercise.NotReleased,
		exercise.NotWaiting, exercise.AlreadyReleased, exercise.AlreadyAcked, exercise.ShareByMessage, exercise.UnknownTask:
		column = "item"
	case exercise.NotRelayable, exercise.AlreadyRelayed, exercise.UnknownEnd, exercise.UnknownParty:
		column = "to"
	case exercise.LooserLabel:
		column = "tlp"
	case exercise.FormIncomplete, exercise.UnknownOption, exercise.EmptyAnswer, exercise.EmptyText, exercise.TooLong, exercise.WrongKind:
		column = "text"
	case exercise.BadFileName, exercise.FileTooLarge:
		column = "file"
	}
	if ref, ok := r.cells[column]; ok {
		return ref
	}
	return r.Ref
}

// Options say how a sheet is read.
type Options struct {
	Clock sheet.Clock
	By    string // who wrote it down, where a row names nobody
	Files fs.FS  // where files stand that were handed in; nil: nowhere
}

type reader struct {
	play   *exercise.Play
	grid   *sheet.Grid
	o      Options
	cols   map[string]int
	row    int
	issues []msel.Issue
}

// Read reads the rows of a sheet, ordered by their times. Every cell that
// cannot be read is told at once.
func Read(grid *sheet.Grid, play *exercise.Play, o Options) ([]Row, []msel.Issue) {
	r := &reader{play: play, grid: grid, o: o, cols: map[string]int{}}
	head := r.head()
	for _, name := range []string{"time", "what"} {
		if _, ok := r.cols[name]; !ok {
			r.issues = append(r.issues, msel.Issue{Code: "paper_column", Args: map[string]any{"Column": name}})
		}
	}
	if len(r.issues) > 0 {
		return nil, r.issues
	}
	var rows []Row
	for r.row = head + 1; r.row < len(grid.Rows); r.row++ {
		if r.blank() {
			continue
		}
		if row, ok := r.read(); ok {
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(a.Do.At, b.Do.At) })
	return rows, r.issues
}

// head finds the row with the most known heads among the first thirty.
func (r *reader) head() int {
	best := 0
	for i := range r.grid.Rows[:min(30, len(r.grid.Rows))] {
		cols := map[string]int{}
		for c, cell := range r.grid.Rows[i] {
			name := lookUp(heads(), cell.Text)
			if _, twice := cols[name]; name != "" && !twice {
				cols[name] = c
			}
		}
		if len(cols) > len(r.cols) {
			r.cols, best = cols, i
		}
	}
	return best
}

func (r *reader) blank() bool {
	return !slices.ContainsFunc(r.grid.Rows[r.row], func(c sheet.Cell) bool { return !c.Empty() })
}

func (r *reader) text(name string) string {
	c, ok := r.cols[name]
	if !ok {
		return ""
	}
	return strings.TrimSpace(r.grid.At(r.row, c).Text)
}

func (r *reader) issue(name, code string) {
	c := r.cols[name]
	r.issues = append(r.issues, msel.Issue{
		Ref: r.grid.Ref(r.row, c), Code: code, Args: map[string]any{"Text": r.text(name), "Column": name},
	})
}

func (r *reader) read() (Row, bool) {
	before := len(r.issues)
	d, problem := r.o.Clock.Parse(r.grid.At(r.row, r.cols["time"]))
	if problem != "" {
		r.issue("time", string(problem))
	}
	what := lookUp(deeds(), r.text("what"))
	if what == "" {
		r.issue("what", "paper_what")
	}
	by := r.text("by")
	if by == "" {
		by = r.o.By
	}
	if by == "" {
		r.issue("by", "paper_by")
	}
	do := r.action(what)
	if len(r.issues) > before || do == nil {
		return Row{}, false
	}
	cells := map[string]string{}
	for name, c := range r.cols {
		cells[name] = r.grid.Ref(r.row, c)
	}
	return Row{
		Ref: r.grid.Ref(r.row, 0), Key: r.key(d, what, by), Text: r.said(), cells: cells,
		Do: exercise.Enter{At: exercise.At(d), By: by, Do: do},
	}, true
}

// said is the row without its time.
func (r *reader) said() string {
	var all []string
	for _, name := range []string{"unit", "what", "item", "to", "text", "file", "tlp"} {
		if text := r.text(name); text != "" {
			all = append(all, strings.Join(strings.Fields(text), " "))
		}
	}
	return strings.Join(all, " · ")
}

// key names a row by what it says.
func (r *reader) key(at time.Duration, what, by string) string {
	parts := []string{fmt.Sprint(int64(at)), what, by}
	for _, name := range []string{"unit", "item", "to", "text", "tlp"} {
		parts = append(parts, r.text(name))
	}
	if file := r.text("file"); file != "" {
		parts = append(parts, file)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "paper/" + hex.EncodeToString(sum[:12])
}
