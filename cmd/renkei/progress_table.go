package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// tableProgress draws teams by injects on a terminal and fills it live. It folds
// the durable events into a state of its own, so it shows what the log says.
type tableProgress struct {
	w             io.Writer
	p             *i18n.Printer
	width, height int

	mu    sync.Mutex // guards what follows
	state *exercise.State
	drawn int // lines of the last picture

	stop, stopped chan struct{}
}

func newTableProgress(w io.Writer, p *i18n.Printer, width, height int) *tableProgress {
	return &tableProgress{w: w, p: p, width: width, height: height, stop: make(chan struct{}), stopped: make(chan struct{})}
}

// Begin starts the drawing, ten times a second.
func (t *tableProgress) Begin(_ *exercise.Play, from *exercise.State) {
	t.state = from
	go func() {
		defer close(t.stopped)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-t.stop:
				t.draw()
				return
			case <-tick.C:
				t.draw()
			}
		}
	}()
}

// Seen folds events in.
func (t *tableProgress) OnCommitted(events []exercise.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range events {
		if t.state.Apply(&events[i]) != nil {
			return // the log tells; the picture stands still
		}
	}
}

// Stop draws the last picture.
func (t *tableProgress) Stop() {
	close(t.stop)
	<-t.stopped
}

func (t *tableProgress) draw() {
	t.mu.Lock()
	lines := t.picture()
	t.mu.Unlock()
	var b strings.Builder
	if t.drawn > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", t.drawn)
	}
	for _, l := range lines {
		b.WriteString("\x1b[2K")
		b.WriteString(strings.TrimRight(i18n.Fit(printable(l), t.width-1), " "))
		b.WriteString("\n")
	}
	t.drawn = len(lines)
	_, _ = io.WriteString(t.w, b.String()) // a terminal that is gone shows nothing
}

func (t *tableProgress) picture() []string {
	s := t.state
	now := s.Now(time.Now().UnixMicro())
	lines := []string{t.p.T("cli.table.clock", i18n.Args{
		"Time": min(now, s.End()).String(), "End": s.End().String(), "Phase": t.p.T("cli.phase." + s.Phase().String()),
		"Speed": t.speed(), "Events": s.Seq(),
	}), ""}
	cast := s.Play().Cast
	name := 12
	for _, u := range cast.Units {
		if u.IsTeam() {
			name = max(name, min(24, i18n.Width(u.Name.In(t.p.Lang(), "en"))))
		}
	}
	head := strings.Repeat(" ", name+1)
	for i := range s.InjectCount() {
		head += i18n.Fit(s.InjectKey(i), 5)
	}
	lines = append(lines, head)
	hidden := 0
	for u, unit := range cast.Units {
		if !unit.IsTeam() {
			continue
		}
		if len(lines) >= t.height-4 {
			hidden++
			continue
		}
		lines = append(lines, i18n.Fit(unit.Name.In(t.p.Lang(), "en"), name)+" "+t.row(u))
	}
	if hidden > 0 {
		lines = append(lines, t.p.T("cli.table.hidden", i18n.Args{"Count": hidden}))
	}
	return append(lines, "", t.p.T("cli.table.legend"))
}

func (t *tableProgress) speed() string {
	if t.state.Speed() == 0 {
		return t.p.T("cli.table.max")
	}
	return fmt.Sprintf("x%g", t.state.Speed())
}

// row is one team with its cells: a sign for each inject, told by shape.
func (t *tableProgress) row(team int) string {
	var b strings.Builder
	for i := range t.state.InjectCount() {
		b.WriteString(i18n.Fit(t.cell(i, team), 5))
	}
	return b.String()
}

// cell tells how an inject stands in a team: the sign of the furthest member,
// with how many of its tasks are answered, and "!" where one is overdue.
func (t *tableProgress) cell(inject, team int) string {
	sign, asked, answered, late := " ", 0, 0, false
	for _, u := range t.state.Play().Family(team) {
		v, ok := t.state.Inject(inject, u)
		if !ok {
			continue
		}
		sign = further(sign, v)
		for task := range t.state.Tasks(u) {
			if task.Inject != v.Key {
				continue
			}
			asked++
			if task.Attempts > 0 {
				answered++
			} else if task.Late {
				late = true
			}
		}
	}
	if asked > 0 {
		sign = fmt.Sprintf("%d/%d", answered, asked)
	}
	if late {
		sign += "!"
	}
	return sign
}

func further(sign string, v exercise.InjectView) string {
	switch {
	case v.Status == exercise.InjectOut && v.Acked != exercise.Never:
		return "ok"
	case v.Status == exercise.InjectOut:
		return "o"
	case v.Status == exercise.InjectPassed || v.Status == exercise.InjectWithdrawn:
		return "-"
	case sign == " ":
		return "."
	}
	return sign
}
