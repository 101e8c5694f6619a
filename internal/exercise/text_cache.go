package exercise

import "renkei/internal/exercise/scenario"

// textCache keeps what is the same whenever it is looked at: the folded form of a
// message, whether it makes a flow, and how a text is judged by a key. It is for
// a state that plays again and again, because simulated teams say the same
// things in every run. A nil one keeps nothing.
type textCache struct {
	folded map[messageText]string
	judged map[judgement]Scored
	marked map[toldFlow]bool
}

// messageText is a message with the indicators that came with it.
type messageText struct{ text, indicators string }

// judgement is a text under a key. An amendment puts a new key in its place.
type judgement struct {
	key  *taskKey
	text string
}

// toldFlow is a folded text as a message that shall make a flow of a unit.
type toldFlow struct {
	flow int // and unit
	text string
}

// maxMemo bounds what is kept of each kind.
const maxMemo = 1 << 15

// Remember has the state, and whatever it becomes, keep what it has worked out
// about texts.
func (s *State) Remember() {
	s.scratch.texts = &textCache{folded: map[messageText]string{}, judged: map[judgement]Scored{}, marked: map[toldFlow]bool{}}
}

// fold folds what was said, or finds it again.
func (m *textCache) fold(what messageText) string {
	if m == nil {
		return what.fold()
	}
	return keep(m.folded, what, what.fold)
}

// marks tells whether a text makes a flow, or finds it again.
func (m *textCache) marks(what toldFlow, work func() bool) bool {
	if m == nil {
		return work()
	}
	return keep(m.marked, what, work)
}

// judge judges a submission, or finds how its text was judged.
func (m *textCache) judge(def *taskDef, key *taskKey, sub *submission) Scored {
	if m == nil || sub.text == "" || len(sub.items) > 0 {
		return judge(def, key, sub)
	}
	return keep(m.judged, judgement{key, sub.text}, func() Scored { return judge(def, key, sub) })
}

func keep[K comparable, V any](kept map[K]V, k K, work func() V) V {
	v, ok := kept[k]
	if ok {
		return v
	}
	v = work()
	if len(kept) < maxMemo {
		kept[k] = v
	}
	return v
}

func (m messageText) fold() string {
	if m.indicators == "" {
		return scenario.Fold(m.text)
	}
	return scenario.Fold(m.text + "\n" + m.indicators)
}
