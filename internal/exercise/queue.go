package exercise

// dueKind says what falls due; at one and the same time the lower goes first.
type dueKind uint8

const (
	dueInject dueKind = iota
	dueTask
	dueFlow
	dueReply
	dueHint
	dueDecision
	dueAsking // an inject that asks which branch was taken
	dueEnd
)

// dueItem is one thing that the clock owes. It is stale, and passed over, when
// its generation is no longer that of the thing itself.
type dueItem struct {
	at   Time
	kind dueKind
	ix   int32 // of the slot, the task or flow instance, the choice, the question
	gen  uint32
}

func (a dueItem) before(b dueItem) bool {
	if a.at != b.at {
		return a.at < b.at
	}
	if a.kind != b.kind {
		return a.kind < b.kind
	}
	return a.ix < b.ix
}

// compare is before for sorting.
func (a dueItem) compare(b dueItem) int {
	switch {
	case a.before(b):
		return -1
	case b.before(a):
		return 1
	}
	return 0
}

// dueQueue is a binary heap with the earliest item first.
type dueQueue []dueItem

func (q *dueQueue) push(it dueItem) {
	h := append(*q, it)
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !h[i].before(h[parent]) {
			break
		}
		h[i], h[parent] = h[parent], h[i]
		i = parent
	}
	*q = h
}

func (q *dueQueue) pop() {
	h := *q
	last := len(h) - 1
	h[0] = h[last]
	h = h[:last]
	for i := 0; ; {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < last; c++ {
			if h[c].before(h[least]) {
				least = c
			}
		}
		if least == i {
			break
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
	*q = h
}
