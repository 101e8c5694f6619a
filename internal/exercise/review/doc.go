// Package review tells what came of an exercise. It reads the exercise's log
// and nothing else: no database, no pack on disk, no clock.
//
//   - [Load] reads and verifies log.jsonl,
//   - [Results] counts, for machines and people who calculate (results.json),
//   - [Summary] writes one or two pages for the director (summary.md),
//   - [MakeReport] makes the after-action report for a reader (docs/exercise/review.md);
//     package report beside it draws it,
//   - [Replay] shows what every unit saw and had done at a time.
//
// The same log gives the same bytes every time. There is no ranking: units
// stand in the order of the cast.
//
// It may import exercise, journal, scenario and i18n. Start reading with Log
// (load.go), Result (result.go) and MakeReport (report_make.go).
package review
