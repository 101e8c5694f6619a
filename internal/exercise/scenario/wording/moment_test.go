package wording_test

import (
	"testing"
	"time"

	"renkei/internal/exercise/scenario/wording"
)

// TestMomentsInEveryUsualForm reads 14 September 2027, 13:54:29 UTC, asked of
// somebody whose clock is eight hours ahead, on the 15th.
func TestMomentsInEveryUsualForm(t *testing.T) {
	t.Parallel()
	m := wording.Moment{
		At:    time.Date(2027, 9, 14, 13, 54, 29, 0, time.UTC),
		Local: time.FixedZone("", 8*3600), Today: time.Date(2027, 9, 15, 1, 0, 0, 0, time.UTC),
		Names: []string{"asteria time", "singapore"},
	}
	for answer, right := range map[string]bool{
		"13:54": true, "13:54 utc": true, "at 13:54:29 utc on 14 september": true, "2027-09-14t13:54:29+00:00": true,
		"2027-09-14t13:54:29z": true, "20270914t135429z": true, "13:54 utc (21:54 local)": true, "21:54 local = 13:54 utc": true,
		"2027年9月14日 13:54(utc)": true, "utcで13時54分": true, "13:54(現地21:54)": true, "13:54 gmt": true, "1:54 pm utc": true,
		"1.54 p.m.": true, "14-sep-2027 13:54": true, "141354z sep 27": true, "141354zsep27": true, "午後1時54分": true,
		"令和9年9月14日13時54分": true, "r9.9.14 13:54": true, "1354z": true, "1354": true, "1354 hrs utc": true, "13h54": true, "13.54 utc": true,
		"21:54 local": true, "21:54 local time": true, "21:54 (asteria time)": true, "日本時間22時54分": true, "22:54 jst": true,
		"21:54 +08:00": true, "21:54 utc+8": true, "2027-09-14t21:54:29+08:00": true, "142154h sep 27": true, "2154 local": true,
		"yesterday at 13:54": true, "昨日の13時54分": true, "sep 14, 2027, 13:54:29": true, "14/09/2027 13:54": true, "09/14/2027 13:54": true,
		"14.9.2027 13:54 uhr": true, "the post came at 13:54:29, sid=8d70 from 198.51.100.17": true, "十三時五十四分": true,
		"13:54 not 13:58": true, "13:54, not 21:54": true, "9月14日13時54分です": true, "9/14 13:54": true, "14.09.2570 13:54": true,
		"tuesday 14 september 2027, 1354 utc": true, "around 13:54 utc, when the post was logged from 198.51.100.17": true,
		"utc 13:54 / local 21:54": true, "13:54z": true, "13:54:29 z": true, "現地時間21時54分(utc 13時54分)": true,
		"21:54": false, "13:54 or 13:55": false, "13:55, 13:54": false, "15 sep 13:54": false, "13:54 jst": false, "21:54 utc": false,
		"13:54 local": false, "not 13:54": false, "13:54ではない": false, "1:54": false, "1:54 am": false, "午前1時54分": false, "13": false,
		"2027": false, "141355z sep 27": false, "151354z sep 27": false, "13:45": false, "令和8年9月14日13時54分": false, "2026-09-14 13:54": false,
		"13時45分": false, "9月15日13時54分": false, "14:54 utc": false, "141354h sep 27": false, "": false, "utc": false, "sid 1354x": false,
	} {
		if r := m.Read(answer); r.Right != right {
			t.Errorf("%q: right is %v, read as %q", answer, r.Right, r.Used)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	m := wording.Moment{
		At: time.Date(2027, 9, 14, 13, 54, 29, 0, time.UTC), Day: true,
		Local: time.FixedZone("", 8*3600), Today: time.Date(2027, 9, 15, 1, 0, 0, 0, time.UTC),
	}
	for answer, right := range map[string]bool{
		"14-sep-2027": true, "令和9年9月14日": true, "14 september": true, "9月14日": true, "2027/09/14": true, "on the 14th of september 2027": true,
		"14/9/27": true, "yesterday": true, "14 กันยายน": false, "september 14th": true, "14/09/2570": true, "not 14 sep": false, "15 sep": false, "the 14th": false, "14 or 15 sep": false, "14 sep, 15 sep": false,
	} {
		if r := m.Read(answer); r.Right != right {
			t.Errorf("%q: right is %v, read as %q", answer, r.Right, r.Used)
		}
	}
}

// TestSpokenClocks reads times of day as people say them, and leaves spans of
// numbers alone.
func TestSpokenClocks(t *testing.T) {
	t.Parallel()
	m := wording.Moment{At: time.Date(2027, 9, 15, 3, 20, 0, 0, time.UTC), Local: time.FixedZone("JST", 9*3600), Today: time.Date(2027, 9, 15, 1, 0, 0, 0, time.UTC)}
	for text, want := range map[string]bool{
		"twenty past three utc": true, "20 minutes past 3 in the morning": true, "forty minutes to four utc": true,
		"twenty to three utc": false, "3:20 in the afternoon": false, "3:20 utc in the afternoon": false, "twenty past three in the afternoon": false,
		"03:20 utc, within 5 to 10 minutes": true, "quarter past three": false, "half past three": false,
	} {
		if got := m.Read(text); got.Right != want {
			t.Errorf("%q: %+v, want %v", text, got, want)
		}
	}
}

// TestSpokenFractions reads numbers with a fraction in words.
func TestSpokenFractions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"twenty-three point six gb": "23.6 gb", "six point four": "6.4", "二十三・六gb": "23.6gb", "六点四ギガ": "6.4ギガ",
		"at this point four hosts": "at this point 4 hosts", "一点だけ": "一点だけ",
	} {
		if got := wording.Numerals(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestWithdrawn: what a message calls off is not what it brings; what it orders
// is.
func TestWithdrawn(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"do not block kelp.example": true, "kelp.example need not be blocked": true, "leave kelp.example running": true, "kelp.example is harmless": true,
		"kelp.exampleは遮断しないでください": true, "kelp.exampleの停止は不要です": true, "kelp.exampleは届いていません": true,
		"do not open what comes from kelp.example": false, "do not connect to kelp.example": false, "block kelp.example, do not block ferry.example": false,
		"do not block kelp.example. later: block kelp.example after all": false, "kelp.exampleを遮断し、ferry.exampleは遮断しないでください": false,
		"kelp.exampleには接続しないでください": false, "the block of kelp.example is in": false, "nothing": false,
	} {
		if got := wording.Withdrawn(text, "kelp.example"); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
