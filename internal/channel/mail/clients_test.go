package mail_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"

	"renkei/internal/channel/mail"
)

// TestCutAsClientsQuote cuts replies as clients of the region write them: what is
// quoted and signed goes, what was said stays, and what only looks like either.
func TestCutAsClientsQuote(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct{ text, want string }{
		"Outlook in English":             {"192.0.2.6\n\nRegards\n\n________________________________\nFrom: Exercise office <exercise@sender.internal>\nSent: Tuesday, 1 December 2026 09:12\nTo: Ann\nSubject: [EXERCISE] Gateways\n\nDear colleagues", "192.0.2.6\n\nRegards"},
		"Outlook for Mac":                {"192.0.2.6\n\nFrom: Exercise office <exercise@sender.internal>\nDate: Tuesday, 1 December 2026 at 9:12 AM\nTo: Ann <ann@cert.asteria.internal>\nSubject: [EXERCISE] Gateways\n\nDear", "192.0.2.6"},
		"Outlook in Japanese":            {"192.0.2.6 です。\n\n差出人: 演習事務局 <exercise@sender.internal>\n送信日時: 2026年12月1日 9:12\n宛先: アン\n件名: 【演習 EXERCISE】\n\n各位", "192.0.2.6 です。"},
		"Outlook in Thai":                {"192.0.2.6\n\nจาก: Exercise office <exercise@sender.internal>\nส่งเมื่อ: 1 ธันวาคม 2569 09:12\nถึง: Ann\nเรื่อง: [EXERCISE]\n\nเรียน", "192.0.2.6"},
		"Outlook on a phone":             {"192.0.2.6\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Exercise office <exercise@sender.internal>\nSent: Tuesday, December 1, 2026 9:12:00 AM\nTo: Ann\nSubject: x\n\nDear", "192.0.2.6"},
		"Outlook on Android in Japanese": {"受領しました。\n\nAndroid 版 Outlook を入手する<https://aka.ms/ghei36>\n\n________________________________\nFrom: 演習事務局 <exercise@sender.internal>\nSent: Tuesday, December 1, 2026 9:12:00 AM\nTo: アン\nSubject: x\n\n本文", "受領しました。"},
		"Gmail wraps":                    {"192.0.2.6\n\nOn Tue, Dec 1, 2026 at 9:12 AM Exercise office via Renkei\n<exercise+k3@sender.internal> wrote:\n\n> Dear", "192.0.2.6"},
		"Gmail in Japanese":              {"192.0.2.6\n\n2026年12月1日(火) 9:12 演習事務局 <exercise@sender.internal>:\n\n> 各位", "192.0.2.6"},
		"Gmail in Thai":                  {"192.0.2.6\n\nในวันที่ อ. 1 ธ.ค. 2569 เวลา 09:12 Exercise office <exercise@sender.internal>\nเขียนว่า:\n\n> เรียน", "192.0.2.6"},
		"Gmail in Indonesian":            {"192.0.2.6\n\nPada Sel, 1 Des 2026 pukul 09.12 Exercise office <exercise@sender.internal>\nmenulis:\n\n> Yth", "192.0.2.6"},
		"Gmail in Vietnamese":            {"192.0.2.6\n\nVào Th 3, 1 thg 12, 2026 vào lúc 09:12 Exercise office <\nexercise@sender.internal> đã viết:\n\n> Kính", "192.0.2.6"},
		"Gmail in Malay":                 {"192.0.2.6\n\nPada Sel, 1 Dis 2026 pada 9:12 PG Exercise office <exercise@sender.internal>\nmenulis:\n\n> Tuan", "192.0.2.6"},
		"Gmail in Chinese":               {"192.0.2.6\n\n于2026年12月1日周二 09:12 Exercise office <exercise@sender.internal>写道：\n\n> 您好", "192.0.2.6"},
		"Gmail in Korean":                {"192.0.2.6\n\n2026년 12월 1일 (화) 오전 9:12, Exercise office <exercise@sender.internal>님이 작성:\n\n> 안녕", "192.0.2.6"},
		"Thunderbird":                    {"192.0.2.6\n\nOn 01/12/2026 09:12, Exercise office wrote:\n> Dear\n> colleagues\n\n-- \nAnn\nCERT-AST", "192.0.2.6"},
		"Thunderbird in Japanese":        {"On 2026/12/01 9:12, 演習事務局 wrote:\n> T01の回答は？\n\n192.0.2.6 です。\n\n-- \nアン", "192.0.2.6 です。"},
		"Thunderbird in Japanese, words": {"192.0.2.6 です。\n\n2026/12/01 9:12、演習事務局 さんは書きました:\n> 各位", "192.0.2.6 です。"},
		"iPhone":                         {"192.0.2.6\n\nSent from my iPhone\n\n> On 1 Dec 2026, at 09:12, Exercise office <exercise@sender.internal> wrote:\n> \n> Dear", "192.0.2.6"},
		"iPhone in Japanese":             {"192.0.2.6\n\niPhoneから送信\n\n> 2026/12/01 9:12、演習事務局 <exercise@sender.internal>のメール:\n> \n> 各位", "192.0.2.6"},
		"iPhone in Thai":                 {"192.0.2.6\n\nส่งจาก iPhone ของฉัน\n\n> ในวันที่ 1 ธ.ค. 2569 เวลา 09:12 Exercise office <exercise@sender.internal> เขียนว่า:\n> \n> เรียน", "192.0.2.6"},
		"iPhone in Vietnamese":           {"192.0.2.6\n\nĐã gửi từ iPhone của tôi\n\n> Vào 09:12, 1 thg 12, 2026, Exercise office <exercise@sender.internal> đã viết:\n> \n> Kính", "192.0.2.6"},
		"Samsung":                        {"192.0.2.6\n\nSent from my Galaxy\n\n-------- Original message --------\nFrom: Exercise office <exercise@sender.internal>\nDate: 01/12/2026 09:12 (GMT+08:00)\nTo: Ann\nSubject: x\n\nDear", "192.0.2.6"},
		"Samsung in Japanese":            {"192.0.2.6\n\nGalaxyから送信\n\n-------- 元のメッセージ --------\n差出人: 演習事務局 <exercise@sender.internal>\n日付: 2026/12/01 9:12\n宛先: アン\n件名: x\n\n各位", "192.0.2.6"},
		"Becky":                          {"192.0.2.6 です。\n\nOn Tue, 1 Dec 2026 09:12:00 +0900\n演習事務局 <exercise@sender.internal> wrote:\n\n> 各位\n\n--------------------\nアン ann@cert.asteria.internal", "192.0.2.6 です。"},
		"Proton":                         {"192.0.2.6\n\nSent with [Proton Mail](https://proton.me/mail/home) secure email.\n\nOn Tuesday, December 1st, 2026 at 9:12 AM, Exercise office <exercise@sender.internal> wrote:\n\n> Dear", "192.0.2.6"},
		"Yahoo on Android":               {"192.0.2.6\n\nSent from Yahoo Mail on Android\n\n  On Tue, 1 Dec 2026 at 9:12, Exercise office<exercise@sender.internal> wrote:   Dear\ncolleagues", "192.0.2.6"},
		"Japanese signature in a frame":  {"192.0.2.6 です。\n\n+++++++++++++++++++++++++\nアステリアCERT 安\nTEL 03-0000-0000\nMAIL: ann@cert.asteria.internal\n+++++++++++++++++++++++++\n\n> 各位", "192.0.2.6 です。"},
		"Foxmail":                        {"192.0.2.6\n\n\n\n发件人： Exercise office\n发送时间： 2026-12-01 09:12\n收件人： Ann\n主题： x\n\n您好", "192.0.2.6"},
		"inline":                         {"> T01: which address?\n192.0.2.6\n> T02: whose is it?\nThe hospital's\n", "192.0.2.6\nThe hospital's"},
		"a mail that quotes a log":       {"The proxy says:\nFrom: 192.0.2.6\nand nothing else.", "The proxy says:\nFrom: 192.0.2.6\nand nothing else."},
		"he wrote":                       {"The vendor wrote: patch today.\nWe did.", "The vendor wrote: patch today.\nWe did."},
		"a table with rules":             {"a | b\n------\n1 | 2\n", "a | b\n------\n1 | 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, _ := mail.Cut(x.text); got != x.want {
				t.Errorf("it says\n%q, want\n%q", got, x.want)
			}
		})
	}
}

