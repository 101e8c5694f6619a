package schedule_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"

	"renkei/internal/database"
	"renkei/internal/exercise/schedule"
)

var june = time.Date(2027, 6, 16, 1, 0, 0, 0, time.UTC)

// testStore is what holds on either engine.
func testStore(t *testing.T, at string) {
	t.Helper()
	db, err := database.Open(t.Context(), at, database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	area := database.Area{Name: "schedule", Migrations: schedule.Migrations(), Tables: schedule.Tables()}
	if err := db.Migrate(t.Context(), area); err != nil {
		t.Fatal(err)
	}
	s := schedule.New(db)
	want := func(what string, want schedule.Date) {
		t.Helper()
		if got, err := s.Date(t.Context(), "x"); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", what, got, err, want)
		}
	}
	want("nothing was said", schedule.Date{})
	d := schedule.Date{Begins: june, Ends: june.Add(4 * time.Hour), Zone: "Asia/Phnom_Penh", Changed: june.AddDate(0, -1, 0)}
	first := s.Plan(t.Context(), "x", d)
	want("planned", d)
	d.Begins, d.Sequence = june.Add(time.Hour), 1
	second := s.Plan(t.Context(), "x", d)
	want("moved", d)
	none := schedule.Date{Changed: june, Sequence: 2}
	third := s.Plan(t.Context(), "x", schedule.Date{Changed: june})
	want("taken back", none)
	if err := errors.Join(first, second, third, s.Plan(t.Context(), "y", d)); err != nil {
		t.Error(err)
	}
	want("another is planned", none)
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	testStore(t, filepath.Join(t.TempDir(), "renkei.db"))
}

// TestCalendar: lines end with CRLF and have at most 75 bytes of whole letters;
// the entry keeps its id, and a change counts.
func TestCalendar(t *testing.T) {
	t.Parallel()
	e := schedule.Entry{
		Exercise: "hospital-20270616-abcd", Title: "EXERCISE: 病院のランサムウェア対応演習、地域の情報展開と分析; \"2027\"",
		Description: "Player\nម៉ាស៊ីន, កម្ពុជា\\" + strings.Repeat("長い説明。", 30), URL: "https://drill.example.org/x/hospital-20270616-abcd/",
	}
	d := schedule.Date{Begins: june, Ends: june.Add(4 * time.Hour), Zone: "Asia/Tokyo", Sequence: 3, Changed: june.AddDate(0, -1, 0)}
	raw := d.Calendar(e)
	for line := range bytes.SplitSeq(bytes.TrimSuffix(raw, []byte("\r\n")), []byte("\r\n")) {
		if len(line) > 75 || !utf8.Valid(line) || bytes.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	for _, want := range []string{
		"METHOD:PUBLISH\r\n", "UID:hospital-20270616-abcd@renkei\r\n", "SEQUENCE:3\r\n", "DTSTART:20270616T010000Z\r\n",
		"DTEND:20270616T050000Z\r\n", "DTSTAMP:20270516T010000Z\r\n", "STATUS:CONFIRMED\r\n", "END:VCALENDAR\r\n",
	} {
		if !bytes.Contains(raw, []byte(want)) {
			t.Errorf("%q is missing:\n%s", want, raw)
		}
	}
	cal, err := ics.ParseCalendar(bytes.NewReader(raw))
	if err != nil || len(cal.Events()) != 1 {
		t.Fatalf("read back: %v", err)
	}
	event := cal.Events()[0]
	for property, want := range map[ics.ComponentProperty]string{ics.ComponentPropertySummary: e.Title, ics.ComponentPropertyDescription: e.Description} {
		if got := ics.FromText(event.GetProperty(property).Value); got != want && event.GetProperty(property).Value != want {
			t.Errorf("%s reads %q", property, got)
		}
	}
	over := schedule.Date{Sequence: 4, Changed: june}.Calendar(e)
	if !bytes.Contains(over, []byte("STATUS:CANCELLED\r\n")) || !bytes.Contains(over, []byte("UID:hospital-20270616-abcd@renkei\r\n")) {
		t.Errorf("a date that was taken back:\n%s", over)
	}
}
