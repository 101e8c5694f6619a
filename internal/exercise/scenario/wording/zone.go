package wording

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// zone is a time zone as somebody named it.
type zone struct {
	Span
	local   bool
	offsets []int // seconds east of UTC; several where the name has several meanings
}

// zoneNames are the names of zones that are in use, with their offsets in
// minutes. Some have two meanings.
func zoneNames() map[string][]int {
	return map[string][]int{
		"utc": {0}, "gmt": {0}, "zulu": {0}, "z": {0}, "ut": {0}, "wet": {0}, "協定世界時": {0}, "世界標準時": {0}, "世界時": {0},
		"グリニッジ標準時": {0}, "universal time": {0}, "greenwich": {0},
		"jst": {540}, "日本時間": {540}, "日本標準時": {540}, "kst": {540}, "wit": {540},
		"sgt": {480}, "hkt": {480}, "pht": {480}, "myt": {480}, "wita": {480}, "bnt": {480}, "awst": {480},
		"ict": {420}, "wib": {420}, "mmt": {390}, "npt": {345}, "ist": {330, 60, 120}, "pkt": {300}, "gst": {240},
		"msk": {180}, "eat": {180}, "eet": {120}, "cat": {120}, "sast": {120}, "cest": {120}, "eest": {180}, "cet": {60}, "wat": {60},
		"bst": {60, 360}, "west": {60}, "brt": {-180}, "art": {-180}, "edt": {-240}, "est": {-300}, "cdt": {-300}, "cst": {-360, 480},
		"mdt": {-360}, "mst": {-420}, "pdt": {-420}, "pst": {-480, 480}, "aest": {600}, "aedt": {660}, "nzst": {720}, "nzdt": {780},
	}
}

var zonePattern = sync.OnceValue(func() *regexp.Regexp {
	var names []string
	for name := range zoneNames() {
		if name[0] >= 0x80 || strings.Contains(name, " ") {
			names = append(names, name)
		} else if name != "z" {
			names = append(names, `\b`+name+`\b`)
		}
	}
	return regexp.MustCompile(`(?:utc|gmt) ?([+-]) ?(\d{1,2})(?::?(\d{2}))?\b` +
		`|([+-])(\d{2}):?(\d{2})\b` +
		`|\b(local(?: time| hour)?|here|our time)\b|(現地(?:時間|時刻)?|当地(?:時間|時刻)?|ローカル(?:時間|時刻|タイム)?)` +
		`|(` + strings.Join(names, "|") + `)`)
})

// zonesOf finds the zones in a text: by number, by name, as local, or by the
// names that the reader has for the local one.
func zonesOf(text string, local []string) (all []zone) {
	for _, m := range zonePattern().FindAllStringSubmatchIndex(text, -1) {
		group := func(n int) string {
			if m[2*n] < 0 {
				return ""
			}
			return text[m[2*n]:m[2*n+1]]
		}
		z := zone{Span: Span{m[0], m[1]}}
		switch {
		case group(1) != "":
			z.offsets = []int{offset(group(1), group(2), group(3))}
		case group(4) != "":
			clock := strings.TrimRight(text[:m[0]], " (") // "21:54 (+08:00)"
			if clock == "" || !isDigit(clock[len(clock)-1]) || !slices.Contains([]string{"", "00", "30", "45"}, group(6)) || group(5) > "14" {
				continue
			}
			z.offsets = []int{offset(group(4), group(5), group(6))}
		case group(9) != "":
			for _, minutes := range zoneNames()[group(9)] {
				z.offsets = append(z.offsets, 60*minutes)
			}
		default:
			z.local = true
		}
		all = append(all, z)
	}
	for _, name := range local {
		for _, s := range Find(text, name) {
			if !s.Covered(spansOf(all)) {
				all = append(all, zone{Span: s, local: true})
			}
		}
	}
	return all
}

func spansOf(all []zone) (out []Span) {
	for _, z := range all {
		out = append(out, z.Span)
	}
	return out
}

func offset(sign, hours, minutes string) int {
	h, _ := strconv.Atoi(hours)
	m, _ := strconv.Atoi(minutes)
	s := h*3600 + m*60
	if sign == "-" {
		return -s
	}
	return s
}

// in gives the right moment as it reads in the zone; several where the zone
// has several meanings.
func (z *zone) in(at time.Time, local *time.Location) (all []time.Time) {
	if z.local {
		return []time.Time{at.In(local)}
	}
	for _, o := range z.offsets {
		all = append(all, at.In(time.FixedZone("", o)))
	}
	return all
}
