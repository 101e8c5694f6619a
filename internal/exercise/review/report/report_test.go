package report_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/review/report"
	"renkei/internal/exercise/scenario"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
)

var update = flag.Bool("update", false, "write the golden files anew")

func printer(tb testing.TB, lang string) *i18n.Printer {
	tb.Helper()
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		tb.Fatal(err)
	}
	return texts.For(lang)
}

// load reads a report that the review has computed of a small exercise.
func load(tb testing.TB, path string) *review.Report {
	tb.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	var r review.Report
	if err := json.Unmarshal(raw, &r); err != nil {
		tb.Fatal(err)
	}
	return &r
}

// fixtures are the reports of the review's own tests, for every reader.
func fixtures(tb testing.TB) map[string]*review.Report {
	tb.Helper()
	paths, err := filepath.Glob("../testdata/report.*.json")
	if err != nil || len(paths) < 6 {
		tb.Fatal(paths, err)
	}
	out := map[string]*review.Report{}
	for _, path := range paths {
		out[filepath.Base(path)] = load(tb, path)
	}
	return out
}

func page(tb testing.TB, r *review.Report, lang string) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := report.HTML(&b, r, printer(tb, lang)); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ja"} {
		got := page(t, load(t, "testdata/excon."+lang+".json"), lang)
		path := "testdata/excon." + lang + ".html"
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs; run with -update, look at it in a browser and at the difference", path)
		}
	}
}

// TestEveryReader: for every reader and language the page is whole, says what
// it must, and leads nowhere else.
func TestEveryReader(t *testing.T) {
	t.Parallel()
	for name, r := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := printer(t, r.Reader.Lang)
			doc := parse(t, page(t, r, r.Reader.Lang))
			checkShut(t, doc)
			checkLinks(t, doc)
			checkPictures(t, doc)
			checkTexts(t, doc)
			if got := text(one(t, doc, "h1")); got == "" {
				t.Error("no title")
			}
			for _, m := range doc.all(".marking") {
				if got := text(m); !strings.Contains(got, p.T("report.marking")) || !strings.Contains(got, "TLP:"+r.Label.String()) {
					t.Errorf("marking: %q", got)
				}
			}
			if got := one(t, doc, "html"); attr(got, "lang") != r.Reader.Lang {
				t.Errorf("lang %q", attr(got, "lang"))
			}
			if got := len(doc.all(".findings li")); got != len(r.Findings) {
				t.Errorf("%d findings shown, %d are there", got, len(r.Findings))
			}
			if got := len(doc.all(".plan tbody tr")); got != len(r.Plan) {
				t.Errorf("%d rows of the plan shown, %d are there", got, len(r.Plan))
			}
			if got := len(doc.all(".events tbody tr")); got != len(r.Events) {
				t.Errorf("%d events shown, %d are there", got, len(r.Events))
			}
			if got := len(doc.all("details.unit")); got != len(r.Result.Units) {
				t.Errorf("%d units shown, %d are there", got, len(r.Result.Units))
			}
		})
	}
}

// TestFirstScreen: what each reader wants first stands before everything else.
func TestFirstScreen(t *testing.T) {
	t.Parallel()
	all := fixtures(t)
	excon, unit, public := all["report.excon.en.json"], all["report.unit.en.json"], all["report.public.en.json"]
	front := func(r *review.Report) string { return text(one(t, parse(t, page(t, r, "en")), "header.front")) }

	if got := front(excon); !strings.Contains(got, "Full report for EXCON") || !strings.Contains(got, "Complete and verified") {
		t.Error(got)
	}
	name := unit.Name(unit.Reader.For)
	if got := front(unit); !strings.Contains(got, "Report for "+name+" alone") || !strings.Contains(got, name+" acknowledged") {
		t.Error(got)
	}
	got := front(public)
	for _, u := range excon.Result.Units {
		if strings.Contains(got, excon.Name(u.Key)) {
			t.Errorf("the public report names %s", u.Key)
		}
	}
	if !strings.Contains(got, "no member, person or unit is named") || !strings.Contains(got, "names of members") {
		t.Error(got)
	}

	torn := clone(t, excon)
	torn.Result.Log.Torn, torn.Result.Log.Complete, torn.Result.Exercise.Ended = true, false, nil
	if got := front(torn); !strings.Contains(got, "Cut off within a line") || !strings.Contains(got, "before ENDEX") {
		t.Error(got)
	}
	never := clone(t, excon)
	never.Result.Exercise.Started, never.Result.Exercise.Ended = nil, nil
	if got := front(never); !strings.Contains(got, "has not begun") {
		t.Error(got)
	}
	narrowed := clone(t, excon)
	narrowed.Reader.TLP, narrowed.Label = scenario.TLPGreen, scenario.TLPGreen
	narrowed.LeftOut = review.LeftOut{ByTLP: 7, Findings: 2}
	if got := front(narrowed); !strings.Contains(got, "7 injects and messages above TLP:GREEN, 2 findings") {
		t.Error(got)
	}
}

