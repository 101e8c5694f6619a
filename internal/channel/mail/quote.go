package mail

import (
	"regexp"
	"slices"
	"strings"
)

// Answer is what stands after the key of a task in the form of a mail.
type Answer struct{ Task, Text string }

// FormEnd is the line that ends the form.
const FormEnd = "[end]"

// Form is the form at the end of a mail, for these tasks: who replies may write
// after the keys, in what is quoted too.
func Form(tasks []string) string {
	var b strings.Builder
	for _, t := range tasks {
		b.WriteString("[" + t + "] \n")
	}
	return b.String() + FormEnd
}

// Cut takes a reply apart: what they said, without what they quote, without the
// line that says who wrote that, and without signatures; and what they filled into
// the form, wherever it stands. It knows how common programs write in the
// languages of the region, and takes what it does not know as said: too much is
// mended more easily than too little.
func Cut(text string) (said string, form []Answer) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	form, used := readForm(lines)
	end := len(lines)
	for i := range lines {
		if foreign(lines, i) {
			end = i
			break
		}
	}
	var kept []string
	for i := 0; i < end; {
		switch n := attribution(lines[:end], i); {
		case used[i], quoted(lines[i]):
			kept = append(kept, "\x00") // a signature does not reach beyond it
			i++
		case n > 0:
			kept = append(kept, "\x00")
			i += n
		default:
			kept = append(kept, lines[i])
			i++
		}
	}
	return strip(kept), form
}

func quoted(line string) bool {
	line = strings.TrimLeft(line, " \t")
	return strings.HasPrefix(line, ">") || strings.HasPrefix(line, "＞") || strings.HasPrefix(line, "|  ")
}

// bare is a line without the marks of what is quoted.
func bare(line string) string {
	for {
		cut := strings.TrimLeft(line, " \t　")
		next := strings.TrimPrefix(strings.TrimPrefix(cut, ">"), "＞")
		if next == cut {
			return cut
		}
		line = next
	}
}

var formLine = regexp.MustCompile(`^\[([A-Za-z0-9][A-Za-z0-9_.-]{0,39})\](?:\s+(.*)|$)`)

// readForm reads the last form that has its end, and which lines it took. One in
// which nothing was written is none.
func readForm(lines []string) (all []Answer, used []bool) {
	used = make([]bool, len(lines))
	last := -1
	for i := range lines {
		if strings.TrimSpace(bare(lines[i])) == FormEnd {
			last = i
			break // the nearest: what is quoted below it is older
		}
	}
	if last < 0 {
		return nil, used
	}
	first := last
	for i := last - 1; i >= 0; i-- {
		if m := formLine.FindStringSubmatch(bare(lines[i])); m != nil && m[1] != "end" {
			first = i
		}
	}
	for i := first; i < last; i++ {
		line := strings.TrimRight(bare(lines[i]), " \t\r")
		if m := formLine.FindStringSubmatch(line); m != nil {
			all = append(all, Answer{m[1], m[2]})
		} else if n := len(all); n > 0 {
			all[n-1].Text += "\n" + line
		}
	}
	for i := range all {
		all[i].Text = strings.TrimSpace(all[i].Text)
	}
	all = slices.DeleteFunc(all, func(a Answer) bool { return a.Text == "" })
	for i := first; i <= last; i++ {
		used[i] = true
	}
	return all, used
}

// before are words that stand between rules above an older mail.
var before = regexp.MustCompile(`(?i)^[\s*]*(?:-{2,}|－{2,}|―{2,}|_{2,})\s*(?:original message|original appointment|forwarded message|begin forwarded message|reply message|元のメッセージ|元のメール|転送されたメッセージ|転送メッセージ|返信元メッセージ|ข้อความต้นฉบับ|ข้อความเดิม|ข้อความที่ส่งต่อ|原始邮件|原始郵件|转发的邮件|원본 메시지|thư gốc|tin nhắn gốc|pesan asli|mesej asal|ursprüngliche nachricht|message d'origine|mensaje original)\s*(?:-{2,}|－{2,}|―{2,}|_{2,})?[\s*]*$`)

// wroteThis is a line that says who wrote, with what they wrote behind it: Yahoo on
// telephones marks nothing below it.
var wroteThis = regexp.MustCompile(`(?i)^\s*on .{5,80}\S@\S+\s+wrote:\s+\S`)

var underline = regexp.MustCompile(`^\s*_{10,}\s*$`)

var (
	headFrom = regexp.MustCompile(`(?i)^[\s*]*(?:from|差出人|送信者|発信者|จาก|发件人|寄件者|보낸 사람|từ|người gửi|dari|daripada|von|de)\s*\*?\s*[:：]\*?\s*\S`)
	headMore = regexp.MustCompile(`(?i)^[\s*]*(?:sent|date|to|cc|subject|送信日時|送信日|日時|日付|宛先|件名|ส่งเมื่อ|วันที่|ส่ง|ถึง|สำเนา|เรื่อง|发送时间|发送日期|收件人|抄送|主题|寄件日期|收件者|主旨|보낸 날짜|받는 사람|제목|đã gửi|ngày|đến|tới|chủ đề|dikirim|tanggal|kepada|perihal|subjek|dihantar|tarikh|gesendet|an|betreff|envoyé|à|objet)\s*\*?\s*[:：]`)
)

