package scenarios_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise/scenario"
)

// openPacks are the exercises whose keys people tried.
var openPacks = []string{halfHour, "hospital-ransomware-60", gateway, "who-is-calling"}

// tried is one line of a file of wordings: what somebody would write to a task
// or for a flow, and whether it is right.
type tried struct {
	place, key, unit, lang, text string
	right                        bool
}

// readWordings reads the files of a pack, whoever wrote them.
func readWordings(t *testing.T, pack string) (all []tried) {
	t.Helper()
	// The longer edition asks the same at the same addresses; only what follows
	// from STARTEX is later, and none of that is in an answer.
	files, err := filepath.Glob("testdata/wordings/" + strings.TrimSuffix(pack, "-60") + "-?.tsv")
	if err != nil || len(files) == 0 {
		t.Fatalf("wordings of %s: %v %v", pack, files, err)
	}
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		lines := bufio.NewScanner(file)
		for n := 1; lines.Scan(); n++ {
			f := strings.SplitN(lines.Text(), "\t", 5)
			if strings.HasPrefix(f[0], "#") {
				continue
			}
			if len(f) != 5 || f[3] != "right" && f[3] != "wrong" {
				t.Fatalf("%s:%d: not key, unit, language, verdict and text", name, n)
			}
			all = append(all, tried{fmt.Sprintf("%s:%d", filepath.Base(name), n), f[0], f[1], f[2], strings.ReplaceAll(f[4], `\n`, "\n"), f[3] == "right"})
		}
	}
	return all
}

// TestKeysTakeWordings tries what people wrote who had not seen the keys: of
// the right wordings at least 97 in 100 are taken, of the wrong ones none.
func TestKeysTakeWordings(t *testing.T) {
	t.Parallel()
	for _, name := range openPacks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := load(t, name)
			var misses []string
			right, refused, wrong, taken := 0, 0, 0, 0
			for _, w := range readWordings(t, name) {
				v := p.try(t, w)
				switch {
				case w.right:
					right++
				default:
					wrong++
				}
				if v.Right == w.right {
					continue
				}
				if w.right {
					refused++
				} else {
					taken++
				}
				misses = append(misses, fmt.Sprintf("%-34s %-4s %-18s right=%-5v %s\n%s", w.place, w.key, w.unit, w.right, w.text, notes(v)))
			}
			t.Logf("%s: %d of %d right wordings refused (%.1f %%), %d of %d wrong ones taken", name, refused, right, 100*float64(refused)/float64(right), taken, wrong)
			if 100*refused > 3*right || taken > 0 {
				t.Errorf("the keys of %s:\n%s", name, strings.Join(misses, "\n"))
			}
		})
	}
}

func (p *play) try(t *testing.T, w tried) scenario.Verdict {
	t.Helper()
	unit, ok := p.cast.Index(w.unit)
	if !ok {
		t.Fatalf("%s: no unit %s", w.place, w.unit)
	}
	var v scenario.Verdict
	var err error
	if task, _, _ := p.pack.TaskByKey(w.key); task != nil {
		v, err = p.cast.Try(task, unit, w.text)
	} else if flow := p.pack.FlowByKey(w.key); flow != nil {
		v, err = p.cast.TryFlow(flow, unit, w.text)
	} else {
		t.Fatalf("%s: no task or flow %s", w.place, w.key)
	}
	if err != nil {
		t.Fatalf("%s: %v", w.place, err)
	}
	return v
}

func notes(v scenario.Verdict) string {
	var all []string
	for _, n := range v.Notes {
		if n.Code != "group_right" {
			s := fmt.Sprint(n.Args)
			all = append(all, "    "+n.Code+" "+s[:min(len(s), 160)])
		}
	}
	return strings.Join(all, "\n")
}

// TestWordingsAreMany asks for enough wordings of every open task and flow.
func TestWordingsAreMany(t *testing.T) {
	t.Parallel()
	for _, name := range openPacks {
		p := load(t, name)
		right, wrong := map[string]int{}, map[string]int{}
		for _, w := range readWordings(t, name) {
			if w.right {
				right[w.key]++
			} else {
				wrong[w.key]++
			}
		}
		for _, key := range p.openKeys() {
			if right[key] < 25 || wrong[key] < 10 {
				t.Errorf("%s %s: %d right and %d wrong wordings", name, key, right[key], wrong[key])
			}
		}
	}
}

// openKeys are the tasks and flows that are met by words.
func (p *play) openKeys() (all []string) {
	for _, in := range p.pack.Injects {
		tasks := in.Tasks
		if in.Relay != nil {
			tasks = slices.Concat(tasks, in.Relay.Tasks)
		}
		for _, task := range tasks {
			if slices.Contains([]string{scenario.TaskAnswer, scenario.TaskIndicators, scenario.TaskReport}, task.Type) {
				all = append(all, task.Key)
			}
		}
	}
	for _, f := range p.pack.Flows {
		if len(f.What) > 0 {
			all = append(all, f.Key)
		}
	}
	return all
}
