package server_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"renkei/internal/server"
	"renkei/internal/web"
)

var update = flag.Bool("update", false, "write the golden list of routes anew")

// TestGuardRoutes holds the addresses of all routes against the list by which
// the guards in e2e ask for every page. Who may use which is in the tables of
// TestRoutes, which has to have them all, and no others.
func TestGuardRoutes(t *testing.T) {
	t.Parallel()
	const path = "../../e2e/testdata/guard/routes.txt"
	all := slices.Sorted(slices.Values(web.Patterns(server.Areas(server.Deps{}))))
	text := strings.Join(all, "\n") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if text != string(want) {
		listed := strings.Fields(strings.ReplaceAll(string(want), " ", "_"))
		for _, p := range all {
			if !slices.Contains(listed, strings.ReplaceAll(p, " ", "_")) {
				t.Errorf("%s is new", p)
			}
		}
		t.Errorf("the routes are:\n%s\nwant:\n%s", text, want)
	}
	for p := range tables() {
		if !slices.Contains(all, p) {
			t.Errorf("%s is in the tables, and no route", p)
		}
	}
}
