package sheet_test

import (
	"testing"
	"time"

	"renkei/internal/sheet"
)

func TestParseText(t *testing.T) {
	t.Parallel()
	bangkok := time.FixedZone("+07", 7*3600)
	morning := sheet.Clock{Startex: time.Date(2024, 6, 26, 9, 0, 0, 0, bangkok), Length: 6 * time.Hour}
	with := func(change func(c *sheet.Clock)) sheet.Clock {
		c := morning
		change(&c)
		return c
	}
	minutes := with(func(c *sheet.Clock) { c.Unit = time.Minute })
	hours := with(func(c *sheet.Clock) { c.Unit = time.Hour })
	since := with(func(c *sheet.Clock) { c.Elapsed = true })
	night := sheet.Clock{Startex: time.Date(2024, 6, 26, 22, 0, 0, 0, bangkok), Length: 6 * time.Hour}
	may := sheet.Clock{Startex: time.Date(2024, 5, 6, 9, 0, 0, 0, bangkok)}
	none := sheet.Clock{}
	for _, c := range []struct {
		clock sheet.Clock
		text  string
		want  time.Duration
		fails sheet.Problem
	}{
		{clock: morning, text: "09:00"},
		{clock: morning, text: "10:30", want: 90 * time.Minute},
		{clock: morning, text: "９：３０", want: 30 * time.Minute},
		{clock: morning, text: "9時30分", want: 30 * time.Minute},
		{clock: morning, text: "９時３０分", want: 30 * time.Minute},
		{clock: morning, text: "10時", want: time.Hour},
		{clock: morning, text: "午後1時15分", want: 4*time.Hour + 15*time.Minute},
		{clock: morning, text: "9h05", want: 5 * time.Minute},
		{clock: morning, text: "9h", want: 0},
		{clock: morning, text: "1:15 pm", want: 4*time.Hour + 15*time.Minute},
		{clock: morning, text: "12:10 p.m.", want: 3*time.Hour + 10*time.Minute},
		{clock: morning, text: "0915", want: 15 * time.Minute},
		{clock: morning, text: "0215Z", want: 15 * time.Minute},
		{clock: morning, text: "02:15 UTC", want: 15 * time.Minute},
		{clock: morning, text: "09:00:30", want: 30 * time.Second},
		{clock: morning, text: "08:59", fails: sheet.TimeBefore},
		{clock: morning, text: "25:00", fails: sheet.TimeImpossible},
		{clock: morning, text: "9:75", fails: sheet.TimeImpossible},
		{clock: night, text: "00:30", want: 150 * time.Minute},
		{clock: night, text: "24:00", want: 2 * time.Hour},
		{clock: night, text: "12:30", fails: sheet.TimeBefore},
		{clock: none, text: "09:00", fails: sheet.TimeStartex},
		{clock: since, text: "0:30", want: 30 * time.Minute},
		{clock: since, text: "1:30:15", want: 90*time.Minute + 15*time.Second},
		{clock: since, text: "26:30", want: 26*time.Hour + 30*time.Minute},
		{clock: none, text: "T+0:30", want: 30 * time.Minute},
		{clock: none, text: "T＋０：３０", want: 30 * time.Minute},
		{clock: none, text: "T+2", fails: sheet.TimeUnit},
		{clock: minutes, text: "T+2", want: 2 * time.Minute},
		{clock: hours, text: "t + 2", want: 2 * time.Hour},
		{clock: hours, text: "1,5", want: 90 * time.Minute},
		{clock: none, text: "T+2h", want: 2 * time.Hour},
		{clock: none, text: "STARTEX+90 min", want: 90 * time.Minute},
		{clock: none, text: "+90m", want: 90 * time.Minute},
		{clock: none, text: "+1h30", fails: ""},
		{clock: none, text: "90 minutes", want: 90 * time.Minute},
		{clock: none, text: "1.5h", want: 90 * time.Minute},
		{clock: none, text: "開始30分後", want: 30 * time.Minute},
		{clock: none, text: "開始から1時間30分後", want: 90 * time.Minute},
		{clock: none, text: "90分後", want: 90 * time.Minute},
		{clock: none, text: "J+1 H+2 M-5", want: 26*time.Hour - 5*time.Minute},
		{clock: none, text: "J+1H+2M-5", want: 26*time.Hour - 5*time.Minute},
		{clock: none, text: "H+2", want: 2 * time.Hour},
		{clock: none, text: "D+0 H+1", want: time.Hour},
		{clock: none, text: "H-1", fails: sheet.TimeBefore},
		{clock: morning, text: "J+1 08h00", want: 23 * time.Hour},
		{clock: morning, text: "26/06/2024 09h00"},
		{clock: morning, text: "26/06/2024 à 09h00", fails: sheet.TimeUnknown},
		{clock: morning, text: "2024-06-26 09:20", want: 20 * time.Minute},
		{clock: morning, text: "2024-06-26T02:20:00Z", want: 20 * time.Minute},
		{clock: morning, text: "2024-06-26T09:20", want: 20 * time.Minute},
		{clock: morning, text: "2024年6月26日 9時20分", want: 20 * time.Minute},
		{clock: morning, text: "2024/6/26 9:20", want: 20 * time.Minute},
		{clock: morning, text: "26.06.2024 09:20", want: 20 * time.Minute},
		{clock: morning, text: "6/26/2024 9:20 AM", want: 20 * time.Minute},
		{clock: morning, text: "26 Jun 2024 09:20", want: 20 * time.Minute},
		{clock: morning, text: "26 juin 2024 9h20", want: 20 * time.Minute},
		{clock: morning, text: "31/02/2025 09:00", fails: sheet.TimeImpossible},
		{clock: morning, text: "25/06/2024 09:00", fails: sheet.TimeBefore},
		{clock: may, text: "06/05/2024 10:00", want: time.Hour},
		{clock: sheet.Clock{Startex: time.Date(2024, 5, 1, 9, 0, 0, 0, bangkok)}, text: "05/06/2024 10:00", want: 5*24*time.Hour + time.Hour},
		{clock: sheet.Clock{Startex: time.Date(2024, 1, 1, 9, 0, 0, 0, bangkok)}, text: "05/06/2024 10:00", fails: sheet.TimeOrder},
		{clock: none, text: "26/06/2024 09:00", fails: sheet.TimeStartex},
		{clock: morning, text: "when they call", fails: sheet.TimeUnknown},
		{clock: morning, text: "  ", fails: sheet.TimeEmpty},
		{clock: morning, text: "-5m", fails: sheet.TimeBefore},
	} {
		if c.text == "+1h30" {
			c.want = 90 * time.Minute
		}
		got, problem := c.clock.ParseText(c.text)
		if got != c.want || problem != c.fails {
			t.Errorf("%q is %v %s, want %v %s", c.text, got, problem, c.want, c.fails)
		}
	}
}

