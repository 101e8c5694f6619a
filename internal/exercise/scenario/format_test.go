package scenario

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestFullFormat reads a pack that uses everything the format has.
func TestFullFormat(t *testing.T) {
	t.Parallel()
	p, ds, err := Load("testdata/full")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range ds {
		t.Error(d)
	}
	task := func(key string) *Task {
		x, _, _ := p.TaskByKey(key)
		if x == nil {
			t.Fatalf("no task %s", key)
		}
		return x
	}
	flow := p.FlowByKey("T7-flow")
	for _, tc := range []struct{ got, want any }{
		{task("T1").For, []string{"analyst"}},
		{task("T4").For, []string{"analyst", "liaison"}},
		{task("T1").Hints[1].After, 5 * time.Minute},
		{task("T1").Hints[1].Wrong, 2},
		{task("T2").Tolerance, Tolerance{5, true}},
		{task("T3").Attempts, 10},
		{task("T4").MaxSize, int64(2 << 20)},
		{task("T4").Files[1].Min, int64(10)},
		{task("T9").Form[4].Required, true},
		{len(task("T9").Form[4].Options), 2},
		{flow.From + " " + flow.To + " " + flow.After, "team next I02"},
		{flow.Within, 8 * time.Minute},
		{p.FlowByKey("T8-flow").From, "cell:hospital"},
		{p.FlowByKey("T8-flow").Within, 10 * time.Minute},
		{p.InjectByKey("I04").Kind, KindContingency},
		{p.InjectByKey("I04").Mode, "email"},
		{p.InjectByKey("I03").Branch, "warned"},
		{p.DecisionOf("few").Key, "D2"},
		{p.DecisionOf("few").All, true},
		{p.DecisionOf("warned").Delay, 20 * time.Minute},
		{p.Personas[0].Replies[0].Delay, time.Minute},
		{p.Personas[0].Replies[2].Fallback(), true},
		{p.Injects[0].Replies[0].Delay, time.Duration(0)},
		{len(p.Roles), 2},
	} {
		if fmt.Sprint(tc.got) != fmt.Sprint(tc.want) {
			t.Errorf("got %v, want %v", tc.got, tc.want)
		}
	}
}

func TestFlagsPatternsAndNumbersOfUnits(t *testing.T) {
	t.Parallel()
	p, _, _ := Load("testdata/full")
	c, err := NewCast(p, testTeams(3))
	if err != nil {
		t.Fatal(err)
	}
	u, _ := c.Index(testTeams(3)[1].Key)
	flag, err := c.Flag("RNK{{{team.code}}-7f3A}", u)
	if err != nil || flag != "RNK{"+c.Units[u].Code+"-7f3A}" {
		t.Errorf("flag %q, %v", flag, err)
	}
	n, err := c.Number("4{{team.n}}", u)
	if err != nil || n != 42 {
		t.Errorf("number %v, %v", n, err)
	}
	if _, err := c.Number("{{team.name}}", u); err == nil {
		t.Error("a name is taken for a number")
	}
	ps, err := c.Patterns(Forms{"": {"{{c2}}(:443)?"}}, u, true)
	if err != nil || len(ps) != 1 {
		t.Fatal(ps, err)
	}
	for text, want := range map[string]bool{
		"203.0.113.12": true, "203[.]0[.]113[.]12:443": true, "203a0.113.12": false, "at 203.0.113.12": false, "203.0.113.12:80": false,
	} {
		if ps[0].MatchString(Fold(text)) != want {
			t.Errorf("%q: not %v", text, want)
		}
	}
}

func TestParseNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"42": "42", "about 42 GB": "42", "４２件": "42", "1,234.5": "1234.5", "12 345": "12345", "-7": "-7", "host-7": "none",
		"1e3": "1000", "約1,200台": "1200", "": "none", "none": "none", "3 of 4": "none", "1.2.3": "none", "10-20": "none", "1,5": "1.5",
	} {
		got := "none"
		if f, ok := ParseNumber(text); ok {
			got = strings.TrimSuffix(fmt.Sprintf("%g", f), ".0")
		}
		if got != want {
			t.Errorf("%q gives %s, want %s", text, got, want)
		}
	}
	for _, tc := range []struct {
		tol          Tolerance
		right, given float64
		want         bool
	}{
		{Tolerance{}, 42, 42, true},
		{Tolerance{}, 42, 42.001, false},
		{Tolerance{}, 0.3, 0.1 + 0.2, true},
		{Tolerance{2, false}, 42, 44, true},
		{Tolerance{2, false}, 42, 44.1, false},
		{Tolerance{5, true}, 200, 190, true},
		{Tolerance{5, true}, -200, -211, false},
	} {
		if got := tc.tol.Takes(tc.right, tc.given); got != tc.want {
			t.Errorf("%v: %v for %v: %v", tc.tol, tc.given, tc.right, got)
		}
	}
}

func TestNamesTime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"10:02": true, "at 9:05:30 local": true, "１０：０２": true, "10時2分": true, "午後3時頃": true, "0930Z": true, "0930 UTC": true,
		"09h30": true, "3 pm": true, "2027-06-16": true, "2027-06-16T10:02:00Z": true, "16/06/2027 09h00": true, "6月16日": true,
		"16 June": true, "June 16, morning": true, "2027/6/16 10:02": true,
		"": false, "soon": false, "25:00": false, "10:60": false, "10": false, "203.0.113.11": false, "2027-13-01": false, "13月1日": false,
		"a1:23:45:67:89": false, "16 hosts": false, "may": false,
	} {
		if got := NamesTime(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestMediaByContent(t *testing.T) {
	t.Parallel()
	for want, data := range map[string]string{
		"text/plain":                   "one line\nand another",
		"text/csv":                     "a,b\n1,2\n",
		"application/json":             `{"a": [1, 2]}`,
		"application/vnd.tcpdump.pcap": "\xd4\xc3\xb2\xa1\x02\x00\x04\x00",
		"application/zip":              "PK\x03\x04\x14\x00\x00\x00\x08\x00",
		"application/octet-stream":     "\x00\x01\x02\x03\x04",
		"text/html":                    "<!doctype html><script>",
		"message/rfc822":               "From: a@x.example\r\nTo: b@x.example\r\nSubject: s\r\nDate: Wed, 16 Jun 2027 10:02:00 +0900\r\n\r\nx",
		"application/x-elf":            "\x7fELF\x02\x01\x01\x00",
		"text/xml":                     `<?xml version="1.0" encoding="UTF-8"?><a/>`,
		"text/tab-separated-values":    "a\tb\n1\t2\n",
		"application/pdf":              "%PDF-1.7\n",
		"image/svg+xml":                `<svg xmlns="http://www.w3.org/2000/svg"/>`,
		"application/gzip":             "\x1f\x8b\x08\x00",
		"text/calendar":                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n",
	} {
		if got := DetectMedia([]byte(data)); got != want {
			t.Errorf("%q is %s, want %s", data, got, want)
		}
	}
	for _, tc := range []struct {
		found, want string
		is          bool
	}{
		{"text/csv", "text/plain", true},
		{"text/plain; charset=utf-8", "text/csv", false},
		{"image/png", "image/*", true},
		{"image/png", "IMAGE/PNG", true},
		{"text/xml; charset=utf-8", "application/xml", true},
		{"application/zip", "image/*", false},
		{"broken", "text/plain", false},
		{"application/x-of-tomorrow", "application/x-of-tomorrow", true},
	} {
		if got := isMedia(tc.found, tc.want); got != tc.is {
			t.Errorf("%s as %s: %v", tc.found, tc.want, got)
		}
	}
}

func TestLikeName(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "", true},
		{"*", "x", true},
		{"", "", true},
		{"", "x", false},
		{"?", "名", true},
		{"?", "", false},
		{"*.csv", "a.b.csv", true},
		{"*.csv", "a.csv.exe", false},
		{"a*b*c", "a-b-b-c", true},
		{"a*b*c", "a-c-b", false},
		{"[a]", "a", false},
		{"[a]", "[a]", true},
		{"***x", "yyx", true},
	} {
		if got := likeName([]rune(tc.pattern), []rune(tc.name)); got != tc.want {
			t.Errorf("%q like %q: %v", tc.name, tc.pattern, got)
		}
	}
}
