package scenario

import (
	"strings"
	"testing"
)

// answerTask is a task of the starter pack's hospital with a key of its own.
func answerTask(t *testing.T, key string) (*Cast, *Task) {
	t.Helper()
	files := starterFiles(t)
	kind := "answer"
	if strings.HasPrefix(key, "indicators ") {
		kind, key = "indicators", strings.TrimPrefix(key, "indicators ")
	}
	files["msel.yaml"] = []byte(strings.NewReplacer("type: answer", "type: "+kind, `contains: ["{{infected}}"]`, key).Replace(string(files["msel.yaml"])))
	pack, found := Parse(files)
	for _, d := range found {
		if !d.Warning {
			t.Fatalf("%s: %v", key, d)
		}
	}
	cast, err := NewCast(pack, sampleTeams(pack.Languages))
	if err != nil {
		t.Fatal(err)
	}
	task, _, _ := pack.TaskByKey("T5")
	return cast, task
}

// TestKeysReadPeople holds numbers, marks and indicators as people write them
// against keys of every kind.
func TestKeysReadPeople(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key, answer string
		right       bool
	}{
		{`number: 34`, "34万", false},
		{`number: 34`, "34万件", false},
		{`number: 34`, "34 thousand", false},
		{`number: 15`, "15k", false},
		{`number: 340000`, "34万", true},
		{`number: 340000`, "340k", true},
		{`number: 42`, "๔๒", true},
		{`number: 42`, "៤២", true},
		{`number: 42`, "၄၂", true},
		{`number: -5`, "−5", true},
		{`number: 1042`, "1’042", true},
		{`number: 1042`, "1\u00a0042", true},
		{`number: 1042`, "１，０４２", true},
		{`number: 65`, "６５％", true},
		{`{number: 23.6, unit: GB, tolerance: 8%}`, "5 uploads, together 23.6 GB", true},
		{`{number: 23.6, unit: GB, tolerance: 8%}`, "23,6 GB", true},
		{`{number: 23.6, unit: GB, tolerance: 8%}`, "22 GiB", true},
		{`{number: 23.6, unit: GB, tolerance: 8%}`, "23.6 MB", false},
		{`accept: [CVE-2026-1234]`, "CVE\u20112026\u20111234", true},
		{`accept: [CVE-2026-1234]`, "CVE\u20132026\u20131234", true},
		{`accept: ["it's over"]`, "it\u2019s over", true},
		{`accept: [サーバー]`, "サーバー。", true},
		{`accept: [กำลังตรวจสอบ]`, "ก\u0e4d\u0e32ลังตรวจสอบ", true},
		{`accept: [ﾗﾝｻﾑｳｪｱ]`, "ランサムウェア", true},
		{`accept: ["evil@bad.example"]`, "evil@bad。example", true},
		{`indicators accept: [203.0.113.11]`, "- 203[.]0[.]113[.]11", true},
		{`indicators accept: [203.0.113.12]`, "IP: 203.0.113.12 (C2)", true},
		{`indicators accept: [203.0.113.12]`, "203.0.113.12、203.0.113.99", false},
		{`contains: [W22]`, "Use W22", true},
		{`contains: [W22]`, "W22を使用してください", true},
		{`{contains: [W22], refuse: ["W#"]}`, "W22, not W23", true},
		{`{contains: [W22], refuse: ["W#"]}`, "W22 or W23", false},
		{`{contains: [W22], refuse: ["W#"]}`, "W22ではない", false},
		{`{contains: [W22], refuse: ["W#"]}`, "W23は侵入後のため、W22を使う", true},
		{`{contains: [W22], refuse: ["W#"]}`, "W22は古いので、W23", false},
		{`time: startex-10m`, "00:50 UTC", true},
		{`time: startex-10m`, "00:51 UTC", false},
		{`{time: startex-10m, tolerance: 2m}`, "00:52 UTC", true},
		{`date: 2027-06-16T00:50:00Z`, "16 June 2027", true},
		{`parts: [{contains: [W22]}, {time: startex-10m}]`, "at 00:50 UTC, W22", true},
		{`parts: [{contains: [W22]}, {time: startex-10m}]`, "W22", false},
	} {
		key := c.key
		if strings.HasPrefix(key, "{") {
			key = strings.ReplaceAll(strings.Trim(key, "{}"), ", ", "\n      ")
		}
		cast, task := answerTask(t, key)
		v, err := cast.Try(task, 1, c.answer)
		if err != nil || v.Right != c.right {
			t.Errorf("%s, %q: %v %v", c.key, c.answer, v, err)
		}
		if len(v.Notes) == 0 {
			t.Errorf("%s, %q: nobody says why", c.key, c.answer)
		}
	}
}

// TestItemsCountWhatTheyHold counts the indicators of lines.
func TestItemsCountWhatTheyHold(t *testing.T) {
	t.Parallel()
	want := []string{"203.0.113.12", "c2.bad.example", "a@bad.example"}
	for line, items := range map[string]string{
		"203.0.113.12、203.0.113.99":         "203.0.113.12 203.0.113.99",
		"IP: 203.0.113.12 (C2)":             "203.0.113.12",
		"• hxxps://c2[.]bad[.]example/x":    "c2.bad.example",
		"c2.bad.example (203.0.113.12)":     "203.0.113.12 c2.bad.example",
		"203.0.113.12 (seen from 10.1.2.3)": "203.0.113.12",
		"mailbox a@bad.example, tide.exe":   "a@bad.example",
		"203.0.113.12, not 203.0.113.99":    "203.0.113.12",
		"the server":                        "the server",
		"203.0.113.12:443":                  "203.0.113.12",
		"2001:db8::1":                       "2001:db8::1",
		"メールボックス：a@bad。example":             "a@bad.example",
		"203.0.113.120":                     "203.0.113.120",
	} {
		if got := strings.Join(Items([]string{line}, want), " "); got != items {
			t.Errorf("%q: %q, want %q", line, got, items)
		}
	}
}