// TestFiveSentences: the first screen says five things at most, one of each
// rule before a second one of any.
func TestFiveSentences(t *testing.T) {
	t.Parallel()
	r := clone(t, fixtures(t)["report.excon.en.json"])
	r.Findings, r.Plan = nil, nil
	add := func(kind, key string, units int) {
		f := review.Finding{Kind: kind, Key: key, Text: key + "/" + string(rune('0'+units)), Args: map[string]any{}}
		for range units {
			f.Units = append(f.Units, r.Result.Units[0].Key)
		}
		r.Findings = append(r.Findings, f)
	}
	add("strength", "flow_all", 1)
	add("strength", "flow_all", 2)
	add("improve", "flow_missing", 1)
	add("improve", "flow_missing", 3)
	add("improve", "flow_slow", 1)
	add("improve", "load_peak", 2)
	doc := parse(t, page(t, r, "en"))
	got := make([]string, 0, 5)
	for _, li := range doc.all(".key li") {
		got = append(got, strings.Fields(text(li))[0])
	}
	want := []string{"flow_all/2", "flow_all/1", "flow_missing/3", "load_peak/2", "flow_slow/1"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// clone copies a report, so that a test may change it.
func clone(tb testing.TB, r *review.Report) *review.Report {
	tb.Helper()
	raw, err := json.Marshal(r)
	if err != nil {
		tb.Fatal(err)
	}
	var out review.Report
	if err := json.Unmarshal(raw, &out); err != nil {
		tb.Fatal(err)
	}
	return &out
}

// hostile is what a player could type to break out of the page.
const hostile = "</td></table><script>alert(1)</script><img src=x onerror=alert(1)>\" onload=\"x\x1b[31m \u202egnp.exe\u2066 '; --><svg/onload=alert(1)>\x00"

// planBefore is an improvement plan that was carried into an exercise.
func planBefore() review.LastPlan {
	return review.LastPlan{From: "spring", Title: "Spring drill", Ended: "2026-05-01T09:00:00Z", Issues: []review.PlanRow{
		{N: 1, Title: "Warn the next", Action: "Write it down", Responsible: "the desk", Completion: "2026-09-30", Status: "done", Remark: "SOP 4.2"},
		{N: 2, Title: "Mail filter", Action: "Buy one", Status: "open"},
	}}
}

// TestPlanBeforeIsTold: the report says what became of the plan of the exercise
// before, and leads to it from the summary.
func TestPlanBeforeIsTold(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][]string{
		"en": {"Of 2 actions from Spring drill (2026-05-01), 1 is done, 0 begun, 1 open and 0 dropped.", "Warn the next", "SOP 4.2", "Actions from the last exercise"},
		"ja": {"「Spring drill」（2026-05-01）から引き継いだ是正措置2件のうち、完了は1件", "前回演習の是正措置の状況"},
	} {
		r := clone(t, fixtures(t)["report.excon."+lang+".json"])
		r.LastPlan = planBefore()
		text := string(page(t, r, lang))
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q is missing", lang, w)
			}
		}
	}
}

func TestHostileTexts(t *testing.T) {
	t.Parallel()
	r := clone(t, fixtures(t)["report.excon.en.json"])
	r.LastPlan = planBefore()
	before := shape(parse(t, page(t, r, "en")))
	spoil(r)
	raw := page(t, r, "en")
	doc := parse(t, raw)
	checkShut(t, doc)
	checkLinks(t, doc)
	for _, tag := range []string{"script", "img", "iframe", "object", "link", "form"} {
		if doc.count(tag) > 0 {
			t.Errorf("a <%s> got in", tag)
		}
	}
	for _, r := range []rune{0x1b, 0x202e, 0x2066, 0} {
		if bytes.ContainsRune(raw, r) {
			t.Errorf("the page holds %U", r)
		}
	}
	if after := shape(doc); !maps.Equal(before, after) {
		t.Errorf("hostile texts changed the elements of the page: %v, before %v", after, before)
	}
}