// TestReadCharsets reads a mail in the charsets of the region.
func TestReadCharsets(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		charset encoding.Encoding
		text    string
	}{
		"iso-2022-jp": {japanese.ISO2022JP, "演習の回答です。192.0.2.6"}, "shift_jis": {japanese.ShiftJIS, "ソ連表示、能力"}, "euc-jp": {japanese.EUCJP, "演習"},
		"tis-620": {charmap.Windows874, "การฝึกซ้อม 192.0.2.6"}, "windows-874": {charmap.Windows874, "การตอบ"},
		"gb18030": {simplifiedchinese.GB18030, "演习回答 192.0.2.6"}, "gb2312": {simplifiedchinese.GBK, "回答"},
	} {
		raw, err := x.charset.NewEncoder().String(x.text)
		if err != nil {
			t.Fatal(err)
		}
		head := "From: Ann <ann@cert.asteria.internal>\r\nSubject: =?" + name + "?B?" + base64.StdEncoding.EncodeToString([]byte(raw)) + "?=\r\nContent-Type: text/plain; charset=" + name + "\r\nContent-Transfer-Encoding: base64\r\n\r\n"
		in, err := mail.Read(strings.NewReader(head + base64.StdEncoding.EncodeToString([]byte(raw))))
		if err != nil || in.Said != x.text || in.Subject != x.text {
			t.Errorf("%s: %q and %q, want %q (%v)", name, in.Said, in.Subject, x.text, err)
		}
	}
}
