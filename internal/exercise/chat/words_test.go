package chat

import (
	"strings"
	"testing"

	"renkei/internal/exercise/scenario"
)

// TestRead: what people type, in both languages and widths.
func TestRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]line{
		"hello everybody":                      {bare: "hello everybody"},
		"renkei status":                        {spoken: true, verb: doStatus},
		"Renkei: Status":                       {spoken: true, verb: doStatus},
		"@renkei tasks please":                 {spoken: true, verb: doTasks, rest: "please"},
		"/renkei help":                         {spoken: true, verb: doHelp},
		"ｒｅｎｋｅｉ　課題":                            {spoken: true, verb: doTasks},
		"renkei 回答 T01 192.0.2.6":              {spoken: true, verb: doAnswer, rest: "T01 192.0.2.6"},
		"renkei 回答：T01　192.0.2.6":              {spoken: true, verb: doAnswer, rest: "T01　192.0.2.6"},
		"renkei受領 I02":                         {spoken: true, verb: doAck, rest: "I02"},
		"@bot-1 ack I02":                       {spoken: true, verb: doAck, rest: "I02"},
		"@bot-1":                               {spoken: true},
		"tasks, @bot-1":                        {spoken: true, verb: doTasks},
		"could you @bot-1 status":              {spoken: true, verb: doStatus},
		"mail to @bot-12 please":               {bare: "mail to @bot-12 please"},
		"renkeiism is not a word for us":       {bare: "renkeiism is not a word for us"},
		"renkei statuses":                      {spoken: true, rest: "statuses"},
		"TLP:AMBER block this":                 {tlp: scenario.TLPAmber, bare: "block this"},
		"tlp: amber+strict\nblock this":        {tlp: scenario.TLPAmberStrict, bare: "block this"},
		"[TLP:RED] only you":                   {tlp: scenario.TLPRed, bare: "only you"},
		"ＴＬＰ：ＧＲＥＥＮ　共有します":                      {tlp: scenario.TLPGreen, bare: "共有します"},
		"TLP:WHITE as it was called":           {tlp: scenario.TLPClear, bare: "as it was called"},
		"the label TLP:RED stands later":       {bare: "the label TLP:RED stands later"},
		"TLP:PURPLE is none":                   {bare: "TLP:PURPLE is none"},
		"renkei share TLP:GREEN 203.0.113.9":   {spoken: true, verb: doShare, tlp: scenario.TLPGreen, rest: "203.0.113.9"},
		"TLP:GREEN renkei share 203.0.113.9":   {spoken: true, verb: doShare, tlp: scenario.TLPGreen, rest: "203.0.113.9"},
		"renkei 情報共有 全員 TLP:AMBER 203.0.113.9": {spoken: true, verb: doShare, rest: "全員 TLP:AMBER 203.0.113.9"},
		"renkei report R1 first line\nsecond":  {spoken: true, verb: doReport, rest: "R1 first line\nsecond"},
		"renkei 実事案 本物のランサムウェアです":              {spoken: true, verb: doReal, rest: "本物のランサムウェアです"},
		"": {},
	} {
		got := read(text, "bot-1")
		want.text = text
		if want.spoken {
			want.bare = got.bare
		}
		if got != want {
			t.Errorf("%q\ngives %+v\nwant  %+v", text, got, want)
		}
	}
}

// FuzzRead: nothing that is typed breaks it, and what it takes apart was there.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"renkei status", "TLP:AMBER+STRICT x", "ＴＬＰ：ＲＥＤ", "@bot-1", "連携、課題", "\xff\xfe renkei", strings.Repeat("@bot-1 ", 99)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l := read(text, "bot-1")
		if l.text != text || l.verb != "" && !l.spoken || len(l.rest) > 4*len(text)+4 {
			t.Errorf("%q gives %+v", text, l)
		}
	})
}

// TestSame: keys and names as they are typed.
func TestSame(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"T01", "t01", "T01:", "Ｔ０１", "`T01`", "(T01)"} {
		if !same("T01", typed) {
			t.Errorf("%q is not T01", typed)
		}
	}
	if same("T01", "T010") || same("T01", "") {
		t.Error("another key is the same")
	}
}

func TestIndicators(t *testing.T) {
	t.Parallel()
	got := strings.Join(indicators("Found 203.0.113.9, `evil.example`;\n<https://c2.example/a>. 「x.dll」"), "|")
	if got != "Found|203.0.113.9|evil.example|https://c2.example/a|x.dll" {
		t.Error(got)
	}
}
