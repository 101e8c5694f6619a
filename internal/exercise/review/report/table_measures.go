package report

import "renkei/internal/exercise/review"

// measureTable holds every measure over units: of the whole exercise, by phase,
// inject and task.
func (pg *page) measureTable() *table {
	t := pg.newTable("measures", "x.of", "x.key", "col.measure", "col.count", "col.least", "col.q1", "col.median", "col.q3", "col.most",
		"col.evidence")
	pg.addSet(t, "whole", "", &pg.r.Measures.MeasureSet)
	if l := pg.r.Measures.Load; l != nil {
		t.add(pg.t("x.of.whole"), "", pg.t("measure.loadmost"), l.N, l.Min, l.Q1, l.Median, l.Q3, l.Max, nil)
	}
	for i := range pg.r.Measures.Phases {
		p := &pg.r.Measures.Phases[i]
		pg.addSet(t, "phase", pg.phase(p.Phase), &p.MeasureSet)
	}
	for i := range pg.r.Measures.Injects {
		pg.addSet(t, "inject", pg.r.Measures.Injects[i].Key, &pg.r.Measures.Injects[i].MeasureSet)
	}
	for i := range pg.r.Measures.Tasks {
		pg.addSet(t, "task", pg.r.Measures.Tasks[i].Key, &pg.r.Measures.Tasks[i].MeasureSet)
	}
	return t
}

// addSet adds a row for each measure of a set that there is.
func (pg *page) addSet(t *table, of, key string, m *review.MeasureSet) {
	evidence := evidenceText(m.Evidence)
	for _, row := range []struct {
		name string
		s    *review.Spread
	}{
		{"ack", m.Ack}, {"reply", m.FirstReply}, {"report", m.Report}, {"task", m.Task}, {"late", m.Lateness},
	} {
		if s := row.s; s != nil {
			t.add(pg.t("x.of."+of), clean(key), pg.t("x.measure."+row.name), s.N,
				seconds(&s.Min), seconds(&s.Q1), seconds(&s.Median), seconds(&s.Q3), seconds(&s.Max), evidence)
		}
	}
	if s := m.Tries; s != nil {
		t.add(pg.t("x.of."+of), clean(key), pg.t("measure.tries"), s.N, s.Min, s.Q1, s.Median, s.Q3, s.Max, evidence)
	}
}
