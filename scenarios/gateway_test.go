package scenarios_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise/scenario"
)

const gateway = "gateway-to-wards"

// TestEvidenceGivesEveryAnswer works every task of every unit from what that
// unit has been given by then, in both languages, and asks the key.
func TestEvidenceGivesEveryAnswer(t *testing.T) {
	t.Parallel()
	p := load(t, gateway)
	worked := map[string]int{}
	for _, in := range p.pack.Injects {
		for unit := range p.cast.Units {
			if !p.asked(in, unit) {
				continue
			}
			for _, lang := range p.pack.Languages {
				d := p.desk(t, in, unit, lang)
				for _, task := range in.Tasks {
					if given := d.work(t, task.Key); given != nil {
						worked[task.Key]++
						d.judge(t, task, given)
					} else if task.Type == scenario.TaskAnswer || task.Type == scenario.TaskIndicators || task.Type == scenario.TaskFlag {
						t.Errorf("nobody works %s", task.Key)
					}
				}
			}
		}
	}
	for key, n := range worked {
		if n != 22 {
			t.Errorf("%s was worked %d times, want 11 teams in 2 languages", key, n)
		}
	}
	if len(worked) != 20 {
		t.Errorf("%d tasks were worked, want 20", len(worked))
	}
}

func (d *desk) judge(t *testing.T, task *scenario.Task, given []string) {
	t.Helper()
	who := d.cast.Units[d.unit].Key + " " + task.Key
	switch task.Type {
	case scenario.TaskIndicators:
		forms, err := d.cast.Forms(task.Accept, d.unit)
		slices.Sort(forms)
		slices.Sort(given)
		if err != nil || !slices.Equal(forms, given) {
			t.Errorf("%s: found %v, the key says %v, %v", who, given, forms, err)
		}
	case scenario.TaskFlag:
		if flag, err := d.cast.Flag(task.Flag, d.unit); err != nil || flag != given[0] {
			t.Errorf("%s: found %q, the key says %q, %v", who, given, flag, err)
		}
	default:
		if len(given) != 1 || !d.takes(t, task, given[0]) {
			t.Errorf("%s: the key refuses %q", who, given)
		}
	}
}

// TestSharesCanBeMade asks that a sender has read what a flow wants to hear.
func TestSharesCanBeMade(t *testing.T) {
	t.Parallel()
	p := load(t, gateway)
	for _, f := range p.pack.Flows {
		in := p.pack.InjectByKey(f.After)
		for unit, u := range p.cast.Units {
			if f.What == nil || u.IsTeam() != (f.From == scenario.EndTeam) || !p.asked(in, unit) {
				continue
			}
			d := p.desk(t, in, unit, u.Locale)
			if f.Key == "F08" { // the neighbour says which server it is
				d.docs = append(d.docs, d.who(t, p.cast.Prev(unit), "I07").docs...)
			}
			if strings.Contains(f.Title["en"], "Second wave told") { // it is written in another way
				d.docs = append(d.docs, document{text: config(t, d)})
			}
			for _, group := range f.What {
				if !d.mentions(t, group) {
					t.Errorf("%s has not read what %s shall tell: %s", u.Key, f.Key, group)
				}
			}
		}
	}
}

func (d *desk) mentions(t *testing.T, what scenario.Forms) bool {
	t.Helper()
	forms, err := d.cast.Mentions(what, d.unit)
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range d.docs {
		folded := scenario.Fold(doc.text)
		if slices.ContainsFunc(forms, func(f string) bool { return scenario.Mentions(folded, f) }) {
			return true
		}
	}
	return false
}

// TestFalseLeadsAreNoAnswer asks that what only looks like the attacker is in
// no key, and stands in the evidence to be stumbled over.
func TestFalseLeadsAreNoAnswer(t *testing.T) {
	t.Parallel()
	p := load(t, gateway)
	decoys := []string{"{{census}}", "{{spray}}", "{{soc_probe}}", "{{contractor}}", "{{vault}}", "{{web1}}", "{{web2}}", "{{staff3}}"}
	for unit, u := range p.cast.Units {
		if !u.IsTeam() {
			continue
		}
		d := p.desk(t, p.pack.InjectByKey("I14"), unit, "en")
		for _, decoy := range decoys {
			forms, err := p.cast.Forms(scenario.Forms{"": {decoy}}, unit)
			if err != nil || !d.mentions(t, scenario.Forms{"": {decoy}}) {
				t.Errorf("%s never meets %s, %v", u.Key, decoy, err)
			}
			for _, in := range p.pack.Injects {
				for _, task := range in.Tasks {
					if keys, err := p.cast.Forms(task.Accept, unit); err != nil || slices.Contains(keys, forms[0]) {
						t.Errorf("%s: the key of %s has %s, %v", u.Key, task.Key, decoy, err)
					}
					if task.Type == scenario.TaskAnswer && d.takes(t, task, forms[0]) {
						t.Errorf("%s: the key of %s takes %s", u.Key, task.Key, decoy)
					}
				}
			}
		}
	}
}

