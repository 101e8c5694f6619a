package transfer

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestParseKeep(t *testing.T) {
	t.Parallel()
	if k, err := ParseKeep("hourly=24,daily=14,weekly=8"); err != nil || k != (Keep{24, 14, 8}) {
		t.Errorf("%v, %v", k, err)
	}
	for _, bad := range []string{"", "daily", "daily=0", "daily=x", "yearly=1", "daily=1,daily=2", "daily=1,"} {
		if k, err := ParseKeep(bad); err == nil {
			t.Errorf("%q is %v", bad, k)
		}
	}
}

// TestKeep makes a backup every half hour for twelve weeks, and prunes after
// each.
func TestKeep(t *testing.T) {
	t.Parallel()
	k := Keep{Hourly: 24, Daily: 14, Weekly: 8}
	now := time.Date(2026, 1, 1, 0, 5, 0, 0, time.UTC)
	var kept []time.Time
	for range 12 * 7 * 24 * 2 {
		now = now.Add(30 * time.Minute)
		kept = append(kept, now)
		old := k.drop(kept)
		kept = slices.DeleteFunc(kept, func(at time.Time) bool { return slices.Contains(old, at) })
		if !slices.Contains(kept, now) {
			t.Fatalf("the newest was dropped at %v", now)
		}
	}
	hours, days, weeks := map[string]bool{}, map[string]bool{}, map[int]bool{}
	for _, at := range kept {
		_, week := at.ISOWeek()
		weeks[week], days[at.Format(time.DateOnly)] = true, true
		if now.Sub(at) < 24*time.Hour {
			hours[at.Format("15")] = true
		}
	}
	if len(hours) != 24 || len(weeks) != 8 || len(days) < 14 || len(kept) > 24+14+8 {
		t.Errorf("kept are %d of %d hours, %d days, %d weeks", len(kept), len(hours), len(days), len(weeks))
	}
	if first := now.Sub(kept[0]); first < 6*7*24*time.Hour {
		t.Errorf("the oldest is only %v old", first)
	}
}

// TestPrune removes only what is of the series.
func TestPrune(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := NewSeries(dir, "/var/lib/renkei/server")
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewSeries(dir, "/srv/renkei/server")
	if err != nil || other.Name == s.Name {
		t.Fatalf("two of one base name are %v, %v", other, err)
	}
	at := time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
	stays := []string{
		s.Path(at.Add(2*time.Minute), true), other.Path(at, false), filepath.Join(dir, "reports.zip"),
		filepath.Join(dir, s.Name+"-before-upgrade.zip"),
	}
	goes := []string{s.Path(at, false), s.Path(at.Add(time.Minute), true)}
	for _, path := range slices.Concat(stays, goes) {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	removed, err := s.Prune(Keep{Hourly: 1})
	slices.Sort(removed)
	if err != nil || !slices.Equal(removed, goes) {
		t.Errorf("removed are %v, %v, want %v", removed, err, goes)
	}
	for _, path := range stays {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

// TestSeriesOfURL tells databases apart by socket, and keeps no password.
func TestSeriesOfURL(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, at := range []string{"postgres://u:p@h/renkei", "postgres://h2/renkei", "postgres:///renkei?host=/run/a", "postgres:///renkei?host=/run/b"} {
		s, err := NewSeries("", at)
		if err != nil || seen[s.Name] {
			t.Errorf("%s: %v, %v", at, s, err)
		}
		seen[s.Name] = true
	}
	one, _ := NewSeries("", "postgres://u:p@h/renkei")
	two, _ := NewSeries("", "postgres://u:q@h/renkei")
	if one != two {
		t.Error("another password gives another name")
	}
}
