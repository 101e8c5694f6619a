package review_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	formats "renkei/internal/exercise/review/report"
)

const reportPages = 12

// TestShortOnPaper counts the sheets of the report of half an hour of eleven
// simulated teams: at most twelve, at ten points.
func TestShortOnPaper(t *testing.T) {
	t.Parallel()
	for seed, lang := range map[uint64]string{7: "en", 8: "ja", 1: "en"} { // with 1 most is missing
		t.Run(fmt.Sprint(lang, seed), func(t *testing.T) {
			t.Parallel()
			s := botPlay(t, 11, seed, nil)
			s.playTo(exercise.Never - 1)
			log := s.load()
			format, ok := formats.FormatOf(formats.PDFFormat, review.ForExcon)
			if !ok {
				t.Fatal("there is no such format")
			}
			sheets := written(t, func(w io.Writer) error {
				return format.Write(t.Context(), w, log, review.Reader{For: review.ForExcon, Lang: lang}, printer(t, lang))
			})
			if n := pages(sheets); n < 4 || n > reportPages {
				t.Errorf("the report has %d pages, want at most %d", n, reportPages)
			}
		})
	}
}

// TestShortOnPaperWhenFilled counts the sheets when every issue of the improvement
// plan has root cause, reference, action, owner, dates and remark.
func TestShortOnPaperWhenFilled(t *testing.T) {
	t.Parallel()
	for lang, seed := range map[string]uint64{"en": 1, "ja": 8} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s, twin := botPlay(t, 11, seed, nil), botPlay(t, 11, seed, nil)
			s.playTo(exercise.Never - 1)
			twin.playTo(exercise.Never - 1)
			fill(t, s, report(t, twin.load(), review.Reader{For: review.ForExcon}, lang).Plan, lang)
			format, _ := formats.FormatOf(formats.PDFFormat, review.ForExcon)
			sheets := written(t, func(w io.Writer) error {
				return format.Write(t.Context(), w, s.load(), review.Reader{For: review.ForExcon, Lang: lang}, printer(t, lang))
			})
			if n := pages(sheets); n < 4 || n > reportPages {
				t.Errorf("the report has %d pages, want at most %d", n, reportPages)
			}
		})
	}
}

// fill enters into every issue of the plan what a director writes after a hot
// wash, and the overview.
func fill(t *testing.T, s *stage, plan []review.PlanRow, lang string) {
	t.Helper()
	said := map[string][4]string{
		"en": {
			"The duty officer did not know that the neighbour waits for it; the procedure names no channel and no deputy for the night.",
			"Put the step into the checklist of the night shift, name the receiver for each neighbour, and exercise it with them in spring.",
			"National cyber security centre, operations", "Agreed at the hot wash; the checklist is drafted.",
		},
		"ja": {
			"当直責任者が隣国の待ち受けを把握しておらず、夜間の連絡経路と代理者が手順書に定められていなかった。",
			"夜間当直のチェックリストに当該手順を追加し、隣国ごとの宛先を定め、次年度の春に合同で演習する。",
			"国家サイバー統括室 運用担当", "振り返りで合意済み。チェックリストは作成中。",
		},
	}[lang]
	excon := exercise.Excon()
	for _, row := range plan {
		s.do("30:00", excon, exercise.EnterPlan{PlanEntered: exercise.PlanEntered{
			Issue: row.Key, Cause: said[0], Action: said[1], Responsible: said[2], Remark: said[3], Contact: "M. Duval, +999 20 4117",
			Start: "2027-10-01", Completion: "2028-03-31", Status: "begun",
		}})
	}
	s.do("30:00", excon, exercise.EnterOverview{OverviewEntered: exercise.OverviewEntered{
		Sponsor: said[2], Contacts: "M. Duval\nK. Tan", Scope: said[1], Summary: said[0] + " " + said[1],
	}})
}

// pages counts those of a PDF of Chromium.
func pages(raw []byte) int { return bytes.Count(raw, []byte("/Type /Page\n")) }
