package desk

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"renkei/internal/exercise/pages"
	"renkei/internal/web"
)

// sendUnitLog is the unit's log as a file, in order.
func sendUnitLog(r *pages.Request) error {
	name := strings.ReplaceAll(r.Unit, "/", "-") + "-log"
	if r.URL.Query().Get("as") == "csv" {
		return r.SendRows(name+".csv", func() ([][]string, error) {
			all, err := wholeUnitLog(r)
			return entryRows(r, all), err
		})
	}
	return r.DownloadRead(name+".txt", "text/plain; charset=utf-8", web.HeavyExport, func() ([]byte, error) {
		all, err := wholeUnitLog(r)
		return logText(r, all), err
	})
}

func wholeUnitLog(r *pages.Request) (all []entry, err error) {
	err = r.At(func(s *pages.Moment) error {
		all = entries(s, unitEvents(s, 0, 1<<20, r.URL.Query().Get("show") == "own"))
		return nil
	})
	slices.Reverse(all)
	return all, err
}

func logText(r *pages.Request, all []entry) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n%s\n\n", r.TitleOf(r.Exercise), r.UnitName(r.Exercise, r.Unit))
	for _, l := range all {
		fmt.Fprintf(&b, "%s  %s UTC  %s", l.when.At, l.when.Utc, l.words)
		if l.by != "" {
			fmt.Fprintf(&b, " (%s)", l.by)
		}
		for line := range strings.Lines(l.text) {
			b.WriteString("\n    " + strings.TrimRight(line, "\r\n"))
		}
		b.WriteString("\n")
	}
	return b.Bytes()
}

// entryRows are the log as a table.
func entryRows(r *pages.Request, all []entry) [][]string {
	rows := [][]string{{r.T("unitlog.seq"), r.T("clock.at"), "UTC", r.T("unitlog.what"), r.T("unitlog.by"), r.T("unitlog.text")}}
	for _, l := range all {
		rows = append(rows, []string{web.Number(l.number), l.when.At, l.when.Utc, l.words, l.by, l.text})
	}
	return rows
}
