//go:build linux

package attack

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

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
