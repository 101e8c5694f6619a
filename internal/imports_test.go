package internal_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rule says what packages below a path may not import, subfolders included.
type rule struct {
	below  string   // a path below internal, without the last slash
	but    []string // paths below that to which the rule does not apply
	denies []string // paths below internal, or packages of others
	why    string
}

// rules are who may import whom. docs/design.md says why.
func rules() []rule {
	sql, http := "database/sql", "net/http"
	stores := []string{"database", "storage", "auth/authstore", "exercise/eventstore", "community/store"}
	return []rule{
		{"", []string{"server"}, []string{"server"}, "server is the only wiring"},
		{"web", nil, []string{"exercise", "community", "api", sql}, "the shell of the pages knows no area"},
		{"auth", []string{"auth/pages", "auth/roster"}, []string{"exercise", "community", "web", http}, "who somebody is knows no area and no pages"},
		{"auth/pages", nil, []string{"exercise", "community", sql}, "areas do not import areas"},
		{"community", []string{"community/area", "community/store", "community/pages", "community/api"}, append([]string{"exercise", "web", "api", sql, http}, stores...), "the community is domain"},
		{"community/store", nil, []string{"exercise", "web", "api", "auth", http}, "a store knows its domain and the database"},
		{"community/pages", nil, []string{"exercise/pages", "exercise/hosting", "exercise/eventstore", sql}, "areas do not import areas"},
		{"database", nil, []string{"auth", "exercise", "community", "web", http}, "the database knows no area"},
		{"exercise/scenario", nil, append([]string{"exercise/conduct", "exercise/hosting", "exercise/review", "web", sql}, stores...), "the pack is domain"},
		{"exercise/review", nil, append([]string{"exercise/conduct", "exercise/hosting", "web", sql, http}, stores...), "review reads the log and nothing else"},
		{"exercise/archive", nil, append([]string{"exercise/conduct", "exercise/hosting", "web", sql, http}, stores...), "the file form is domain"},
		{"exercise/bots", nil, append([]string{"exercise/conduct", "exercise/hosting", "web", sql, http}, stores...), "simulated teams decide as people do"},
		{"exercise/follow", nil, append([]string{"exercise/conduct", "exercise/hosting", "web", sql, http}, stores...), "followers read what was committed"},
		{"exercise/conduct", nil, []string{"exercise/hosting", "exercise/pages", "web", "auth", http}, "the conductor knows no people and no pages"},
		{"exercise/chat", nil, []string{"exercise/pages", "web", "api", "database", "storage", sql, http}, "a chat is told of an exercise by hosting, and by the outbox"},
		{"exercise/hosting", nil, []string{"exercise/pages", "web", "api", http}, "hosting knows no pages"},
		{"exercise/ballot", []string{"exercise/ballot/ballotstore"}, append([]string{"exercise/conduct", "exercise/hosting", "web", sql, http}, stores...), "sealing knows no database"},
		{"exercise", nil, []string{"tabletop"}, "engine, conduct and hosting are handed kinds"},
		{"tabletop/pages", nil, []string{"exercise/eventstore", "exercise/bots", "community", "handbook", "programme", "api", "database", "storage", sql}, "pages reach the exercise through its requests"},
		{"tabletop/joining", nil, []string{"exercise", "auth", "web", "community", "handbook", "programme", http}, "a store knows its domain and the database"},
		{"tabletop", []string{"tabletop/pages", "tabletop/area", "tabletop/joining"}, append([]string{"exercise/hosting", "exercise/pages", "exercise/bots", "community/pages", "handbook", "programme", "web", sql, http}, stores...), "a tabletop knows engine, pack and conduct"},
		{"exercise/pages", nil, []string{"api", "exercise/eventstore", "database", "storage", sql}, "pages reach the store through hosting and auth"},
		{"api", nil, []string{"web", "exercise/pages", sql}, "programs and pages know nothing of each other"},
		{"journal", nil, []string{"exercise", "web", "auth", "database", sql, http}, "the log as bytes is shared"},
		{"sheet", nil, []string{"exercise", "web", "auth", sql, http}, "tables are shared"},
		{"handbook", []string{"handbook/store", "handbook/pages", "handbook/area", "handbook/api", "handbook/linkcheck"}, append([]string{"exercise", "web", sql, http}, stores...), "the handbook is domain"},
		{"handbook/store", nil, []string{"exercise", "web", "auth", http}, "the store knows no pages"},
		{"handbook/api", nil, []string{"exercise", "web", "database", "storage", sql}, "areas do not import areas"},
		{"handbook/linkcheck", nil, append([]string{"exercise", "web", "api", "auth", "handbook/pages", sql}, stores...), "the look at links knows the handbook only"},
		{"community/api", nil, []string{"exercise", "web", "community/store", "database", "storage", sql}, "areas do not import areas"},
		{"handbook/pages", nil, []string{"exercise", "api", "database", "storage", sql}, "areas do not import areas"},
		{"programme", []string{"programme/store", "programme/pages", "programme/area"}, append([]string{"exercise", "handbook", "web", sql, http}, stores...), "the programme is domain"},
		{"programme/store", nil, []string{"exercise", "handbook", "web", "auth", http}, "the store knows no pages"},
		{"programme/pages", nil, []string{"exercise", "handbook", "api", "storage", sql}, "areas do not import areas"},
		{"outbox", []string{"outbox/store", "outbox/pages", "outbox/area"}, append([]string{"exercise", "community", "web", "auth", "channel", sql, http}, stores...), "the outbox is domain"},
		{"outbox/store", nil, []string{"exercise", "community", "web", "auth", "channel", http}, "a store knows its domain and the database"},
		{"outbox/pages", nil, []string{"exercise", "community", "api", "channel", "database", "storage", sql}, "areas do not import areas"},
		{"channel", []string{"channel/mattermost/store", "channel/mail/store"}, append([]string{"exercise", "community", "handbook", "web", "api", "auth", sql}, stores...), "channels are adapters of the outbox"},
		{"channel/mattermost/store", nil, []string{"exercise", "community", "handbook", "web", "api", "auth", "outbox", "net/http"}, "a store knows its domain and the database"},
		{"channel/mail/store", nil, []string{"exercise", "community", "handbook", "web", "api", "auth", "outbox", "net/http"}, "a store knows its domain and the database"},
		{"", []string{"server", "channel"}, []string{"channel"}, "areas put into the outbox, and server hands the channels in"},
		{"search", nil, []string{"exercise", "community", "handbook", "auth", "web", http}, "search knows no area"},
		{"staticsite", nil, []string{"exercise", "community", "handbook", "programme", "auth", "web", "database", sql, http}, "copies are shared"},
		{"calendar", nil, []string{"exercise", "community", "programme", "auth", "web", "database", sql, http}, "calendars are shared"},
		{"i18n", nil, []string{"exercise", "web", "auth", sql, http}, "texts are shared"},
	}
}

