package wording

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Statement is how a text stands by something that it mentions.
type Statement uint8

// Statements of a text.
const (
	Stated Statement = iota // it says so
	Aside                   // it only explains: "because W23 ...", "W23より前"
	Denied                  // it says that it is not: "not W23", "W23ではない"
)

// StatementOf tells how a folded text stands by what it mentions at a place.
func StatementOf(folded string, s Span) Statement {
	before, after := clauseBefore(folded, s.From), folded[s.To:]
	if calledOld().MatchString(folded[:s.From]) {
		return Denied
	}
	if st := byWordsBefore(before); st != Stated {
		return st
	}
	if st := byWordsAfter(after); st != Stated {
		return st
	}
	if st := byJapaneseAfter(after); st != Stated {
		return st
	}
	if owns(after) {
		return Aside
	}
	return remark(folded, s)
}

// calledOld finds the label of what no longer holds: "Old, do not use: 7320".
var calledOld = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:\b(?:do not use|don't use|not in use|no longer (?:in use|valid)|outdated|out of date|obsolete|wrong|old|former|previous)(?: (?:one|number|entry|phone))?|誤り?|旧|以前) ?: ?$`)
})

// StatementOfOther is StatementOf for a name that is no answer. What only tells
// something about it, as "FS03 came later" does, is an aside too.
func StatementOfOther(folded string, s Span) Statement {
	st := StatementOf(folded, s)
	if st == Stated && (subject(strings.TrimPrefix(folded[s.To:], ")")) || reached(folded, s)) {
		return Aside
	}
	return st
}

var (
	movesTo = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\b(?:(?:moved|spread|went|jumped|pivoted|crossed|carried on|continued)(?: on| over| from there)? (?:to|into|onto)|from there(?: on)? to) (?:[a-z0-9._-]+(?:, and |, | and ))*$`)
	})
	movedTo = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:[と、や][a-z0-9._-]+)*[へに](?:と|は|も)?(?:さらに|順に)?(?:広が|拡大|拡散|移動|移って|移り|移った|横展開|横移動|波及|伝播|進ん)`)
	})
)

// reached reports whether a name only tells where something went on to: "then
// it moved to FS03".
func reached(folded string, s Span) bool {
	return movesTo().MatchString(folded[:s.From]) || movedTo().MatchString(folded[s.To:])
}

// owns reports whether a name only tells whose something is: "c.lund's PC".
func owns(after string) bool {
	return strings.HasPrefix(after, "'s ") || strings.HasPrefix(after, "さんの") ||
		slices.ContainsFunc([]string{"の端末", "のpc", "のパソコン", "のセッション"}, func(s string) bool { return strings.HasPrefix(after, s) })
}

