package report

import (
	"strconv"

	"renkei/internal/exercise/review"
)

// embed chooses the events that the page holds: all that are cited, or where
// they are too many those behind findings first.
func (pg *page) embed() {
	if len(pg.r.Events) <= maxEvents {
		for i := range pg.r.Events {
			pg.shown[pg.r.Events[i].Seq] = true
		}
		return
	}
	have := make(map[uint64]bool, len(pg.r.Events))
	for i := range pg.r.Events {
		have[pg.r.Events[i].Seq] = true
	}
	take := func(seqs ...uint64) {
		for _, seq := range seqs {
			if have[seq] && len(pg.shown) < maxEvents {
				pg.shown[seq] = true
			}
		}
	}
	for i := range pg.r.Findings {
		take(pg.r.Findings[i].Evidence.Seqs...)
	}
	for i := range pg.r.Flow.Broken {
		take(pg.r.Flow.Broken[i].Seq)
	}
	for i := range pg.r.Flow.Astray {
		take(pg.r.Flow.Astray[i].Seq)
	}
	for i := range pg.r.Notes {
		take(pg.r.Notes[i].Seq)
	}
	for i := range pg.r.Flow.Unexpected[:min(maxRows, len(pg.r.Flow.Unexpected))] {
		take(pg.r.Flow.Unexpected[i].Seq)
	}
	for i := range pg.r.Flow.Expected {
		for j := range pg.r.Flow.Expected[i].Senders {
			take(pg.r.Flow.Expected[i].Senders[j].Evidence.Seqs...)
		}
	}
	for i := range pg.r.Events {
		take(pg.r.Events[i].Seq)
	}
}

// events are those that the page holds, by seq.
func (pg *page) events() []*review.CitedEvent {
	out := make([]*review.CitedEvent, 0, len(pg.shown))
	for i := range pg.r.Events {
		if e := &pg.r.Events[i]; pg.shown[e.Seq] {
			out = append(out, e)
		}
	}
	return out
}

func seq(n uint64) string { return strconv.FormatUint(n, 10) }

// rangeText gives "120–340", or a single seq.
func rangeText(r [2]uint64) string {
	if r[0] == r[1] {
		return seq(r[0])
	}
	return seq(r[0]) + "–" + seq(r[1])
}
