package main

import (
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/runner"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	tabletopreport "renkei/internal/tabletop/report"
)

// reporters write the reports of packs whose kind has its own.
func reporters() []runner.Reporter {
	table := runner.Reporter{
		Kind: scenario.KindTTX,
		Make: func(log *review.Log, reader string, p *i18n.Printer) (runner.Document, error) {
			r, err := tabletopreport.FromLog(log, reader, p)
			if err != nil {
				return nil, err
			}
			return r, nil
		},
	}
	for _, f := range tabletopreport.Formats() {
		table.Formats = append(table.Formats, f.Ext)
	}
	return []runner.Reporter{table}
}