var (
	predicate = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:,? (?:and|&) [^ ]+)?,? (?:is|are|was|were|came|comes|contains?|includes?|holds?|has|had|have|also|only|just|merely|differs?|opened|belongs?|makes?|made|sent|shows?|does|did|looks?|seems?|stays?|follow(?:s|ed)?)\b(.*)`)
	})
	answers = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\b(?:first|began|begins|beg[au]n|started|origin|answer|right|correct|the one|newest|latest|good|fine|ok|okay|safe|usable|possible|likely|could|might|may|either|as well|too\.?$|also (?:it|the|possible)|it)\b`)
	})
	topic = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:(?:と|や|、|及び|および)[a-z0-9._@/-]+)*(?:は|が)(.+)`)
	})
	onlyTopic = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`すぎ|過ぎ|な[いくか]|ませ|除外|対象外|違い|誤り`)
	})
	topicRight = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`最初|起点|正解|答え|該当|安全|使え|使用でき|最新|可能|怪し|疑わし|候補|使われ|使用され|送信され|^(?:可|○|〇|ok)$`)
	})
)

// subject reports whether a sentence goes on to tell something about a name,
// and not that it is the answer.
func subject(after string) bool {
	if m := predicate().FindStringSubmatch(clauseAfter(strings.Replace(after, ", and", " and", 1))); m != nil {
		return !answers().MatchString(m[1]) || isOneOf(strings.SplitN(strings.TrimSpace(m[1]), " ", 2)[0], "only merely just")
	}
	clause, _, _ := strings.Cut(after, "。")
	m := topic().FindStringSubmatch(clause)
	return m != nil && (onlyTopic().MatchString(m[1]) || !topicRight().MatchString(m[1]))
}

// clauseBefore is the part of the clause before a place.
func clauseBefore(text string, at int) string {
	from := 0
	for i := 0; i < at; i++ {
		switch text[i] {
		case ',', ';', '!', '?', '(', ')', '"':
			from = i + 1
		case '.', ':', '-':
			if i+1 < len(text) && text[i+1] == ' ' && (text[i] != '-' || i > 0 && text[i-1] == ' ') {
				from = i + 1
			}
		case 0xe3: // 、 。 「 」
			if i+2 < at && text[i+1] == 0x80 && (text[i+2] == 0x81 || text[i+2] == 0x82 || text[i+2] == 0x8c || text[i+2] == 0x8d) {
				from = i + 3
			}
		}
	}
	return text[from:at]
}

// clauseAfter is the part of a clause before its end.
func clauseAfter(text string) string {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case strings.IndexByte(",;!?()\"", c) >= 0:
			return text[:i]
		case (c == '.' || c == ':') && (i+1 == len(text) || text[i+1] == ' '):
			return text[:i]
		case strings.HasPrefix(text[i:], " - "), strings.HasPrefix(text[i:], "、"), strings.HasPrefix(text[i:], "。"):
			return text[:i]
		}
	}
	return text
}

// words splits a clause at what is no letter, digit or apostrophe.
func words(clause string) []string {
	return strings.FieldsFunc(clause, func(r rune) bool {
		return r != '\'' && r < 0x80 && !wordByte(byte(r))
	})
}

func isOneOf(word, list string) bool {
	for w := range strings.SplitSeq(list, " ") {
		if w == word {
			return true
		}
	}
	return false
}

const (
	negations    = "not no never neither nor without cannot except excluding exclude excludes avoid ruled isnt dont"
	copulas      = "is was are were be been"
	subjects     = "it this that they he she think believe answer have"
	scopeEnds    = "but use used uses using take choose restore then therefore so only its"
	subordinates = "because since whereas although though while unlike given despite when once"
	relations    = "before after than until versus vs against following"
)

// byWordsBefore looks for a denial or an explanation in front, as English puts
// them: "not W23", "rather than W23", "because W23 ...".
func byWordsBefore(clause string) Statement {
	all := words(clause)
	for back := 1; back <= min(7, len(all)); back++ {
		i := len(all) - back
		w, prev := all[i], ""
		if i > 0 {
			prev = all[i-1]
		}
		switch {
		case (w == "than" || w == "but") && isOneOf(prev, "other else nothing anything all"):
			return exceptFor(all[:i], prev)
		case w == "than" && prev == "rather", w == "of" && prev == "instead":
			return Denied
		case isOneOf(w, copulas) && !isOneOf(prev, subjects) && !negated(prev), isOneOf(w, scopeEnds) && !negated(prev):
			return laterExplanation(all)
		case negated(w):
			return Denied
		case back <= 3 && isOneOf(w, relations):
			return Aside
		}
	}
	return laterExplanation(all)
}

// exceptFor tells "nothing but W22" from "anything but W22".
func exceptFor(before []string, word string) Statement {
	if word == "nothing" || slices.ContainsFunc(before, func(w string) bool { return negated(w) || w == "none" }) {
		return Stated
	}
	return Denied
}

func negated(w string) bool { return isOneOf(w, negations) || strings.HasSuffix(w, "n't") }

// laterExplanation reports a clause that gives a reason.
func laterExplanation(all []string) Statement {
	for i, w := range all {
		if isOneOf(w, subordinates) || i == 0 && (w == "as" || w == "if") {
			return Aside
		}
	}
	return Stated
}

// deniedAfter finds English verdicts right behind a name: "W23 is too new".
var deniedAfter = sync.OnceValue(func() *regexp.Regexp {
	const adverb = `(?:(?:already|really|probably|actually|clearly|also|certainly|simply|definitely) )*`
	return regexp.MustCompile(`^(?: (?:tape|set|itself|account|server|address))? ?(?:\([^)]*\) )?(?:` +
		`(?:is|was|are|were|'s|would be|looks|seems)(?:n't| not|nt) ` + adverb + `(?:it|the|that|this|right|correct|safe|clean|usable|good|ok|okay|an?|our|old enough|possible|true|what|where|how|him|involved|suitable|valid)\b` +
		`|(?:is|was|are|were)(?:n't| not)$` +
		`|(?:should|must|can|may|could|do|does|did|will|would)(?:n't|not| not|nt) (?:be )?(?:use|used|restore|restored|trust|trusted|work|fit|qualify|do|help|count|be)\b` +
		`|(?:is|was|are|were|looks|seems) ` + adverb + `(?:wrong|too|compromised|infected|tainted|contaminated|dirty|unsafe|suspect|out|unusable|newer|younger|later|after|no|false|incorrect|excluded|ruled|a decoy|innocent|harmless|legitimate)\b` +
		`|(?:is|was) [a-z]+ after\b|postdates\b|fails\b|won't\b|came after\b)`)
})

func byWordsAfter(after string) Statement {
	clause := after
	if !strings.HasPrefix(strings.TrimLeft(after, " "), "(") {
		clause = clauseAfter(after)
	}
	if deniedAfter().MatchString(clause) {
		return Denied
	}
	return Stated
}

