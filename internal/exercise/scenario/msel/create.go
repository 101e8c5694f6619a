package msel

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/unicode/norm"

	"renkei/internal/exercise/scenario"
)

// person is a persona that a new pack gets for a name in the column of senders.
type person struct{ key, name string }

// persona gives the key for a name, the same for the same name.
func (im *importer) persona(name string) string {
	for _, p := range im.people {
		if alike(p.name, name) || p.name == name {
			return p.key
		}
	}
	key := slug(name)
	for n := 2; key == "" || slices.ContainsFunc(im.people, func(p person) bool { return p.key == key }); n++ {
		if base := slug(name); base != "" {
			key = fmt.Sprintf("%s-%d", base, n)
		} else {
			key = fmt.Sprintf("persona-%02d", len(im.people)+n-1)
		}
	}
	im.people = append(im.people, person{key, name})
	return key
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slug makes a key of a name, "" where nothing of it can stand in a key.
func slug(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 0x300 && r < 0x370 { // accents
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(name)))
	s := strings.Trim(notSlug.ReplaceAllString(plain, "-"), "-")
	s = strings.TrimLeft(s, "0123456789-")
	if len(s) > 30 {
		s = strings.Trim(s[:30], "-")
	}
	return s
}

// placeholder is STARTEX of a new pack for which nobody says one; the time of
// day does not matter to times that count from it.
const placeholder = "2027-01-01T00:00:00Z"

// create makes a new pack.
func (im *importer) create(p *Plan) error {
	im.collectPhases()
	files := map[string][]byte{}
	langs := im.languages()
	var msel strings.Builder
	msel.WriteString("# yaml-language-server: $schema=.schema/msel.json\ninjects:\n")
	end := 30 * time.Minute
	for i, rec := range im.records {
		values := im.values(rec)
		if values["at"]+values["after"]+values["when"]+values["branch"] == "" && !im.failed(rec, "at") {
			im.issue(rec.place(im, "at"), "no_time", map[string]any{"Inject": rec.key}, false)
		}
		if d, err := time.ParseDuration(values["at"]); err == nil {
			end = max(end, (d + 30*time.Minute).Round(15*time.Minute))
		}
		im.fillIn(values, langs)
		if err := item(&msel, newInject(rec.key, values, langs), i > 0); err != nil {
			return err
		}
		writeTexts(files, rec.key, values, langs)
		p.Changes = append(p.Changes, Change{Kind: Added, Inject: rec.key, New: im.oneLine(values)})
	}
	if len(im.records) == 0 {
		im.issue("", "no_rows", nil, false)
	}
	pack, err := im.packYAML(langs, end)
	if err != nil {
		return err
	}
	files[packFile], files[mselFile] = pack, []byte(msel.String())
	p.Files = files
	return nil
}

// fillIn puts what can be told from other columns where a column is missing.
func (im *importer) fillIn(values map[string]string, langs []string) {
	for _, lang := range langs {
		title := values["title."+lang]
		if title == "" && values["subject."+lang] != "" {
			values["title."+lang] = values["subject."+lang]
		}
		if first, _, _ := strings.Cut(values["text."+lang], "\n"); values["title."+lang] == "" && first != "" {
			values["title."+lang] = clip(first)
		}
	}
	if values["to"] == "" {
		values["to"] = scenario.AudTeams
	}
	if values["phase"] == "" && len(im.found) > 0 {
		values["phase"] = im.found[0].Key
	}
	if values["from"] == "" {
		values["from"] = im.persona("EXCON")
	}
}

func item(b *strings.Builder, n *yaml.Node, blank bool) error {
	raw, err := dump(n)
	if err != nil {
		return err
	}
	if blank {
		b.WriteByte('\n')
	}
	lead := "- "
	for line := range strings.Lines(string(raw)) {
		if strings.TrimSpace(line) == "" {
			b.WriteByte('\n')
			continue
		}
		b.WriteString(lead + line)
		lead = "  "
	}
	return nil
}

// collectPhases takes the usual phases where the column names them, else the
// names in the column.
func (im *importer) collectPhases() {
	usual, _ := scenario.Parse(map[string][]byte{packFile: []byte("format: renkei/1\n")})
	if usual != nil {
		im.found = usual.Phases
	}
	var own []scenario.Phase
	for _, rec := range im.records {
		e, ok := rec.cells["phase"]
		if !ok || e.cell.Empty() {
			continue
		}
		name := tidy(e.cell.Text)
		if mapped, ok := im.m.Values["phase"][name]; ok {
			name = mapped
		}
		if _, bad := im.phase(name); bad == nil || slices.ContainsFunc(own, func(p scenario.Phase) bool { return named(p.Title, name) }) {
			continue
		}
		key := slug(name)
		if key == "" || slices.ContainsFunc(own, func(p scenario.Phase) bool { return p.Key == key }) {
			key = fmt.Sprintf("phase-%d", len(own)+1)
		}
		own = append(own, scenario.Phase{Key: key, Title: scenario.Text{"": name}})
	}
	if len(own) > 0 {
		im.found = append(own, im.found...)
	}
}

// packYAML writes pack.yaml of a new pack.
func (im *importer) packYAML(langs []string, end time.Duration) ([]byte, error) {
	startex := im.m.Times.Startex
	if startex == "" {
		startex = placeholder
		im.issue("", "startex_placeholder", map[string]any{"Startex": placeholder}, true)
	}
	key := slug(im.in.Name)
	if key == "" {
		key = "imported-drill"
	}
	type entry struct {
		Key   string `yaml:"key"`
		Title string `yaml:"title,omitempty"`
		Name  string `yaml:"name,omitempty"`
	}
	pack := struct {
		Format    string   `yaml:"format"`
		Key       string   `yaml:"key"`
		Version   string   `yaml:"version"`
		Kind      string   `yaml:"kind"`
		Title     string   `yaml:"title"`
		Languages []string `yaml:"languages,flow"`
		TLP       string   `yaml:"tlp"`
		Duration  string   `yaml:"duration"`
		Startex   string   `yaml:"startex"`
		Phases    []entry  `yaml:"phases,omitempty"`
		Personas  []entry  `yaml:"personas"`
	}{
		Format: scenario.Format, Key: key, Version: "0.1.0", Kind: scenario.KindRCX, Title: im.in.Name, Languages: langs,
		TLP: scenario.TLPAmber.String(), Duration: span(end), Startex: startex,
	}
	for _, p := range im.found {
		if name, own := p.Title[""]; own {
			pack.Phases = append(pack.Phases, entry{Key: p.Key, Title: name})
		}
	}
	if len(pack.Phases) > 0 { // phases of the pack's own take the place of all others
		for _, p := range im.found[len(pack.Phases):] {
			if im.uses(p.Key) {
				pack.Phases = append(pack.Phases, entry{Key: p.Key, Title: p.Title.In(langs[0], "en")})
			}
		}
	}
	for _, p := range im.people {
		pack.Personas = append(pack.Personas, entry{Key: p.key, Name: p.name})
	}
	raw, err := yaml.Dump(pack, yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		return nil, fmt.Errorf("write pack: %w", err)
	}
	return append([]byte("# yaml-language-server: $schema=.schema/pack.json\n"), raw...), nil
}

// uses reports whether some row names the phase.
func (im *importer) uses(key string) bool {
	return slices.ContainsFunc(im.records, func(rec *record) bool {
		got, bad := im.phase(tidy(rec.cells["phase"].cell.Text))
		return bad == nil && got == key
	})
}
