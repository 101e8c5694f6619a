package main

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"renkei/internal/exercise/runner"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/server"
	"renkei/internal/tabletop"
	tabletopreport "renkei/internal/tabletop/report"
)

// showTable prints the plan of a tabletop.
func (e *env) showTable(pack *scenario.Pack) {
	tab, _ := tabletop.Read(pack) // checked just now
	lang := func(t scenario.Text) string { return t.In(e.p.Lang(), pack.Languages[0]) }
	t := table{head: e.heads("when", "key", "type", "names", "open", "discuss", "asked")}
	for _, slot := range tab.Plan() {
		q := slot.Question
		if q == nil {
			t.add(clock(slot.At), slot.Module.Key, e.say("tabletop.script.module"), "", "", "", lang(slot.Module.Title))
			continue
		}
		named := "tabletop.script.unnamed"
		if q.Poll.Attributed {
			named = "tabletop.script.named"
		}
		t.add(clock(slot.At), q.Poll.Key, e.say("tabletop.script.type."+q.Poll.Kind), e.say(named), clock(q.Open()), clock(q.Discuss), lang(q.Poll.Title))
	}
	t.print(e.out, []int{8, 16, 18, 14, 8, 10, 60})
	fmt.Fprintln(e.out)
}

// tableOf is a pack that is a tabletop without errors; false for any other, and
// for one that cannot be read.
func tableOf(name string) (*scenario.Pack, bool) {
	pack, ds, err := library.Load(name, server.Kinds().Packs()...)
	if err != nil || pack == nil || scenario.Failed(ds) || pack.Kind != scenario.KindTTX {
		return nil, false
	}
	return pack, true
}

// printTable writes the facilitator's script of a tabletop.
func (e *env) printTable(ctx context.Context, f *flags, pack *scenario.Pack, o *runner.PrintOptions) error {
	for flag, given := range map[string]bool{"for": o.For != "", "teams": o.Teams > 0, "community": o.Community != "", cmp.Or(o.Edition, "briefing"): o.Edition != ""} {
		if given {
			return f.wrong(e.p.T("cli.scenario.print.not_table", i18n.Args{"Flag": "--" + flag}))
		}
	}
	format, ok := tabletopreport.FormatOf(o.Form)
	if !ok {
		return &plainError{e.p.T("cli.exercise.report.not_as", i18n.Args{"Format": o.Form, "Known": e.p.List(tableForms())})}
	}
	tab, _ := tabletop.Read(pack) // checked
	r := tabletopreport.Script(pack, tab, o.Startex, e.p)
	write := func(w io.Writer) error { return format.Write(ctx, w, r, e.p) }
	if o.Out == "-" {
		return write(e.out)
	}
	if err := journal.WriteFile(o.Out, write); err != nil {
		return e.reportError(err)
	}
	fmt.Fprintln(e.err, e.p.T("cli.scenario.print.done", i18n.Args{"Path": o.Out, "Label": "TLP:" + r.TLP().String()}))
	return nil
}

func tableForms() (all []string) {
	for _, f := range tabletopreport.Formats() {
		all = append(all, f.Ext)
	}
	return all
}
