package wording

import (
	"regexp"
	"slices"
	"sync"
)

// Withdrawn reports whether a folded text mentions a form only to say that it
// is not so or that nothing is to be done about it: "do not block W22", "the
// address is harmless", "W22からは復旧しないでください". It knows fewer words than
// [StatementOf], since a message may give orders of its own: "do not open what
// comes from this address" tells of the address.
func Withdrawn(folded, form string) bool {
	all := Find(folded, form)
	return len(all) > 0 && !slices.ContainsFunc(all, func(s Span) bool { return !withdrawn(folded, s) })
}

func withdrawn(folded string, s Span) bool {
	before, after := folded[:s.From], folded[s.To:]
	return forbids().MatchString(before) || dismisses().MatchString(after) || japaneseDismisses().MatchString(after) ||
		leaves().MatchString(before) && leftAlone().MatchString(after)
}

const measures = `(?:block|touch|suspend|stop|restore|take down|take off|switch off|shut down|shut off|isolate|seize|disable|freeze|cut off|unplug)`

var (
	forbids = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\b(?:do not|don't|dont|never|must not|should not|shouldn't|need not|needn't|no need to|not necessary to|no reason to) (?:yet )?` +
			measures + `(?: (?:from|the|tape|set|server|address|name|domain|host|ip|machine))* $`)
	})
	dismisses = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^ ?(?:(?:need not|needn't|does not need to|doesn't need to|should not|shouldn't|must not|mustn't) be (?:blocked|touched|suspended|stopped|isolated|shut|seized|disabled|frozen|taken (?:down|off)|switched off)` +
			`|(?:is|are|was|were|seems|looks) (?:harmless|innocent|legitimate|benign|not malicious|no threat|a false alarm)\b)`)
	})
	leaves = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\bleave (?:the )?(?:(?:server|address|name|host|machine) )?$`)
	})
	leftAlone = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^ (?:running|on|up|alone|online|open|as it is)\b`) })

	japaneseDismisses = sync.OnceValue(func() *regexp.Regexp {
		const measure = `(?:遮断|停止|隔離|切断|復旧|復元|凍結|ブロック)`
		return regexp.MustCompile(`^[^、。!?;\n]{0,8}(?:` +
			measure + `(?:し(?:ないで|なくて|てはいけ|てはなら)|する必要は(?:な|あり)|の必要は(?:な|あり)|(?:は|が)?(?:不要|無用))` +
			`|止めないで|止めなくて|切り離さないで|切り離さなくて` +
			`|(?:は|なので|も)(?:無害|正常な通信|正規の通信)` +
			`|(?:は|も)(?:届いて|使われて|確認されて|発生して)い(?:ない|ませ)` +
			`|(?:は|も)(?:一切|全く|まったく)?(?:ありませ|なかった|ございませ|ない。|ないです))`)
	})
)