// foreign reports whether an older mail begins in a line, and goes on to the end.
func foreign(lines []string, i int) bool {
	if before.MatchString(lines[i]) || wroteThis.MatchString(lines[i]) {
		return true
	}
	if underline.MatchString(lines[i]) {
		for j := i + 1; j < min(len(lines), i+4); j++ {
			if headFrom.MatchString(lines[j]) {
				return true
			}
		}
		return false
	}
	if !headFrom.MatchString(lines[i]) {
		return false
	}
	more := 0
	for j := i + 1; j < min(len(lines), i+7); j++ {
		if headMore.MatchString(lines[j]) {
			more++
		}
	}
	return more >= 2
}

// wrote are the ends of lines that say who wrote what follows.
var wrote = regexp.MustCompile(`(?i)(?:\bwrote|\bwrites|\bschrieb.*|a écrit|escribió|ha scritto|menulis|đã viết|เขียนว่า|เขียน|のメール|のメッセージ|さんは書きました|書きました|が書きました|写道|寫道|님이 작성)\s*[:：]\s*$|^\s*\d{4}年\d{1,2}月\d{1,2}日.{0,40}\d{1,2}[:：]\d{2}.*<\S+@\S+>\s*[:：]?\s*$`)

var (
	addressIn = regexp.MustCompile(`\S@\S`)
	yearIn    = regexp.MustCompile(`\d{4}`)
	opening   = regexp.MustCompile(`(?i)^(?:on |at |le |am |el |il |pada |vào |lúc |ในวันที่|เมื่อ|วันที่|在|于|於|\d|\w+ <|"|<|「|[\p{Han}\p{Katakana}\p{Thai}])`)
	gap       = regexp.MustCompile(`\n{3,}`)
)

// attribution returns how many lines, from one on, say who wrote what is quoted
// below; 0 for none. Programs wrap them.
func attribution(lines []string, i int) int {
	if strings.TrimSpace(lines[i]) == "" {
		return 0
	}
	joined := ""
	for n := 1; n <= 3 && i+n <= len(lines); n++ {
		line := strings.TrimSpace(lines[i+n-1])
		if line == "" || quoted(line) {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + line)
		if len(joined) > 400 {
			return 0
		}
		follows := i + n
		for follows < len(lines) && strings.TrimSpace(lines[follows]) == "" {
			follows++
		}
		above := follows < len(lines) && quoted(lines[follows])
		colon := strings.HasSuffix(joined, ":") || strings.HasSuffix(joined, "：")
		if wrote.MatchString(joined) && (above || addressIn.MatchString(joined) || yearIn.MatchString(joined)) && begins(joined) {
			return n
		}
		if above && colon && addressIn.MatchString(joined) {
			return n
		}
	}
	return 0
}

// begins reports whether a line begins as those do that say who wrote: not in the
// middle of what somebody said.
func begins(line string) bool {
	return opening.MatchString(line) || addressIn.MatchString(line)
}

// device are lines that phones and programs put under a mail.
var device = regexp.MustCompile(`(?i)^[\s*_-]*(?:sent from (?:my )?.{2,60}|sent via .{2,40}|sent with .{2,80}|get outlook for \S+.*|(?:outlook for )?(?:ios|android)\s*(?:版 outlook )?を入手.*|(?:my )?(?:iphone|ipad|android|galaxy|xperia|スマートフォン|携帯)\S{0,12}から送信.*|\S{2,20}から送信|ส่งจาก.{2,60}|ดาวน์โหลด outlook.*|đã gửi từ .{2,40}|được gửi từ .{2,40}|dikirim dari .{2,40}|dihantar dari(?:pada)? .{2,40}|发自我的.{2,20}|傳送自.{2,20}|envoyé de mon .{2,20}|von meinem .{2,30} gesendet)[\s*_.]*(?:<https?://\S+>)?\s*$`)

var (
	dashes = regexp.MustCompile(`^-- ?$|^—\s*$`)
	rule   = regexp.MustCompile(`^\s*(?:[-=_*~+#・･.:━─═－＝＿＊☆★◆◇■□●○〇～〜ー‐―–—]\s?){6,}\s*$`)
	told   = regexp.MustCompile(`(?i)@|https?://|www\.|\btel\b|\bfax\b|\bphone\b|\bmobile\b|電話|内線|〒|e-?mail|โทร|株式会社|เบอร์|điện thoại|telp|ext\.|MAIL[:：]`)
)

// strip takes the signatures from what was said. "\x00" stands for what was taken
// out before.
func strip(lines []string) string {
	var out []string
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		switch {
		case line == "\x00":
		case dashes.MatchString(line) && !strings.HasPrefix(line, "---"), rule.MatchString(line) && signature(lines[i+1:]):
			for i+1 < len(lines) && lines[i+1] != "\x00" {
				i++
			}
		case device.MatchString(line) && len(line) < 160 && last(lines[i+1:]):
		default:
			out = append(out, strings.TrimRight(line, " \t"))
		}
	}
	return strings.TrimSpace(gap.ReplaceAllString(strings.Join(out, "\n"), "\n\n"))
}

// signature reports whether lines after a rule are one: few, and with an address.
func signature(lines []string) bool {
	n, found := 0, false
	for _, l := range lines {
		if l == "\x00" {
			break
		}
		if strings.TrimSpace(l) != "" {
			n++
		}
		found = found || told.MatchString(l)
	}
	return found && n <= 12
}

// last reports whether nothing is said below, but perhaps a signature or more of
// what a program puts there.
func last(lines []string) bool {
	n := 0
	for _, l := range lines {
		if l == "\x00" {
			return true
		}
		if strings.TrimSpace(l) != "" && !device.MatchString(l) {
			n++
		}
	}
	return n <= 2
}