func within(path, below string) bool {
	return below == "" || path == below || strings.HasPrefix(path, below+"/")
}

// violations lists what breaks a rule: a package of internal and its imports.
func violations(pkg string, imports []string) (all []string) {
	const own = "renkei/internal/"
	for _, r := range rules() {
		if !within(pkg, r.below) || slices.ContainsFunc(r.but, func(b string) bool { return within(pkg, b) }) {
			continue
		}
		for _, imp := range imports {
			path := strings.TrimPrefix(imp, own)
			if slices.ContainsFunc(r.denies, func(d string) bool { return within(path, d) }) {
				all = append(all, pkg+" imports "+path+": "+r.why)
			}
		}
	}
	return all
}

// TestImports holds every package to the rules, and the engine itself to its
// own: nothing but the pack, and no clock of the network or the database.
func TestImports(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		pkg, inside := strings.CutPrefix(words[0], "renkei/internal/")
		if !inside || within(pkg, "testkit") {
			continue
		}
		n++
		for _, v := range violations(pkg, words[1:]) {
			t.Error(v)
		}
		if pkg != "exercise" {
			continue
		}
		for _, imp := range words[1:] {
			path, own := strings.CutPrefix(imp, "renkei/internal/")
			if imp == "net/http" || imp == "database/sql" || own && !within(path, "exercise/scenario") && path != "binenc" {
				t.Errorf("the engine imports %s", imp)
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d packages were looked at", n)
	}
}

// TestBrokenRuleIsFound breaks rules on purpose, below subfolders too.
func TestBrokenRuleIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pkg, imp string
		broken   bool
	}{
		{"web/style", "renkei/internal/exercise", true},
		{"exercise/review/report", "renkei/internal/exercise/eventstore", true},
		{"exercise/pages/desk", "database/sql", true},
		{"auth/limit", "renkei/internal/exercise/access", true},
		{"exercise/pages/desk", "renkei/internal/exercise/hosting", false},
		{"web", "renkei/internal/auth", false},
	} {
		if got := len(violations(c.pkg, []string{c.imp})) > 0; got != c.broken {
			t.Errorf("%s imports %s: broken is %v, want %v", c.pkg, c.imp, got, c.broken)
		}
	}
}