// spoil puts hostile text wherever a player, a pack or a log can.
func spoil(r *review.Report) {
	for key := range r.Names {
		r.Names[key] = hostile
	}
	for key := range r.Titles {
		r.Titles[key] = hostile
	}
	for i := range r.Findings {
		r.Findings[i].Text, r.Findings[i].Units = hostile, nil
	}
	for i := range r.Plan {
		row := &r.Plan[i]
		row.Title, row.Action, row.Cause, row.Reference, row.Responsible, row.Contact = hostile, hostile, hostile, hostile, hostile, hostile
		row.Start, row.Completion, row.Remark = hostile, hostile, hostile
		for j := range r.Plan[i].Concerns {
			r.Plan[i].Concerns[j].Text = hostile
		}
	}
	if len(r.LastPlan.Issues) > 0 {
		last := &r.LastPlan.Issues[0]
		last.Title, last.Action, last.Responsible, last.Contact, last.Completion, last.Remark = hostile, hostile, hostile, hostile, hostile, hostile
		r.LastPlan.Title, r.LastPlan.Ended = hostile, hostile
	}
	r.Overview = review.Overview{Sponsor: hostile, Contacts: hostile, Scope: hostile, Summary: hostile}
	for i := range r.Notes {
		r.Notes[i].Text, r.Notes[i].Re = hostile, hostile
	}
	for i := range r.Events {
		r.Events[i].Text, r.Events[i].Type = hostile, exercise.Type(hostile)
	}
	for i := range r.Flow.Unexpected {
		r.Flow.Unexpected[i].Text = hostile
	}
	for i := range r.Flow.Indicators {
		r.Flow.Indicators[i].Form, r.Flow.Indicators[i].Flow = hostile, hostile
	}
	for i := range r.Flow.Broken {
		r.Flow.Broken[i].Re = hostile
	}
	for i := range r.Evaluation.Objectives {
		o := &r.Evaluation.Objectives[i]
		o.Key, o.Title = hostile, scenario.Text{"en": hostile}
		for j := range o.Critical {
			o.Critical[j].Title = scenario.Text{"en": hostile}
		}
	}
	r.Result.Exercise.Title = scenario.Text{"en": hostile}
	r.Result.Exercise.Pack, r.Result.Exercise.Version, r.Result.Exercise.Hash = hostile, hostile, hostile
}

// shape counts the elements of a page that a text could add to or take away.
func shape(d *document) map[string]int {
	out := map[string]int{}
	for _, n := range d.nodes {
		switch n.Data {
		case "table", "tr", "td", "th", "svg", "section", "details", "main", "bdi", "li", "use", "head", "body":
			out[n.Data]++
		}
	}
	return out
}

// checkShut: no script, nothing from elsewhere, and a policy that says so.
func checkShut(t *testing.T, d *document) {
	t.Helper()
	for _, n := range d.nodes {
		if n.Data == "script" || n.Data == "link" || n.Data == "base" {
			t.Errorf("the page has a <%s>", n.Data)
		}
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"):
				t.Errorf("<%s> has %s", n.Data, a.Key)
			case a.Key == "src" || a.Key == "href" && !strings.HasPrefix(a.Val, "#") || a.Key == "srcset":
				t.Errorf("<%s> refers to %s", n.Data, a.Val)
			case strings.Contains(a.Val, "url(") && !strings.Contains(a.Val, "url(#"):
				t.Errorf("<%s %s> refers to %s", n.Data, a.Key, a.Val)
			}
		}
	}
	css := text(one(t, d, "style"))
	if strings.Contains(css, "@import") || strings.Count(css, "url(") != strings.Count(css, "url(#") {
		t.Error("the style refers to something outside")
	}
	policy := ""
	for _, n := range d.all("meta") {
		if attr(n, "http-equiv") == "Content-Security-Policy" {
			policy = attr(n, "content")
		}
	}
	if !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("policy %q", policy)
	}
}

// checkLinks: every link leads to something, and no id stands twice.
func checkLinks(t *testing.T, d *document) {
	t.Helper()
	ids := map[string]int{}
	for _, n := range d.nodes {
		if id := attr(n, "id"); id != "" {
			ids[id]++
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %q stands %d times", id, n)
		}
	}
	for _, n := range d.nodes {
		if to := strings.TrimPrefix(attr(n, "href"), "#"); to != "" && ids[to] == 0 {
			t.Errorf("<%s> leads to #%s, which is not there", n.Data, to)
		}
		for _, id := range strings.Fields(attr(n, "aria-labelledby")) {
			if ids[id] == 0 {
				t.Errorf("<%s> is named by #%s, which is not there", n.Data, id)
			}
		}
	}
}

// checkPictures: every picture has a title and a description.
func checkPictures(t *testing.T, d *document) {
	t.Helper()
	seen := 0
	for _, n := range d.all("svg") {
		if attr(n, "aria-hidden") == "true" {
			continue
		}
		seen++
		if child(n, "title") == "" || child(n, "desc") == "" || !slices.Contains([]string{"img", "group"}, attr(n, "role")) {
			t.Errorf("picture %q without title or description", attr(n, "class"))
		}
	}
	if seen < 4 {
		t.Errorf("%d pictures", seen)
	}
}

