package chat

import (
	"regexp"
	"strings"
)

var (
	greeting = regexp.MustCompile(`(?i)^(?:dear|hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings|to whom)\b.{0,60}$|^.{0,30}(?:様|さま|さん|御中|各位)[、,。]?$|^(?:お世話|いつも|お疲れ|拝啓).{0,60}$|^(?:เรียน|สวัสดี).{0,60}$|^(?:kính gửi|xin chào|yth|dengan hormat|salam|selamat|kepada|tuan)\b.{0,60}$`)
	closing  = regexp.MustCompile(`(?i)^(?:(?:best|kind|warm|many)?\s*(?:regards|wishes|thanks)|thank you.{0,60}|thanks.{0,60}|sincerely.{0,20}|yours.{0,30}|cheers|br|rgds|best|trân trọng|terima kasih|salam|hormat kami)[,.! ]*$|^(?:以上|よろしく|宜しく|何卒|敬具|ご確認).{0,60}$|^(?:ขอบคุณ|ด้วยความ|ขอแสดง).{0,60}$`)
)

// bareAnswer is what somebody answers in a mail, without "Dear all" before it and
// "Best regards" with a name behind it. What is nothing but that stays as it is.
func bareAnswer(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	first, end := 0, len(lines)
	for first < end && (strings.TrimSpace(lines[first]) == "" || greeting.MatchString(strings.TrimSpace(lines[first]))) {
		first++
	}
	for i := first + 1; i < len(lines); i++ {
		if closing.MatchString(strings.TrimSpace(lines[i])) && len(lines)-i <= 4 {
			end = i
			break
		}
	}
	if bare := strings.TrimSpace(strings.Join(lines[first:max(first, end)], "\n")); bare != "" {
		return bare
	}
	return text
}

// onlyAck reports whether a reply does nothing but acknowledge.
func onlyAck(text string) bool {
	text = strings.TrimRight(bareAnswer(text), " .!。！")
	for _, v := range verbs() {
		if rest, ok := cutWord(text, v.word); ok && v.verb == doAck && (rest == "" || rest == "しました" || rest == "です" || rest == "いたしました" || rest == "致しました") {
			return true
		}
	}
	return false
}
