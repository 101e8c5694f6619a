package calendar_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"renkei/internal/calendar"
)

// read is a small program that reads a calendar with another library and says
// what is in it, a line of JSON for each event.
const read = `
import sys, json, icalendar
cal = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
for e in cal.walk("VEVENT"):
    begin, end = e["DTSTART"], e["DTEND"]
    print(json.dumps({"uid": str(e["UID"]), "title": str(e["SUMMARY"]), "text": str(e.get("DESCRIPTION", "")), "place": str(e.get("LOCATION", "")),
        "sequence": int(e["SEQUENCE"]), "status": str(e["STATUS"]), "begin": begin.dt.isoformat(), "end": end.dt.isoformat(),
        "days": begin.params.get("VALUE") == "DATE"}))
`

type seen struct {
	UID, Title, Text, Place, Status, Begin, End string
	Sequence                                    int64
	Days                                        bool
}

// events are many, with all that makes calendars go wrong.
func events(n int) []calendar.Event {
	at := time.Date(2026, 1, 30, 23, 30, 0, 0, time.FixedZone("", 9*3600))
	titles := []string{
		"Meeting; with, marks\\", "日ASEANサイバーセキュリティ政策会議（第17回）における情報共有と今後の協力に関する議論", "การประชุมเชิงปฏิบัติการด้านความมั่นคงปลอดภัยไซเบอร์ของอาเซียน",
		"BEGIN:VEVENT", strings.Repeat("é", 200), "កិច្ចប្រជុំ 🛡 សន្តិសុខ",
	}
	all := make([]calendar.Event, n)
	for i := range all {
		begins := at.Add(time.Duration(i) * 7 * time.Hour)
		all[i] = calendar.Event{
			UID: fmt.Sprintf("event-%d@renkei", i), Title: titles[i%len(titles)], Description: fmt.Sprintf("Line %d\nNext, line; \"%s\"", i, titles[(i+1)%len(titles)]),
			Place: "明治記念館, Tokyo", Begins: begins, Ends: begins.Add(90 * time.Minute), Changed: at, Sequence: int64(i % 9), Cancelled: i%10 == 3,
		}
		if i%3 == 0 {
			all[i].Days = true
			all[i].Ends = begins.AddDate(0, 0, i%5)
		}
	}
	return all
}

func want(e *calendar.Event) seen {
	s := seen{UID: e.UID, Title: e.Title, Text: e.Description, Place: e.Place, Sequence: e.Sequence, Days: e.Days, Status: "CONFIRMED"}
	if e.Cancelled {
		s.Status = "CANCELLED"
	}
	s.Begin, s.End = e.Begins.UTC().Format("2006-01-02T15:04:05+00:00"), e.Ends.UTC().Format("2006-01-02T15:04:05+00:00")
	if e.Days {
		s.Begin, s.End = e.Begins.Format(time.DateOnly), e.Ends.AddDate(0, 0, 1).Format(time.DateOnly)
	}
	return s
}

// TestReadBack has 10,000 events read by another program's reader: nothing is
// lost, changed or taken for another.
func TestReadBack(t *testing.T) {
	t.Parallel()
	all := events(10_000)
	var file bytes.Buffer
	if err := calendar.Write(&file, "All", all...); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", "-c", read)
	cmd.Stdin = &file
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("python3-icalendar is to read it; make deps installs it: %v\n%s", err, said.String())
	}
	n := 0
	for line := range strings.Lines(string(out)) {
		var got seen
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		if n < len(all) && got != want(&all[n]) {
			t.Fatalf("event %d:\n%+v, want\n%+v", n, got, want(&all[n]))
		}
		n++
	}
	if n != len(all) {
		t.Errorf("%d events of %d", n, len(all))
	}
}

// TestLines: every line ends with CRLF, has at most 75 bytes, and is cut between
// letters; nothing that somebody wrote begins a line of its own.
func TestLines(t *testing.T) {
	t.Parallel()
	e := events(6)
	e[0].Title = "One\r\nEND:VCALENDAR\rtwo\x00three\xff"
	e[1].UID = "a\r\nX-EVIL:1"
	var file bytes.Buffer
	if err := calendar.Write(&file, "Name\nX-EVIL:1", e...); err != nil {
		t.Fatal(err)
	}
	text := file.String()
	if strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") || !strings.HasSuffix(text, "END:VCALENDAR\r\n") {
		t.Error("a line does not end with CRLF")
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Errorf("%d bytes: %q", len(line), line)
		}
		if strings.HasPrefix(line, "X-EVIL") {
			t.Errorf("somebody wrote a line of their own: %q", line)
		}
	}
	if n := strings.Count(text, "\r\nBEGIN:VEVENT\r\n"); n != len(e) {
		t.Errorf("%d events", n)
	}
}

// TestInvite has invitations read by another program's reader: the method, who
// asks whom, and that one that is taken back is known by its UID.
func TestInvite(t *testing.T) {
	t.Parallel()
	const reader = `
import sys, icalendar
c = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
e = c.walk("VEVENT")[0]
print(c["METHOD"], e["UID"], e["SEQUENCE"], e["STATUS"], e["ORGANI" "ZER"], e["ATTENDEE"], e["ATTENDEE"].params["RSVP"], sep="|")
`
	e := events(1)[0]
	e.Sequence, e.Cancelled = 4, false
	for _, want := range []string{
		"REQUEST|event-0@renkei|4|CONFIRMED|mailto:office@example.org|mailto:desk@example.org|true",
		"CANCEL|event-0@renkei|5|CANCELLED|mailto:office@example.org|mailto:desk@example.org|true",
	} {
		var file bytes.Buffer
		if err := calendar.Invite(&file, e, "office@example.org", "desk@example.org"); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", "-c", reader)
		cmd.Stdin = &file
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("python3-icalendar is to read it; make deps installs it: %v", err)
		}
		if got := strings.TrimSpace(string(out)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if method, _, _ := strings.Cut(want, "|"); !strings.HasSuffix(calendar.MediaOf(&e), "method="+method) {
			t.Errorf("%s is sent as %s", method, calendar.MediaOf(&e))
		}
		e.Sequence, e.Cancelled = 5, true
	}
}
