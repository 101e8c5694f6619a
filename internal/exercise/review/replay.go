package review

import (
	"errors"
	"fmt"
	"io"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

var errFormat = errors.New("a replay is written as text or json")

// ReplayOptions say what a replay shows.
type ReplayOptions struct {
	Unit   string // only this unit, with the cells below it; "" for all
	Format string // "text" (also for "") or "json"
	Full   bool   // text: whole texts and answers; JSON always has them
}

// Replay writes what every unit had seen and done up to an exercise time, as
// EXCON may know it: points are shown whether or not the unit saw them. A
// negative time means just before STARTEX, exercise.Never the end of the log.
// It renders nothing anew: texts are those that were given. The error for an
// unknown unit is an *UnknownUnitError.
func Replay(w io.Writer, l *Log, at exercise.Time, opt ReplayOptions, p *i18n.Printer) error {
	if opt.Format != "" && opt.Format != "text" && opt.Format != "json" {
		return fmt.Errorf("format %q: %w", opt.Format, errFormat)
	}
	sc, state, err := l.scene(at, opt.Unit, p.Lang())
	if err != nil {
		return err
	}
	if opt.Format == "json" {
		return writeJSON(w, sc)
	}
	t := &replayText{namer: namer{Printer: p, play: l.Play}, state: state, full: opt.Full}
	t.scene(sc)
	if _, err := io.WriteString(w, t.b.String()); err != nil {
		return fmt.Errorf("write replay: %w", err)
	}
	return nil
}
