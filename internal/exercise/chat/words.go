package chat

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"renkei/internal/exercise/scenario"
)

// verb is what is asked of us.
type verb string

// Verbs.
const (
	doStatus verb = "status"
	doTasks  verb = "tasks"
	doAck    verb = "ack"
	doAnswer verb = "answer"
	doReport verb = "report"
	doShare  verb = "share"
	doRelay  verb = "relay"
	doAsk    verb = "ask"
	doHint   verb = "hint"
	doReal   verb = "real"
	doHelp   verb = "help"
)

// verbs are the words for them in both languages, the longer before those with
// which they begin: Japanese has no space after a word.
func verbs() []struct {
	word string
	verb verb
} {
	return []struct {
		word string
		verb verb
	}{
		{"status", doStatus},
		{"状況", doStatus},
		{"ステータス", doStatus},
		{"tasks", doTasks},
		{"task", doTasks},
		{"課題一覧", doTasks},
		{"課題", doTasks},
		{"acknowledge", doAck},
		{"ack", doAck},
		{"received", doAck},
		{"受領確認", doAck},
		{"受領", doAck},
		{"受信確認", doAck},
		{"了解", doAck},
		{"answer", doAnswer},
		{"reply", doAnswer},
		{"回答", doAnswer},
		{"解答", doAnswer},
		{"report", doReport},
		{"報告", doReport},
		{"share", doShare},
		{"情報共有", doShare},
		{"共有", doShare},
		{"relay", doRelay},
		{"展開", doRelay},
		{"ask", doAsk},
		{"問い合わせ", doAsk},
		{"問合せ", doAsk},
		{"質問", doAsk},
		{"hint", doHint},
		{"ヒント", doHint},
		{"real", doReal},
		{"実事案", doReal},
		{"help", doHelp},
		{"ヘルプ", doHelp},
		{"使い方", doHelp},
	}
}

// line is what somebody has typed.
type line struct {
	text   string       // all of it
	tlp    scenario.TLP // the label with which it begins
	bare   string       // what follows the label
	spoken bool         // it is said to us
	verb   verb         // "" where we do not know the word
	rest   string       // what follows the verb
}

var labelled = regexp.MustCompile(`^\s*[\[(【（*]*\s*(?i:TLP)\s*[:：]\s*(?i:(CLEAR|WHITE|GREEN|AMBER\s*\+\s*STRICT|AMBER|RED))[\])】）*]*[\s:：,、-]*`)

// read takes a typed text apart. bot is our name on the service.
func read(text, bot string) line {
	l := line{text: text, bare: strings.TrimSpace(text)}
	l.takeLabel()
	said, ok := addressed(l.bare, bot)
	if !ok {
		return l
	}
	l.spoken = true
	l.rest = said
	for _, v := range verbs() {
		if after, ok := cutWord(said, v.word); ok {
			l.verb, l.rest = v.verb, after
			break
		}
	}
	if l.tlp == scenario.TLPNone { // after the verb, as in "share TLP:AMBER ..."
		inner := line{bare: l.rest}
		if inner.takeLabel(); inner.tlp != scenario.TLPNone {
			l.tlp, l.rest = inner.tlp, inner.bare
		}
	}
	return l
}

// takeLabel takes a TLP label off the beginning. Full-width letters count too.
func (l *line) takeLabel() {
	head, tail := l.bare, ""
	if r := []rune(l.bare); len(r) > 60 {
		head, tail = string(r[:60]), string(r[60:])
	}
	folded := norm.NFKC.String(head)
	m := labelled.FindStringSubmatch(folded)
	if m == nil {
		return
	}
	name := strings.ToUpper(strings.ReplaceAll(m[1], " ", ""))
	if name == "WHITE" { // TLP 1.0
		name = "CLEAR"
	}
	tlp, err := scenario.ParseTLP(name)
	if err != nil {
		return
	}
	l.tlp, l.bare = tlp, strings.TrimSpace(folded[len(m[0]):]+tail)
}

// Addressed reports whether a text is said to us, by our name at its beginning.
func Addressed(text string) bool {
	_, ok := addressed(strings.TrimSpace(text), "")
	return ok
}

// addressed returns what is said to us: after our name at the beginning, or after
// a mention of the bot.
func addressed(text, bot string) (string, bool) {
	for _, name := range []string{"@" + bot, "/renkei", "@renkei", "renkei", "れんけい", "連携"} {
		if after, ok := cutWord(text, name); ok && name != "@" {
			return after, true
		}
	}
	if at := strings.Index(strings.ToLower(text), "@"+strings.ToLower(bot)); bot != "" && at >= 0 {
		after := text[at+1+len(bot):]
		if r := strings.TrimLeft(after, " \t　:：,、"); after == "" || r != after {
			if said, _, _ := strings.Cut(r, "\n"); strings.TrimSpace(said) != "" {
				return strings.TrimSpace(r), true
			}
			return strings.TrimSpace(text[:at]), true // it stands at the end
		}
	}
	return "", false
}

// cutWord takes a word off the beginning of a text, in whatever case and width. A
// word of letters of the alphabet has to end there.
func cutWord(text, word string) (rest string, ok bool) {
	at := 0
	want := []rune(strings.ToLower(word))
	got := make([]rune, 0, len(want))
	for i, r := range text {
		if len(got) >= len(want) {
			break
		}
		for _, f := range strings.ToLower(norm.NFKC.String(string(r))) {
			got = append(got, f)
		}
		at = i + len(string(r))
	}
	if string(got) != string(want) {
		return "", false
	}
	rest = text[at:]
	next, _ := utf8.DecodeRuneInString(rest)
	letter := next < unicode.MaxASCII && (unicode.IsLetter(next) || unicode.IsDigit(next)) || next == '_' || next == '-' || next == '.'
	if rest != "" && letter && want[len(want)-1] < unicode.MaxASCII {
		return "", false
	}
	return strings.TrimSpace(strings.TrimLeft(rest, " \t　:：,、")), true
}

// firstWord cuts a text after its first word.
func firstWord(text string) (word, rest string) {
	at := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == ':' || r == '：' || r == '、' })
	if at < 0 {
		return text, ""
	}
	return text[:at], strings.TrimLeft(text[at:], " \t\r\n　:：、")
}
