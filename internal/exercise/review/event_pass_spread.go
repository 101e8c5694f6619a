package review

import (
	"net/netip"
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// spreader follows indicators through what units say to each other.
type spreader struct {
	s      *eventPass
	forms  map[string]int32
	traces []formTrace
	maxLen int // of a form
	teams  int
	seen   map[string][]int32 // texts that were read before
	found  []int32            // in the text read last
}

// formTrace is one indicator: which event brought it to which team.
type formTrace struct {
	form    string
	flow    int // that looks for it; -1: only a task does
	first   uint64
	reached []uint64 // by team; nil before the first mention
	all     bool     // the room has heard it
}

// maxSeen bounds how many texts are remembered.
const maxSeen = 1 << 14

func newSpreader(s *eventPass) *spreader {
	sp := &spreader{s: s, forms: map[string]int32{}, seen: map[string][]int32{}}
	if s.nu > 0 {
		sp.teams = s.teamPos[s.nu-1] + 1
	}
	for u := range s.nu {
		for _, f := range s.play.FlowsOf(u) {
			for _, form := range slices.Concat(s.state.FlowWhat(f, u)...) {
				sp.lay(form, f)
			}
		}
	}
	for _, in := range s.play.Pack.Injects {
		sp.layTasks(in.Tasks)
		if in.Relay != nil {
			sp.layTasks(in.Relay.Tasks)
		}
	}
	return sp
}

func (sp *spreader) layTasks(tasks []*scenario.Task) {
	for _, task := range tasks {
		t, ok := sp.s.taskIx[task.Key]
		if !ok || task.Type != scenario.TaskIndicators {
			continue
		}
		for u := range sp.s.nu {
			accept := sp.s.state.Key(t, u).Accept
			for _, form := range accept {
				sp.lay(form, -1)
			}
		}
	}
}

// lay takes in a form. Of several flows that look for it, one to the liaison
// room is the one that shall spread it.
func (sp *spreader) lay(form string, flow int) {
	if !isIndicator(form) {
		return
	}
	i, known := sp.forms[form]
	if !known {
		sp.forms[form] = int32(len(sp.traces))
		sp.traces = append(sp.traces, formTrace{form: form, flow: flow})
		sp.maxLen = max(sp.maxLen, len(form))
		return
	}
	if t := &sp.traces[i]; flow >= 0 && (t.flow < 0 || !sp.toRoom(t.flow) && sp.toRoom(flow)) {
		t.flow = flow
	}
}

func (sp *spreader) toRoom(flow int) bool {
	return sp.s.play.Pack.Flows[flow].To == scenario.EndLiaison
}

// isIndicator reports whether a folded form looks like an address, a domain
// name or a hash.
func isIndicator(form string) bool {
	if len(form) < 4 || !isWord(form[0]) || !isWord(form[len(form)-1]) {
		return false
	}
	if _, err := netip.ParseAddr(form); err == nil {
		return true
	}
	return isHash(form) || isDomain(form)
}

func isHash(form string) bool {
	return (len(form) == 32 || len(form) == 40 || len(form) == 64) && strings.Trim(form, "0123456789abcdef") == ""
}

func isDomain(form string) bool {
	labels := strings.Split(form, ".")
	top := labels[len(labels)-1]
	if len(labels) < 2 || len(top) < 2 || strings.Trim(top, "abcdefghijklmnopqrstuvwxyz") != "" || isFileEnding(top) {
		return false
	}
	return !slices.ContainsFunc(labels, func(l string) bool {
		return l == "" || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-") != ""
	})
}

func isFileEnding(top string) bool {
	return slices.Contains([]string{"bat", "csv", "dll", "doc", "docx", "exe", "js", "log", "pdf", "txt", "xlsx", "zip"}, top)
}

func isWord(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' }

// inRun reports whether a byte may stand within an indicator.
func inRun(b byte) bool { return isWord(b) || b == '.' || b == ':' || b == '-' }

// read looks for indicators in what was said; false means that there are none.
func (sp *spreader) read(text string, items []string) bool {
	sp.found = sp.found[:0]
	if len(sp.forms) == 0 {
		return false
	}
	found, known := sp.seen[text]
	if !known {
		found = sp.scan(nil, scenario.Fold(text))
		if len(sp.seen) < maxSeen {
			sp.seen[text] = found
		}
	}
	sp.found = append(sp.found, found...)
	for _, it := range items {
		sp.found = sp.scan(sp.found, scenario.Fold(it))
	}
	return len(sp.found) > 0
}

// scan appends the forms that a folded text mentions, as scenario.Mentions
// tells them, in one pass for all forms.
func (sp *spreader) scan(out []int32, folded string) []int32 {
	for i := 0; i < len(folded); {
		if !inRun(folded[i]) {
			i++
			continue
		}
		end := i
		for end < len(folded) && inRun(folded[end]) {
			end++
		}
		out = sp.scanRun(out, folded[i:end])
		i = end
	}
	return out
}

func (sp *spreader) scanRun(out []int32, run string) []int32 {
	for i := range len(run) {
		if !isWord(run[i]) || i > 0 && isWord(run[i-1]) {
			continue
		}
		for j := i + 4; j <= len(run) && j-i <= sp.maxLen; j++ {
			if !isWord(run[j-1]) || j < len(run) && isWord(run[j]) {
				continue
			}
			if f, ok := sp.forms[run[i:j]]; ok && !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

// said lets what is found in a unit's own words reach its team.
func (sp *spreader) said(unit int, e *exercise.Event, text string, items []string) {
	if sp.read(text, items) {
		sp.heard(unit, e)
	}
}

// heard lets what was found last reach the team of a unit.
func (sp *spreader) heard(unit int, e *exercise.Event) {
	for _, f := range sp.found {
		sp.mark(f, sp.s.teamPos[unit], e)
	}
}

// room lets it reach every team.
func (sp *spreader) room(e *exercise.Event) {
	for _, f := range sp.found {
		if sp.traces[f].all {
			continue
		}
		for team := range sp.teams {
			sp.mark(f, team, e)
		}
		sp.traces[f].all = true
	}
}

func (sp *spreader) mark(form int32, team int, e *exercise.Event) {
	t := &sp.traces[form]
	if t.reached == nil {
		t.first, t.reached = e.Seq, make([]uint64, sp.teams)
	}
	if t.reached[team] == 0 {
		t.reached[team] = e.Seq
	}
}
