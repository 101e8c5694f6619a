package scenarios_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/scenarios"
)

// desk is what one unit of the demo community has on its desk when a task is
// put to it, read in one language.
type desk struct {
	*play
	unit int
	lang string
	docs []document
}

// document is a text or an attachment as it was handed to the unit.
type document struct {
	name string // of the attachment, or the key of the inject
	text string
	at   time.Time // scenario time of the release
}

// play is a shipped pack with its cast.
type play struct {
	pack *scenario.Pack
	cast *scenario.Cast
}

func load(t *testing.T, key string) *play {
	t.Helper()
	root, err := fs.Sub(scenarios.Packs, key)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	err = fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[path], err = fs.ReadFile(root, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	pack, found := scenario.Parse(files)
	if pack == nil || len(found) > 0 {
		t.Fatalf("%s does not parse: %v", key, found)
	}
	teams, err := teamfile.Demo(teamfile.DemoSize)
	if err != nil {
		t.Fatal(err)
	}
	cast, err := scenario.NewCast(pack, teams)
	if err != nil {
		t.Fatal(err)
	}
	return &play{pack, cast}
}

// at is when an inject is released at the earliest.
func (p *play) at(in *scenario.Inject) time.Duration {
	if in.Trigger.HasAt || in.Trigger.After == "" {
		return in.Trigger.At
	}
	return p.at(p.pack.InjectByKey(in.Trigger.After)) + in.Trigger.Delay
}

// asked reports whether an inject reaches a unit, by itself or by relay.
func (p *play) asked(in *scenario.Inject, unit int) bool {
	u := p.cast.Units[unit]
	ends := []string{in.To}
	if in.Relay != nil {
		ends = append(ends, in.Relay.To)
	}
	for _, to := range ends {
		switch {
		case to == scenario.AudAll, to == scenario.AudTeams && u.IsTeam(), to == scenario.AudCells && !u.IsTeam(),
			!u.IsTeam() && to == scenario.CellPrefix+u.Cell:
			return true
		}
	}
	return false
}

// desk gives what a unit has read when an inject is on its desk: everything
// that was released to it by then, and what other teams must have told it.
func (p *play) desk(t *testing.T, in *scenario.Inject, unit int, lang string) *desk {
	t.Helper()
	d := &desk{play: p, unit: unit, lang: lang}
	for _, other := range p.pack.Injects {
		elsewhere := other.Branch != "" && other.Branch != in.Branch
		if p.asked(other, unit) && p.at(other) <= p.at(in) && !elsewhere {
			d.read(t, other)
		}
	}
	return d
}

func (d *desk) read(t *testing.T, in *scenario.Inject) {
	t.Helper()
	subject, _ := d.pack.Subject(in.Key, d.lang)
	body, ok := d.pack.Body(in.Key, d.lang)
	if !ok {
		t.Fatalf("%s has no text in %s", in.Key, d.lang)
	}
	d.add(t, in, in.Key, subject+"\n"+body)
	for _, name := range in.Attachments {
		raw, _, ok := d.pack.Attachment(name, d.lang)
		if !ok {
			t.Fatalf("%s lacks %s in %s", in.Key, name, d.lang)
		}
		d.add(t, in, name, string(raw))
	}
}

func (d *desk) add(t *testing.T, in *scenario.Inject, name, template string) {
	t.Helper()
	at := d.pack.Startex.Add(d.at(in))
	text, _, err := d.cast.Render(template, d.unit, d.lang, at)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	d.docs = append(d.docs, document{name, text, at})
}

// doc is the attachment of a name.
func (d *desk) doc(t *testing.T, name string) string {
	t.Helper()
	i := slices.IndexFunc(d.docs, func(x document) bool { return x.name == name })
	if i < 0 {
		t.Fatalf("%s has not got %s by then", d.cast.Units[d.unit].Key, name)
	}
	return d.docs[i].text
}

// lines are the lines of a document that are no comment.
func (d *desk) lines(t *testing.T, name string) []string {
	t.Helper()
	return slices.DeleteFunc(strings.Split(strings.TrimSpace(d.doc(t, name)), "\n"),
		func(l string) bool { return strings.HasPrefix(l, "#") })
}

// rows are the rows of a table without its heading.
func (d *desk) rows(t *testing.T, name string) [][]string {
	t.Helper()
	var rows [][]string
	for _, l := range d.lines(t, name)[1:] {
		rows = append(rows, strings.Split(l, ","))
	}
	return rows
}

func (d *desk) zone(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(d.cast.Units[d.unit].Zone)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// who is what another team knows when an inject is on its desk.
func (d *desk) who(t *testing.T, team int, inject string) *desk {
	t.Helper()
	return d.desk(t, d.pack.InjectByKey(inject), team, d.lang)
}

// takes reports whether the key of a task takes an answer from a unit.
func (d *desk) takes(t *testing.T, task *scenario.Task, answer string) bool {
	t.Helper()
	v, err := d.cast.Try(task, d.unit, answer)
	if err != nil {
		t.Fatal(err)
	}
	return v.Right
}
