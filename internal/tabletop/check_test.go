package tabletop_test

import (
	"slices"
	"testing"

	"renkei/internal/exercise/scenario"
	"renkei/internal/tabletop"
)

// TestCheckRefusesTasks: what only a desk could answer is found before play.
func TestCheckRefusesTasks(t *testing.T) {
	t.Parallel()
	const inject = `injects:
- key: I1
  title: {en: News, ja: 報道}
  phase: news
  from: paper
  to: teams
  at: 1m
`
	const task = `  tasks: [{key: T1, type: report, title: {en: Say, ja: 報告}, due: 5m}]
`
	for name, c := range map[string]struct {
		msel    string
		refused bool
	}{"without": {inject, false}, "with": {inject + task, true}} {
		pack, _ := scenario.Parse(map[string][]byte{
			"pack.yaml": []byte(packYAML + "phases: [{key: news, title: {en: News, ja: 報道}}]\npersonas: [{key: paper, name: {en: P, ja: P}}]\n"),
			"msel.yaml": []byte(c.msel), tabletop.File: []byte(good), "texts/en/M1.md": []byte("# x\n"), "texts/ja/M1.md": []byte("# x\n"),
		})
		found := slices.ContainsFunc(tabletop.Check(pack), func(d scenario.Diagnostic) bool { return d.Code == "tabletop.task" })
		if found != c.refused {
			t.Errorf("%s tasks: refused %t", name, found)
		}
	}
}