// stamps are the forms of times in the logs: where they stand, how they read,
// and whether they tell their zone.
func stamps() map[string]struct{ pattern, layout string } {
	return map[string]struct{ pattern, layout string }{
		"agency-vpn.log":      {`^(.{15}) ep4000`, time.Stamp},
		"agency-mail.log":     {`^(.{15}) mail`, time.Stamp},
		"agency-proxy.log":    {`\[([^\]]+)\]`, "02/Jan/2006:15:04:05 -0700"},
		"hospital-proxy.log":  {`\[([^\]]+)\]`, "02/Jan/2006:15:04:05 -0700"},
		"blocked.log":         {`\[([^\]]+)\]`, "02/Jan/2006:15:04:05 -0700"},
		"agency-dns.log":      {`^(\S+)`, time.RFC3339},
		"hospital-events.csv": {`^(\d[^,]+),`, time.DateTime},
	}
}

// TestLogsAreOrderedInTheZoneOfTheirUnit asks that times only grow, lie before
// the release, and are local.
func TestLogsAreOrderedInTheZoneOfTheirUnit(t *testing.T) {
	t.Parallel()
	p := load(t, gateway)
	read := map[string]int{}
	for unit := range p.cast.Units {
		for _, in := range p.pack.Injects {
			if !p.asked(in, unit) {
				continue
			}
			d := &desk{play: p, unit: unit, lang: "en"}
			d.read(t, in)
			for _, doc := range d.docs {
				if s, ok := stamps()[doc.name]; ok {
					read[doc.name]++
					d.ordered(t, doc, s.pattern, s.layout)
				}
			}
		}
	}
	for name := range stamps() {
		if read[name] == 0 {
			t.Errorf("nobody gets %s", name)
		}
	}
}

func (d *desk) ordered(t *testing.T, doc document, pattern, layout string) {
	t.Helper()
	zone, last := d.zone(t), time.Time{}
	for _, l := range d.lines(t, doc.name) {
		m := regexp.MustCompile(pattern).FindStringSubmatch(l)
		if m == nil {
			if strings.HasPrefix(l, "time,") {
				continue // the heading of the table
			}
			t.Fatalf("%s: no time in %s", doc.name, l)
		}
		at, err := time.ParseInLocation(layout, m[1], zone)
		if layout == time.Stamp {
			at = syslogTime(t, d, m[1])
		}
		_, given := at.Zone()
		if _, want := d.pack.Startex.In(zone).Zone(); err != nil || given != want {
			t.Errorf("%s of %s: %s is not local, %v", doc.name, d.cast.Units[d.unit].Key, m[1], err)
		}
		if at.Before(last) || at.After(doc.at) || at.Before(d.pack.Startex.Add(-72*time.Hour)) {
			t.Errorf("%s of %s: %s is out of order", doc.name, d.cast.Units[d.unit].Key, l)
		}
		last = at
	}
}

// TestUnitsReadTheirOwnNames asks that nobody reads of a team that is neither
// its own nor its neighbour, and that its own name stands in its logs.
func TestUnitsReadTheirOwnNames(t *testing.T) {
	t.Parallel()
	p := load(t, gateway)
	last := p.pack.InjectByKey("I32")
	for unit, u := range p.cast.Units {
		team := p.cast.Team(unit)
		near := []int{team, p.cast.Next(unit), p.cast.Prev(unit)}
		own := 0
		for _, lang := range p.pack.Languages {
			for _, doc := range p.desk(t, last, unit, lang).docs {
				if strings.Contains(doc.text, u.Domain) {
					own++
				}
				for other, o := range p.cast.Units {
					if o.IsTeam() && !slices.Contains(near, other) && strings.Contains(doc.text, o.Domain) {
						t.Errorf("%s reads of %s in %s", u.Key, o.Domain, doc.name)
					}
				}
			}
		}
		if own < 2 { // one in each language
			t.Errorf("%s reads its own domain in %d documents only", u.Key, own)
		}
	}
}
