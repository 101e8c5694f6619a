package main

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"renkei/internal/exercise/transfer"
	"renkei/internal/i18n"
)

// meter shows on a terminal how far something is that takes longer than a
// moment; elsewhere nothing.
func (e *env) meter() transfer.Meter {
	file, ok := e.screen.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return nil
	}
	shown := time.Now() // so that what is quick shows nothing
	return func(step transfer.Step, done, total uint64) {
		if time.Since(shown) < 200*time.Millisecond || total == 0 {
			return
		}
		shown, e.metered = time.Now(), true
		text := e.p.T("cli.step."+string(step), i18n.Args{"Percent": 100 * done / total})
		fmt.Fprintf(e.screen, "\r%s\x1b[K", text)
	}
}

// endMeter wipes what the meter showed.
func (e *env) endMeter() {
	if e.metered {
		fmt.Fprint(e.screen, "\r\x1b[K")
		e.metered = false
	}
}
