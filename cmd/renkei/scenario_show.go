package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/i18n"
	"renkei/internal/server"
)

// scenarioShow prints the MSEL as a table.
func scenarioShow(_ context.Context, e *env, args []string) error {
	f := e.flags("scenario show", "PACK")
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	pack, ds, err := library.Load(pos[0], server.Kinds().Packs()...)
	if err != nil {
		return err
	}
	if pack == nil || scenario.Failed(ds) {
		e.diagnostics(e.err, ds)
		fmt.Fprintln(e.err, e.p.T("cli.scenario.check.failed", i18n.Args{"Count": len(ds)}))
		return errFailed
	}
	e.showPack(pack)
	return nil
}

func (e *env) showPack(pack *scenario.Pack) {
	lang := func(t scenario.Text) string { return t.In(e.p.Lang(), pack.Languages[0]) }
	fmt.Fprintf(e.out, "%s  %s %s  %s  TLP:%s\n\n", lang(pack.Title), pack.Key, pack.Version, clock(pack.Duration), pack.TLP)
	if pack.Kind == scenario.KindTTX {
		e.showTable(pack)
		if len(pack.Injects) == 0 {
			return
		}
	}
	t := table{head: e.heads("when", "key", "phase", "from", "to", "title", "expected")}
	for _, inj := range pack.Injects {
		t.add(e.whenBranched(inj), inj.Key, phaseTitle(pack, inj.Phase, e.p.Lang()), inj.From, to(inj),
			lang(inj.Title), lang(inj.Expected))
	}
	t.print(e.out, []int{24, 10, 12, 16, 20, 34, 48})
	fmt.Fprintln(e.out)
	e.showTasks(pack)
	e.showRoles(pack)
	e.showDecisions(pack)
	if len(pack.Flows) == 0 {
		return
	}
	fmt.Fprintln(e.out)
	flows := table{head: e.heads("key", "from", "to", "after", "within", "title")}
	for _, fl := range pack.Flows {
		flows.add(fl.Key, fl.From, fl.To, fl.After, clock(fl.Within), lang(fl.Title))
	}
	flows.print(e.out, []int{10, 16, 20, 10, 8, 60})
}

func (e *env) heads(keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = e.p.T("cli.scenario.show.head." + k)
	}
	return out
}

// when tells the time of an inject as the author wrote it.
func (e *env) when(t scenario.Trigger) string {
	var parts []string
	switch {
	case t.HasAt:
		parts = append(parts, clock(t.At))
	case t.After != "" && t.Delay > 0:
		parts = append(parts, t.After+" +"+clock(t.Delay))
	case t.After != "":
		parts = append(parts, e.p.T("cli.scenario.show.after", i18n.Args{"Key": t.After}))
	}
	if t.When != nil {
		parts = append(parts, e.p.T("cli.scenario.show.if", i18n.Args{"Condition": t.When.Source}))
	}
	if t.Within > 0 {
		parts = append(parts, e.p.T("cli.scenario.show.within", i18n.Args{"Time": clock(t.Within)}))
	}
	if t.Unless != nil {
		parts = append(parts, e.p.T("cli.scenario.show.unless", i18n.Args{"Condition": t.Unless.Source}))
	}
	return strings.Join(parts, " ")
}

func to(inj *scenario.Inject) string {
	if inj.Relay != nil {
		return inj.To + " > " + inj.Relay.To
	}
	return inj.To
}

func phaseTitle(pack *scenario.Pack, key, lang string) string {
	for _, p := range pack.Phases {
		if p.Key == key {
			return p.Title.In(lang, pack.Languages[0])
		}
	}
	return key
}

// clock gives a duration as h:mm:ss, or mm:ss below an hour.
func clock(d time.Duration) string {
	s := int(d.Seconds())
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}
