package transfer

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/database"
)

// Keep says how many backups stay: of each of the last so many hours, days and
// weeks (of UTC, from Monday) that have any, the newest. The newest of all
// always stays.
type Keep struct{ Hourly, Daily, Weekly int }

var errKeep = errors.New("a rule is written as hourly=24,daily=14,weekly=8")

// ParseKeep reads a rule such as hourly=24,daily=14,weekly=8, in which each part
// may be missing, but not all.
func ParseKeep(text string) (k Keep, err error) {
	parts := map[string]*int{"hourly": &k.Hourly, "daily": &k.Daily, "weekly": &k.Weekly}
	for part := range strings.SplitSeq(text, ",") {
		name, number, _ := strings.Cut(part, "=")
		n, err := strconv.Atoi(number)
		to := parts[name]
		if to == nil || err != nil || n < 1 {
			return Keep{}, errKeep
		}
		*to = n
		delete(parts, name)
	}
	return k, nil
}

// drop returns which of the times, in any order, the rule does not keep.
func (k Keep) drop(times []time.Time) (old []time.Time) {
	sorted := slices.SortedFunc(slices.Values(times), func(a, b time.Time) int { return b.Compare(a) })
	kept := map[time.Time]bool{}
	for _, rule := range []struct {
		n      int
		period func(time.Time) string
	}{
		{k.Hourly, func(t time.Time) string { return t.Format("2006010215") }},
		{k.Daily, func(t time.Time) string { return t.Format("20060102") }},
		{k.Weekly, func(t time.Time) string { year, week := t.ISOWeek(); return fmt.Sprint(year, " ", week) }},
	} {
		last, n := "", 0
		for _, t := range sorted {
			if p := rule.period(t.UTC()); n < rule.n && p != last {
				last, kept[t] = p, true
				n++
			}
		}
	}
	for i, t := range sorted {
		if i > 0 && !kept[t] {
			old = append(old, t)
		}
	}
	return old
}

// stamp is the time in the name of a backup, in UTC.
const stamp = "20060102T150405Z"

// Series are backups of one installation in one folder.
type Series struct {
	Dir  string
	Name string // of the installation
}

// NewSeries names an installation by its folder or database, and by a sum of
// where that is, so that two of one base name are told apart.
func NewSeries(dir, from string) (Series, error) {
	var at, base string
	if isURL(from) {
		u, err := url.Parse(from)
		if err != nil {
			return Series{}, errors.New("not the URL of a database") // err may hold the password
		}
		base = u.Path
		at = database.Name(from) + "?host=" + u.Query().Get("host") + "&port=" + u.Query().Get("port")
	} else {
		var err error
		if at, err = filepath.Abs(from); err != nil {
			return Series{}, err
		}
		base = strings.TrimSuffix(at, ".db")
	}
	sum := sha256.Sum256([]byte(at))
	name := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, filepath.Base(base))
	return Series{Dir: dir, Name: name + "-" + hex.EncodeToString(sum[:3])}, nil
}

// endings are those of backups, plain and encrypted.
var endings = []string{".zip", ".zip.age"}

// Path names the backup of a time.
func (s Series) Path(at time.Time, encrypted bool) string {
	end := endings[0]
	if encrypted {
		end = endings[1]
	}
	return filepath.Join(s.Dir, s.Name+"-"+at.UTC().Format(stamp)+end)
}

// Prune removes the backups that a rule does not keep, and returns their paths.
// It leaves all files alone that are not named as Path does.
func (s Series) Prune(k Keep) (removed []string, err error) {
	files, err := os.ReadDir(s.Dir)
	if err != nil {
		return nil, err
	}
	paths := map[time.Time][]string{}
	for _, f := range files {
		if at, ok := s.timeOf(f); ok {
			paths[at] = append(paths[at], filepath.Join(s.Dir, f.Name()))
		}
	}
	times := make([]time.Time, 0, len(paths))
	for at := range paths {
		times = append(times, at)
	}
	for _, at := range k.drop(times) {
		for _, path := range paths[at] {
			if err := os.Remove(path); err != nil {
				return removed, err
			}
			removed = append(removed, path)
		}
	}
	return removed, nil
}

// timeOf reads the time of a backup from its name.
func (s Series) timeOf(f fs.DirEntry) (at time.Time, ok bool) {
	rest, ok := strings.CutPrefix(f.Name(), s.Name+"-")
	if !ok || !f.Type().IsRegular() {
		return at, false
	}
	for _, end := range endings {
		if text, ok := strings.CutSuffix(rest, end); ok {
			at, err := time.Parse(stamp, text)
			return at, err == nil
		}
	}
	return at, false
}
