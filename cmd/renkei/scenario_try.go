package main

import (
	"context"
	"errors"
	"fmt"

	"renkei/internal/exercise/runner"
	"renkei/internal/i18n"
)

// scenarioTry judges a text by the key of a task or by what a flow waits for,
// and says why.
func scenarioTry(_ context.Context, e *env, args []string) error {
	f := e.flags("scenario try", "PACK TASK TEXT")
	var o runner.TryOptions
	f.stringVar(&o.Unit, "unit", "")
	pos, done, err := f.parse(args, 3, 3)
	if done || err != nil {
		return err
	}
	o.Pack, o.Key, o.Text = pos[0], pos[1], pos[2]
	got, err := runner.Try(o)
	switch {
	case errors.Is(err, runner.ErrNoSuchPlace):
		return &plainError{e.p.T("cli.scenario.try.no_task", i18n.Args{"Key": o.Key})}
	case errors.Is(err, runner.ErrNoSuchUnit):
		return &plainError{e.p.T("cli.scenario.try.no_unit", i18n.Args{"Unit": o.Unit})}
	case err != nil:
		return e.runError(err)
	}
	for _, n := range got.Verdict.Notes {
		fmt.Fprintln(e.out, e.p.T("try."+n.Code, n.Args))
	}
	verdict := "cli.scenario.try.wrong"
	if got.Verdict.Right {
		verdict = "cli.scenario.try.right"
	}
	fmt.Fprintln(e.out, e.p.T(verdict, i18n.Args{"Unit": got.Unit.Key}))
	if !got.Verdict.Right {
		return errFailed
	}
	return nil
}
