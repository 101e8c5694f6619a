package report

import (
	"renkei/internal/exercise/review"
	"renkei/internal/i18n"
)

// facts are the key figures of the first screen.
func (pg *page) facts() []fact {
	s := pg.sums()
	out := []fact{
		{what: "acked", figure: pg.part(s.acked, s.out), more: pg.acked(s), to: "#m-ack"},
		{what: "answered", figure: pg.part(s.answered, s.asked), more: pg.t("fact.answered.more", i18n.Args{"Late": s.late, "Missing": s.missing}), to: "#tasks"},
		{what: "solved", figure: pg.part(s.solved, s.judged), more: pg.t("fact.solved.more"), to: "#tasks"},
		{what: "flows", figure: pg.part(s.flowMade, s.flows), more: pg.t("fact.flows.more", i18n.Args{"Late": s.flowLate, "Missing": s.flowNot}), to: "#expected"},
	}
	reply := pg.r.Measures.FirstReply
	if m := pg.measures[pg.forUnit()]; m != nil {
		reply = m.FirstReply
	}
	if reply != nil {
		out = append(out, fact{what: "reply", figure: shortClock(reply.Median), more: pg.t("fact.reply.more"), to: "#m-reply"})
	}
	broken := fact{what: "broken", figure: num(pg.r.Flow.BrokenCount), more: pg.t("fact.broken.more"), to: "#flow"}
	if pg.r.Flow.BrokenCount > 0 {
		broken.to = "#broken"
	}
	out = append(out, broken)
	for i := range out {
		out[i].all = pg.ofAll(out[i].what)
		out[i].what = pg.factName(out[i].what)
		pg.land(&out[i])
	}
	return out
}

// land leads a figure to the list of events where the table that it would lead
// to is not there.
func (pg *page) land(f *fact) {
	have := map[string]bool{
		"#m-ack": pg.r.Measures.Ack != nil, "#m-reply": pg.r.Measures.FirstReply != nil,
		"#expected": len(pg.r.Result.Totals.Flows) > 0,
	}
	if there, known := have[f.to]; known && !there {
		f.to = "#measures"
	}
}

// part says "n of all" in figures: to the public in hundredths, which are
// quicker to read.
func (pg *page) part(n, all int) string {
	if pg.r.Reader.For == review.ForPublic && all > 0 {
		return num((100*n+all/2)/all) + "%"
	}
	return share(n, all)
}

// factName names a key figure; for the public without the field's words.
func (pg *page) factName(what string) string {
	if pg.r.Reader.For == review.ForPublic {
		switch what {
		case "acked", "broken", "reply", "solved", "flows":
			return pg.t("fact." + what + ".public")
		}
	}
	return pg.t("fact." + what)
}

func (pg *page) acked(s sums) string {
	ack := pg.r.Measures.Ack
	if m := pg.measures[pg.forUnit()]; m != nil {
		ack = m.Ack
	}
	if ack == nil {
		return ""
	}
	if pg.r.Reader.For == review.ForPublic {
		return pg.t("fact.acked.more.public", i18n.Args{"N": num(s.acked), "All": num(s.out), "Time": pg.length(ack.Median)})
	}
	return pg.t("fact.median", i18n.Args{"Time": pg.length(ack.Median)})
}

// ofAll is the same figure over all units, for a unit to compare with.
func (pg *page) ofAll(what string) string {
	if pg.forUnit() == "" {
		return ""
	}
	var figure string
	s := pg.allSums()
	switch m := &pg.r.Measures; {
	case what == "acked":
		figure = share(s.acked, s.out)
	case what == "answered":
		figure = share(s.answered, s.asked)
	case what == "solved":
		figure = share(s.solved, s.judged)
	case what == "flows":
		figure = share(s.flowMade, s.flows)
	case what == "reply" && m.FirstReply != nil:
		figure = shortClock(m.FirstReply.Median)
	default:
		return ""
	}
	return pg.t("fact.all", i18n.Args{"Figure": figure})
}

// checkedFlows is how many flows EXCON has confirmed, and how many corrected.
func (pg *page) checkedFlows() (confirmed, corrected int) {
	for i := range pg.r.Result.Totals.Flows {
		confirmed += pg.r.Result.Totals.Flows[i].Confirmed
		corrected += pg.r.Result.Totals.Flows[i].Corrected
	}
	return confirmed, corrected
}