// checkTexts: no key of the catalogue and no empty placeholder is shown.
func checkTexts(t *testing.T, d *document) {
	t.Helper()
	body := text(one(t, d, "body"))
	for _, bad := range []string{"report.", "review.", "<no value>", "%!", "NaN", "+Inf"} {
		for _, line := range strings.Split(body, "\n") {
			if i := strings.Index(line, bad); i >= 0 && !strings.Contains(line, "{{") && !isOwnWord(line, i) {
				t.Errorf("the page says %q", line)
			}
		}
	}
}

// isOwnWord reports whether "report." ends a sentence.
func isOwnWord(line string, i int) bool {
	rest := line[i:]
	_, after, _ := strings.Cut(rest, ".")
	return after == "" || after[0] == ' '
}

func TestTextsOfBothLanguages(t *testing.T) {
	t.Parallel()
	en, err := i18n.Texts("en", exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	ja, err := i18n.Texts("ja", exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	code := sources(t)
	for _, key := range slices.Sorted(maps.Keys(en)) {
		rest, ok := strings.CutPrefix(key, "report.")
		if !ok {
			continue
		}
		if en[key] == "" || ja[key] == "" {
			t.Errorf("%s: en %q, ja %q", key, en[key], ja[key])
		}
		for _, text := range []string{en[key], ja[key]} {
			for _, other := range []string{en[key], ja[key]} {
				for _, name := range placeholders(text) {
					if !strings.Contains(other, "."+name) {
						t.Errorf("%s: %q has no %s", key, other, name)
					}
				}
			}
		}
		stem := rest[:strings.LastIndex(rest, ".")+1]
		if !strings.Contains(code, `"`+rest+`"`) && (stem == "" || !strings.Contains(code, `"`+stem+`"`)) && !built(rest) {
			t.Errorf("%s: nobody asks for it", key)
		}
	}
	for key := range ja {
		if _, ok := en[key]; !ok && strings.HasPrefix(key, "report.") {
			t.Errorf("%s: in Japanese only", key)
		}
	}
}

// built reports whether a key is put together of parts with dots of their own.
func built(key string) bool {
	return strings.HasPrefix(key, "word.") || strings.HasPrefix(key, "net.l-") || strings.HasPrefix(key, "key.") ||
		strings.HasPrefix(key, "sheet.") || strings.HasPrefix(key, "rating.short.") || strings.HasPrefix(key, "fact.") && strings.HasSuffix(key, ".public")
}

func placeholders(s string) []string {
	var out []string
	for _, part := range strings.Split(s, "{{")[1:] {
		inside, _, _ := strings.Cut(part, "}}")
		for _, word := range strings.Fields(inside) {
			if name, ok := strings.CutPrefix(word, "."); ok {
				out = append(out, name)
			}
		}
	}
	return out
}

func sources(tb testing.TB) string {
	tb.Helper()
	var b strings.Builder
	for _, pattern := range []string{"*.go", "*.templ"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			tb.Fatal(err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
				continue
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				tb.Fatal(err)
			}
			b.Write(raw)
		}
	}
	return b.String()
}

// document is a parsed page with a small choice of selectors.
type document struct{ nodes []*html.Node }

func parse(tb testing.TB, raw []byte) *document {
	tb.Helper()
	root, err := html.Parse(bytes.NewReader(raw))
	if err != nil {
		tb.Fatal(err)
	}
	d := &document{}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			d.nodes = append(d.nodes, n)
		}
	}
	return d
}

func (d *document) count(tag string) int { return len(d.all(tag)) }

// all gives the elements that a selector names: "tag", ".class", "tag.class",
// and these one within the other, with a space between.
func (d *document) all(selector string) []*html.Node {
	parts := strings.Fields(selector)
	var out []*html.Node
	for _, n := range d.nodes {
		if matches(n, parts) {
			out = append(out, n)
		}
	}
	return out
}

func matches(n *html.Node, parts []string) bool {
	if !is(n, parts[len(parts)-1]) {
		return false
	}
	rest := parts[:len(parts)-1]
	for up := n.Parent; up != nil && len(rest) > 0; up = up.Parent {
		if up.Type == html.ElementNode && is(up, rest[len(rest)-1]) {
			rest = rest[:len(rest)-1]
		}
	}
	return len(rest) == 0
}

func is(n *html.Node, part string) bool {
	tag, class, _ := strings.Cut(part, ".")
	return (tag == "" || n.Data == tag) && (class == "" || slices.Contains(strings.Fields(attr(n, "class")), class))
}

func one(tb testing.TB, d *document, selector string) *html.Node {
	tb.Helper()
	found := d.all(selector)
	if len(found) == 0 {
		tb.Fatalf("no %s", selector)
	}
	return found[0]
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func child(n *html.Node, tag string) string {
	for c := range n.ChildNodes() {
		if c.Data == tag {
			return text(c)
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		switch c.Type {
		case html.TextNode:
			b.WriteString(c.Data)
		case html.ElementNode:
			b.WriteString("\n")
		}
	}
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), "\n")
}