func TestParseSerial(t *testing.T) {
	t.Parallel()
	c := sheet.Clock{Startex: time.Date(2024, 6, 26, 9, 0, 0, 0, time.UTC)}
	since := sheet.Clock{Elapsed: true}
	for _, k := range []struct {
		clock sheet.Clock
		cell  sheet.Cell
		want  time.Duration
		fails sheet.Problem
	}{
		{clock: c, cell: sheet.Cell{Kind: sheet.Moment, Number: 45469.375}},
		{clock: c, cell: sheet.Cell{Kind: sheet.Moment, Number: 45469.3784722222}, want: 5 * time.Minute},
		{clock: c, cell: sheet.Cell{Kind: sheet.Moment, Number: 0.5}, want: 3 * time.Hour},
		{clock: c, cell: sheet.Cell{Kind: sheet.Moment, Number: 45468}, fails: sheet.TimeBefore},
		{clock: since, cell: sheet.Cell{Kind: sheet.Moment, Number: 0.0625}, want: 90 * time.Minute},
		{clock: since, cell: sheet.Cell{Kind: sheet.Moment, Number: 45469}, fails: sheet.TimeStartex},
		{clock: c, cell: sheet.Cell{Kind: sheet.Elapsed, Number: 1.25}, want: 30 * time.Hour},
		{clock: c, cell: sheet.Cell{Kind: sheet.Number, Number: 45469.5}, want: 3 * time.Hour},
		{clock: c, cell: sheet.Cell{Kind: sheet.Number, Number: 30}, fails: sheet.TimeUnit},
		{clock: sheet.Clock{Unit: time.Minute}, cell: sheet.Cell{Kind: sheet.Number, Number: 30}, want: 30 * time.Minute},
		{clock: c, cell: sheet.Cell{Kind: sheet.Broken, Text: "#REF!"}, fails: sheet.TimeUnknown},
	} {
		got, problem := k.clock.Parse(k.cell)
		if got != k.want || problem != k.fails {
			t.Errorf("%+v is %v %s, want %v %s", k.cell, got, problem, k.want, k.fails)
		}
	}
}

// FuzzParseText: no text breaks the reader, and what it reads is a time that
// an exercise can have.
func FuzzParseText(f *testing.F) {
	for _, s := range []string{"J+1 H+2 M-5", "26/06/2024 09h00", "午後9時30分", "T+0:30", "+90m", "2024-06-26T09:00:00+07:00", "0900Z", "1.5h"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, elapsed bool) {
		c := sheet.Clock{Startex: time.Date(2024, 6, 26, 9, 0, 0, 0, time.UTC), Unit: time.Minute, Elapsed: elapsed}
		d, p := c.ParseText(s)
		if p != "" && d != 0 || d < 0 || d > 100*24*time.Hour {
			t.Errorf("%q is %v %s", s, d, p)
		}
	})
}
