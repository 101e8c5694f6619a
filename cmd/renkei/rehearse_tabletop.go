package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/runner"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/server"
	tablerehearsal "renkei/internal/tabletop/rehearsal"
	tabletopreport "renkei/internal/tabletop/report"
)

// rehearseTable plays a tabletop many times with simulated delegations, and says
// how long each module takes and where the room is silent.
func (e *env) rehearseTable(ctx context.Context, o *runner.RehearseOptions, asJSON bool, page string) error {
	setup, err := runner.Prepare(runner.RunOptions{Pack: o.Pack, Community: o.Community, Teams: o.Teams, Kinds: server.Kinds()})
	if err != nil {
		return e.runError(err)
	}
	cast, err := scenario.NewCast(setup.Pack, setup.Teams)
	if err != nil {
		return err
	}
	play, err := exercise.NewPlay(setup.Pack, cast)
	if err != nil {
		return err
	}
	progress := e.rehearsing()
	figures, err := tablerehearsal.Run(ctx, tablerehearsal.Setup{Play: play, Runs: o.Runs, Seed: o.Seed, Progress: func(done int) { progress.tell(done, o.Runs) }})
	progress.clear()
	if err != nil {
		return err
	}
	if figures.Runs == 0 {
		return &plainError{e.p.T("rehearse.nothing")}
	}
	report := tablerehearsal.Report(figures, setup.Pack, e.p)
	if page != "" {
		html, _ := tabletopreport.FormatOf("html")
		if err := journal.WriteFile(page, func(w io.Writer) error { return html.Write(ctx, w, report, e.p) }); err != nil {
			return err
		}
		fmt.Fprintln(e.err, e.p.T("cli.exercise.rehearse.wrote", i18n.Args{"Path": page}))
	}
	if !asJSON {
		e.tableReport(report)
		return nil
	}
	enc := json.NewEncoder(e.out)
	enc.SetIndent("", "  ")
	if err := enc.Encode(figures); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}

// tableReport prints a report of a tabletop as text.
func (e *env) tableReport(r *tabletopreport.Report) {
	fmt.Fprintf(e.out, "%s\n\n", r.Title)
	for _, line := range r.Meta {
		e.paragraph("", line)
	}
	for _, s := range r.Sections {
		e.heading(s.Title)
		for _, b := range s.Blocks {
			if b.Text != "" {
				e.paragraph("", b.Text)
			}
			for i, item := range b.Items {
				e.paragraph(fmt.Sprintf("%2d. ", i+1), item)
			}
			if b.Table != nil {
				e.tableBlock(b.Table)
			}
		}
	}
}

// barWidth is how long a bar of text may be.
const barWidth = 12

func (e *env) tableBlock(b *tabletopreport.Table) {
	t, limits := table{head: b.Head}, []int{36}
	for range b.Head[1:] {
		limits = append(limits, 10)
	}
	for _, row := range b.Rows {
		cells := append([]string{}, row...)
		if n, err := strconv.Atoi(row[b.Bars]); err == nil && b.Of > 0 {
			limits[b.Bars] = barWidth + 5
			cells[b.Bars] = fmt.Sprintf("%3d %s", n, bar(float64(n)/float64(b.Of)))
		}
		t.add(cells...)
	}
	t.print(e.out, limits)
	fmt.Fprintln(e.out)
}

func bar(share float64) string {
	n := int(math.Round(barWidth * min(max(share, 0), 1)))
	return strings.Repeat("#", n)
}
