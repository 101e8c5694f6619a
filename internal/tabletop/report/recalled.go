package report

import (
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// recalled is what the room was told became of earlier commitments; the public
// version has how many.
func (m *maker) recalled() {
	items, _ := m.src.State.Recalled()
	if len(items) == 0 {
		return
	}
	done := 0
	for _, c := range items {
		if c.Status == exercise.CommitmentDone {
			done++
		}
	}
	count := Block{Text: m.t("recalled_count", i18n.Args{"N": len(items), "Done": done})}
	if m.public() {
		m.add(1, "recalled", m.t("recalled"), count)
		return
	}
	t := &Table{Name: m.t("recalled"), Bars: -1, Head: []string{m.t("delegation"), m.t("what"), m.t("by"), m.t("who"), m.t("became")}}
	for _, c := range items {
		name := c.Name
		if c.Unit != "" {
			name = m.unit(c.Unit)
		}
		became := strings.TrimSpace(strings.Join([]string{m.t("became." + c.Status), c.Code}, " "))
		if c.Outcome != "" {
			became += "\n" + c.Outcome
		}
		t.Rows = append(t.Rows, []string{name, c.What, c.By, c.Who, became})
	}
	m.add(1, "recalled", m.t("recalled"), count, Block{Table: t})
}
