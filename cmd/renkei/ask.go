package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise/scenario/msel"
	"renkei/internal/i18n"
)

// terminalAsker asks the person at the terminal.
type terminalAsker struct {
	p   *i18n.Printer
	in  io.Reader
	out io.Writer

	lines *bufio.Scanner
}

var _ msel.Asker = (*terminalAsker)(nil)

// Ask asks until it gets an answer that is possible; the end of the input is
// an error.
func (a *terminalAsker) Ask(q msel.Question) (string, error) {
	if a.lines == nil {
		a.lines = bufio.NewScanner(a.in)
	}
	fmt.Fprintln(a.out, a.p.T("msel.ask."+q.Code, q.Args))
	for i, o := range q.Options {
		fmt.Fprintf(a.out, "  %2d  %s\n", i+1, a.option(o))
	}
	for {
		fmt.Fprint(a.out, "> ")
		if !a.lines.Scan() {
			if err := a.lines.Err(); err != nil {
				return "", err
			}
			return "", io.ErrUnexpectedEOF
		}
		text := strings.TrimSpace(a.lines.Text())
		if len(q.Options) == 0 {
			if _, err := time.Parse(time.RFC3339, text); err == nil {
				return text, nil
			}
			fmt.Fprintln(a.out, a.p.T("msel.ask.again_time"))
			continue
		}
		if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= len(q.Options) {
			return q.Options[n-1], nil
		}
		fmt.Fprintln(a.out, a.p.T("msel.ask.again", i18n.Args{"N": len(q.Options)}))
	}
}

// option names an answer: a field of the MSEL, or what else can be done.
func (a *terminalAsker) option(o string) string {
	switch o {
	case msel.KeepAsNote, msel.LeaveOut:
		return a.p.T("msel.ask.option." + o)
	case msel.UnitMinutes, msel.UnitHours, "dmy", "mdy":
		return o
	}
	name, lang, _ := strings.Cut(o, ".")
	text := a.p.T("msel.field." + name)
	if lang != "" {
		text += " (" + lang + ")"
	}
	return text
}
