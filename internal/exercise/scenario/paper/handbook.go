package paper

import (
	"strconv"
	"strings"

	"renkei/internal/exercise/scenario"
)

// GuideRow is an objective of the evaluation guide with its critical tasks.
type GuideRow struct {
	Key, Title, Capability string
	Tasks                  []CriticalRow
}

// CriticalRow is a critical task with where it shows.
type CriticalRow struct {
	Key, Title string
	Shown      []string // tasks and flows
}

// guide is the evaluation guide: what shows that each critical task is done.
func (b *Book) guide() []GuideRow {
	var all []GuideRow
	for _, o := range b.pack.Objectives {
		row := GuideRow{Key: o.Key, Title: b.in(o.Title), Capability: b.in(o.Capability)}
		for _, c := range o.CriticalTasks {
			row.Tasks = append(row.Tasks, CriticalRow{Key: c.Key, Title: b.in(c.Title), Shown: b.shown(c.Key)})
		}
		all = append(all, row)
	}
	return all
}

// shown lists the tasks and flows that are evidence of a critical task.
func (b *Book) shown(critical string) []string {
	var all []string
	for _, in := range b.pack.Injects {
		tasks := in.Tasks
		if in.Relay != nil {
			tasks = append(tasks[:len(tasks):len(tasks)], in.Relay.Tasks...)
		}
		for _, t := range tasks {
			if t.Critical == critical {
				all = append(all, strings.Join([]string{in.Key, t.Key, b.t("type." + t.Type)}, " "))
			}
		}
	}
	for _, f := range b.pack.Flows {
		if f.Critical == critical {
			all = append(all, f.Key+" "+b.in(f.Title))
		}
	}
	return all
}

// figures count what the pack has.
func (b *Book) figures() []Fact {
	tasks, teams := 0, 0
	for _, e := range b.Entries {
		tasks += len(e.Tasks)
	}
	for _, u := range b.cast.Units {
		if u.IsTeam() {
			teams++
		}
	}
	var all []Fact
	for _, f := range []struct {
		label string
		n     int
	}{
		{"injects", len(b.pack.Injects)},
		{"tasks", tasks},
		{"flows", len(b.pack.Flows)},
		{"decisions", len(b.pack.Decisions)},
		{"teams", teams},
		{"cells", len(b.cast.Units) - teams},
	} {
		all = append(all, Fact{b.t("count." + f.label), strconv.Itoa(f.n)})
	}
	return all
}

// expected is what units should do after an entry of the MSEL; "" for none.
func (b *Book) expected(e Entry) string {
	if in := b.pack.InjectByKey(e.Key); in != nil && !e.Decision {
		return b.in(in.Expected)
	}
	return ""
}

// contingency reports whether an entry is given only when it is needed.
func (b *Book) contingency(e Entry) bool {
	in := b.pack.InjectByKey(e.Key)
	return in != nil && !e.Decision && in.Kind == scenario.KindContingency
}

// flows are all expected flows, in the order of the MSEL.
func (b *Book) flows() []FlowRow {
	var all []FlowRow
	for _, e := range b.Entries {
		all = append(all, e.Flows...)
	}
	return all
}

// ratings are the four grades of HSEEP.
func (b *Book) ratings() []Fact {
	var all []Fact
	for _, grade := range []string{"P", "S", "M", "U"} {
		all = append(all, Fact{grade, b.p.T("report.rating." + grade)})
	}
	return all
}
