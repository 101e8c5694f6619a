//go:build linux

package attack

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/sys/unix"
)

// writeAttacks are on what others read.
func writeAttacks() []attack {
	return []attack{
		{"writing to foreign rooms", foreignRooms},
		{"bytes that are no text", noText},
		{"formulas and escapes", formulas},
		{"a host that is made up", foreignHost},
		{"racing for a link", linkRace},
		{"a disk without room", fullDisk},
		{"writing without end", floodOfNotes},
	}
}

// foreignRooms writes from a cell, and from a team, to whom they may not write.
func foreignRooms(ctx context.Context, s *site) (o outcome) {
	for who, ends := range map[string][]string{
		"cell":   {"liaison", "unit:borealis", "unit:borealis/hospital", "control", "all", "unit:", "persona:nobody", ""},
		"player": {"unit:borealis/hospital", "room:liaison", "public", "person:x"},
	} {
		v, unit := s.as(who), people()[who].Part
		for _, end := range ends {
			status, err := v.post(ctx, "/x/"+id+"/message/"+unit, form("to", end, "text", "hello", "tlp", "GREEN"))
			o.expect(status, err, unit+" to "+end, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusBadRequest, http.StatusConflict)
		}
	}
	return o
}

// floodOfNotes writes 400 long notes at once: most are refused.
func floodOfNotes(ctx context.Context, s *site) (o outcome) {
	player := s.as("player")
	const tries, most = 400, 60
	taken := 0
	atOnce(tries, func(int) (int, error) {
		return player.post(ctx, "/x/"+id+"/message/asteria", form("to", "excon", "text", strings.Repeat("x", 16_000), "tlp", "GREEN"))
	}, func(status int, err error) {
		if status == http.StatusSeeOther {
			taken++
		}
		if err != nil { // more connections than one person needs were closed
			status, err = http.StatusTooManyRequests, nil
		}
		o.expect(status, err, "a message", http.StatusSeeOther, http.StatusUnprocessableEntity, http.StatusConflict, http.StatusTooManyRequests)
	})
	status := http.StatusOK
	if taken > most {
		status = taken
	}
	o.expect(status, nil, "messages taken", http.StatusOK)
	return o
}

// noText sends bytes that are no UTF-8, and zeros.
func noText(ctx context.Context, s *site) (o outcome) {
	stranger, player := s.stranger(), s.as("player")
	for _, bad := range []string{"\xff\x00", "a\xffb", "\x00", "\xed\xa0\x80"} {
		status, err := stranger.post(ctx, "/sign-in", url.Values{"login": {bad}, "password": {bad}})
		o.expect(status, err, "sign in", http.StatusUnprocessableEntity, http.StatusUnauthorized, http.StatusBadRequest)
		status, err = player.post(ctx, "/x/"+id+"/message/asteria", form("to", bad, "text", bad, "tlp", "GREEN"))
		o.expect(status, err, "a message", http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusBadRequest, http.StatusConflict)
	}
	return o
}

// formulas writes what a spreadsheet would run, and reads the table that comes
// of it.
func formulas(ctx context.Context, s *site) (o outcome) {
	player := s.as("player")
	all := []string{"=1+1", "＝1+1", "a;=1+1", "@SUM(A1)", "+1", "\t=1"}
	for _, text := range all {
		status, err := player.post(ctx, "/x/"+id+"/entry/asteria", form("text", text))
		o.expect(status, err, "an entry", http.StatusSeeOther, http.StatusConflict)
	}
	status, table, err := player.get(ctx, "/x/"+id+"/unitlog-file/asteria?as=csv")
	o.expect(status, err, "the table", http.StatusOK)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff"))).ReadAll()
	o.holds(err == nil && len(rows) > 1, "the table can be read")
	for _, row := range rows {
		for _, cell := range row {
			for part := range strings.SplitSeq(cell, ";") {
				o.holds(!strings.ContainsAny(firstRune(part), "=＝@+\t"), "a cell of the table: "+cell[:min(len(cell), 20)])
			}
		}
	}
	return o
}

func firstRune(text string) string {
	for _, r := range text {
		return string(r)
	}
	return ""
}

// foreignHost has links made by an address that somebody else has made up.
func foreignHost(ctx context.Context, s *site) (o outcome) {
	director := s.as("director")
	for _, host := range []string{"evil.example", "192.0.2.1", "127.0.0.1.evil.example", "evil.example:80"} {
		body := form("role", "player", "unit", "asteria", "count", "1", "days", "7").Encode()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.at+"/x/"+id+"/invite", strings.NewReader(body))
		if err != nil {
			o.expect(0, err, host)
			continue
		}
		req.Host = host
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Cookie", director.cookie())
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			o.expect(0, err, host)
			continue
		}
		text, err := io.ReadAll(res.Body)
		_ = res.Body.Close() // it was read
		o.expect(res.StatusCode, err, host, http.StatusUnprocessableEntity)
		o.holds(!strings.Contains(string(text), host+"/in/"), "a link to "+host)
	}
	return o
}

// linkRace takes one link 30 times at once: one has it.
func linkRace(ctx context.Context, s *site) (o outcome) {
	won := 0
	atOnce(30, func(i int) (int, error) {
		return s.stranger().post(ctx, "/in/"+s.links["racer"], url.Values{"name": {fmt.Sprint("racer ", i)}})
	}, func(status int, err error) {
		if status == http.StatusSeeOther {
			won++
		}
		o.expect(status, err, "the link", http.StatusSeeOther, http.StatusGone)
	})
	o.holds(won == 1, fmt.Sprint(won, " have the link"))
	return o
}

// fullDisk takes the program the right to write larger files, has people write,
// and gives it back: they are told, and what was confirmed is there.
func fullDisk(ctx context.Context, s *site) (o outcome) {
	cell := s.as("cell")
	write := func(text string) (int, error) {
		return cell.post(ctx, "/x/"+id+"/entry/asteria/hospital", form("text", text))
	}
	status, err := write("before the disk is full")
	o.expect(status, err, "before", http.StatusSeeOther)
	none, all := unix.Rlimit{Cur: 1, Max: unix.RLIM_INFINITY}, unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}
	if err := unix.Prlimit(s.server.Process.Pid, unix.RLIMIT_FSIZE, &none, nil); err != nil {
		o.expect(0, err, "limit")
		return o
	}
	for i := range 5 {
		status, err := write(fmt.Sprint("while it is full ", i))
		o.expect(status, err, "while it is full", http.StatusServiceUnavailable)
	}
	status, err = s.stranger().post(ctx, "/in/"+s.links["late"], url.Values{"name": {"late"}})
	o.expect(status, err, "a link while it is full", http.StatusServiceUnavailable)
	if err := unix.Prlimit(s.server.Process.Pid, unix.RLIMIT_FSIZE, &all, nil); err != nil {
		o.expect(0, err, "limit")
	}
	for status = 0; status != http.StatusSeeOther && ctx.Err() == nil; { // the conductor comes back within a second
		status, err = write("after")
	}
	o.expect(status, err, "after", http.StatusSeeOther)
	_, page, err := cell.get(ctx, "/x/"+id+"/unitlog/asteria/hospital")
	o.holds(err == nil && strings.Contains(page, "before the disk is full") && !strings.Contains(page, "while it is full"), "what was confirmed is there, and nothing else")
	return o
}
