package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"renkei/internal/app"
	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/i18n"
)

// exerciseReplay tells what every unit saw and had done at a time.
func exerciseReplay(_ context.Context, e *env, args []string) error {
	f := e.flags("exercise replay", "LOG|DIR")
	at := exercise.Never
	opt := review.ReplayOptions{Format: "text"}
	f.stringVar(&opt.Unit, "unit", "")
	f.boolVar(&opt.Full, "full")
	f.value("at", func(s string) string {
		t, err := exercise.ParseTime(s)
		if err != nil {
			return "cli.bad_time"
		}
		at = t
		return ""
	})
	f.value("format", func(s string) string {
		if s != "text" && s != "json" {
			return "cli.bad_format"
		}
		opt.Format = s
		return ""
	})
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	path := pos[0]
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, app.FileLog)
	}
	log, err := app.ReadLog(path)
	if errors.Is(err, fs.ErrNotExist) && path != pos[0] {
		return &plainError{e.p.T("cli.exercise.replay.unfinished", i18n.Args{"Dir": pos[0]})}
	}
	if err != nil {
		return err
	}
	end := log.Events[len(log.Events)-1].At
	switch args := (i18n.Args{"Time": end.String(), "Events": len(log.Events)}); {
	case log.Torn || log.Head == nil:
		fmt.Fprintln(e.err, e.p.T("cli.exercise.replay.cut", args))
	case at != exercise.Never && at > end:
		fmt.Fprintln(e.err, e.p.T("cli.exercise.replay.past", args))
	}
	return review.Replay(e.out, log, at, opt, e.p)
}
