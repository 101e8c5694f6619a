package web

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// sendUnitLog is the unit's log as a file, in order.
func sendUnitLog(r *request) error {
	var all []entry
	err := r.look(func(s *scene) error {
		all = s.entries(s.unitEvents(0, 1<<20, r.URL.Query().Get("show") == "own"))
		return nil
	})
	if err != nil {
		return err
	}
	slices.Reverse(all)
	name := strings.ReplaceAll(r.unit, "/", "-") + "-log"
	if r.URL.Query().Get("as") == "csv" {
		return r.sendCSV(name+".csv", r.entryRows(all))
	}
	return r.download(name+".txt", "text/plain; charset=utf-8", r.logText(all))
}

func (r *request) logText(all []entry) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n%s\n\n", r.titleOf(r.hall), r.unitName(r.hall, r.unit))
	for _, l := range all {
		fmt.Fprintf(&b, "%s  %s UTC  %s", l.when.at, l.when.utc, l.words)
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
func (r *request) entryRows(all []entry) [][]string {
	rows := [][]string{{r.t("unitlog.seq"), r.t("clock.at"), "UTC", r.t("unitlog.what"), r.t("unitlog.by"), r.t("unitlog.text")}}
	for _, l := range all {
		rows = append(rows, []string{number(l.seq), l.when.at, l.when.utc, l.words, l.by, l.text})
	}
	return rows
}