// Japanese puts denials and reasons behind the name.
var (
	japaneseNot = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^ ?(?:の(?:テープ|セット|アカウント|アドレス|端末|サーバー?|もの|方)|テープ|さん|」|\))?(?:` +
			`では?な|じゃ(?:あり|な)|では?あり(?:ません|えな)|では?ございませ|以外|(?:だけ)?(?:を|は)除|とは(?:異|違|別|限|言え|思え|考え)|(?:という)?わけでは` +
			`|は(?:、)?(?:すでに|既に|まだ)?(?:違|誤|間違|不可|不適|不正解|対象外|だめ|ダメ|駄目|ng|×|使え|使用不可|使用でき|使わ|使用し(?:な|ま)|使用すべきで|避け|古す|新しす|危険|旧番号|旧アドレス|(?:古い|以前の)(?:番号|アドレス|連絡先)|無関係|関係(?:が|は)?な|正規|正常|おとり|囮|対策済|修正済|更新済|後回し)` +
			`|を(?:使わ|使用し(?:な|ま)|使用せ|避け|選ばな|使っては|使用しては)|も(?:違|使え|不可|だめ|除外)|の代わり|に代え|に代わ|ではなく|から[^、。]{0,30}[にへ](?:変更|変わ))`)
	})
	japaneseTainted = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^ ?(?:の(?:テープ|セット)|テープ)?は、?(?:すでに|既に)?[^、。は]{0,12}(?:汚染|感染|侵害|侵入|攻撃|改ざん|被害|初回通信|不正)[^、。]*(?:後|され|済|済み|して)`)
	})
	japaneseRelation = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^ ?(?:のテープ)?(?:より|の(?:一つ|1つ|ひとつ)?(?:前|後|次)|の直[前後]|以前|以降|と比べ|に対し)`)
	})
	japaneseReason = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?:ので|ため|ですが|だが|ますが|たが|るが|いが|けど|けれど|けれども|ものの|だから|るから|たから|いから|場合|とき|際|ると|いと|たら)$`)
	})
)

func byJapaneseAfter(after string) Statement {
	if after == "" || after[0] < 0x80 && !strings.ContainsAny(after, "はがをでの") {
		return Stated
	}
	clause := clauseAfter(after)
	if clause == "は" || clause == "も" || clause == "が" {
		clause += clauseAfter(strings.TrimPrefix(after[len(clause):], "、"))
	}
	negative := strings.Contains(clause, "いな") || strings.Contains(clause, "いませ") || strings.Contains(clause, "前")
	switch {
	case japaneseNot().MatchString(after), japaneseTainted().MatchString(clause) && !negative:
		return Denied
	case japaneseRelation().MatchString(clause), len(clause) < len(after) && japaneseReason().MatchString(clause):
		return Aside
	}
	return Stated
}

// remark tells what brackets or quotes make of a mention: among other words it
// is an aside, alone it is what stands before them. What begins with "or" is
// meant.
func remark(text string, s Span) Statement {
	open, end := enclosed(text, s, '(', ')')
	if open < 0 {
		if open, end = enclosed(text, s, '"', '"'); open < 0 {
			return Stated
		}
	}
	inside := strings.TrimSpace(text[open+1 : end])
	if strings.TrimSpace(text[:open]+text[min(end+1, len(text)):]) == "" {
		return Stated
	}
	if inside == text[s.From:s.To] {
		return byWordsBefore(clauseBefore(text, open))
	}
	if alternative(inside) {
		return Stated
	}
	return Aside
}

// enclosed finds the pair of marks around a mention; -1 where there is none.
func enclosed(text string, s Span, left, right byte) (open, end int) {
	open = strings.LastIndexByte(text[:s.From], left)
	if open < 0 || left != right && strings.IndexByte(text[open:s.From], right) >= 0 ||
		left == right && strings.Count(text[:s.From], string(left))%2 == 0 {
		return -1, -1
	}
	if end = strings.IndexByte(text[s.To:], right); end < 0 {
		return open, len(text)
	}
	return open, s.To + end
}

// alternative reports whether a remark offers another answer.
func alternative(inside string) bool {
	first, _, _ := strings.Cut(inside, " ")
	if isOneOf(strings.Trim(first, ",:"), "or maybe perhaps possibly also and otherwise alternatively") {
		return true
	}
	return slices.ContainsFunc(orWords(), func(word string) bool { return strings.HasPrefix(inside, word) })
}

func orWords() []string {
	return []string{"または", "もしくは", "あるいは", "又は", "若しくは", "か"}
}

// Hedged reports whether a text offers something else beside a name: what
// stands on the other side of an "or" and is none of the names that are right.
func Hedged(folded string, s Span, right []Span) bool {
	after := strings.TrimLeft(folded[s.To:], " ,?!")
	for _, or := range append(orWords()[:5:5], "or ") {
		if strings.HasPrefix(after, or) && !startsIn(len(folded)-len(after)+len(or), right) {
			return true
		}
	}
	before := strings.TrimRight(folded[:s.From], " ,?!")
	for _, or := range append(orWords()[:5:5], " or") {
		if strings.HasSuffix(before, or) && !endsIn(strings.TrimRight(before[:len(before)-len(or)], " ,?!"), right) {
			return true
		}
	}
	return false
}

func startsIn(at int, right []Span) bool {
	return slices.ContainsFunc(right, func(r Span) bool { return r.From >= at && r.From-at < 16 })
}

func endsIn(before string, right []Span) bool {
	return slices.ContainsFunc(right, func(r Span) bool { return r.To <= len(before) && len(before)-r.To < 16 })
}
