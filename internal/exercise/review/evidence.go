package review

import "slices"

// add cites one more event. Events come in the order of the log; the same one
// twice in a row counts once, and 0 is none.
func (e *Evidence) add(seq uint64) { e.addUpTo(MaxCited, seq) }

// addUpTo cites at most limit events one by one.
func (e *Evidence) addUpTo(limit int, seq uint64) {
	n := len(e.Seqs)
	if seq == 0 || n > 0 && e.last() == seq {
		return
	}
	e.Count++
	switch {
	case n < limit:
		e.Seqs = append(e.Seqs, seq)
	case len(e.Ranges) == 0:
		e.Ranges = [][2]uint64{{seq, seq}}
	default:
		e.Ranges[0][1] = seq
	}
}

func (e *Evidence) last() uint64 {
	if len(e.Ranges) > 0 {
		return e.Ranges[0][1]
	}
	return e.Seqs[len(e.Seqs)-1]
}

// cite makes the evidence of single events in any order; 0 is none.
func cite(seqs ...uint64) Evidence {
	sorted := slices.Clone(seqs)
	slices.Sort(sorted)
	var e Evidence
	for _, seq := range sorted {
		e.add(seq)
	}
	return e
}

// gather joins evidence. Events that several parts cite count once, as long as
// they are cited one by one.
func gather(parts ...*Evidence) Evidence {
	var all []uint64
	var e Evidence
	for _, p := range parts {
		all = append(all, p.Seqs...)
		e.Count += p.Count - len(p.Seqs)
		for _, r := range p.Ranges {
			e.stretch(r[0], r[1])
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	e.Count += len(all)
	if len(all) > MaxCited {
		e.stretch(all[MaxCited], all[len(all)-1])
		all = all[:MaxCited:MaxCited]
	}
	e.Seqs = all
	return e
}

// stretch widens the range of what is not cited one by one.
func (e *Evidence) stretch(first, last uint64) {
	if len(e.Ranges) == 0 {
		e.Ranges = [][2]uint64{{first, last}}
		return
	}
	e.Ranges[0][0], e.Ranges[0][1] = min(e.Ranges[0][0], first), max(e.Ranges[0][1], last)
}

// keep leaves only those single events that a reader may see.
func (e *Evidence) keep(sees func(seq uint64) bool) {
	kept := make([]uint64, 0, len(e.Seqs))
	for _, seq := range e.Seqs {
		if sees(seq) {
			kept = append(kept, seq)
		}
	}
	e.Count -= len(e.Seqs) - len(kept)
	e.Seqs = kept
}
