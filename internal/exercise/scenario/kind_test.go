package scenario

import (
	"slices"
	"strings"
	"testing"
)

// TestKindsOfPacks: a tabletop needs no injects; what it has beside them its
// kind checks, and without the kind it is refused.
func TestKindsOfPacks(t *testing.T) {
	t.Parallel()
	const yaml = `
format: renkei/1
key: x
version: "1"
kind: ttx
title: X
languages: [en]
duration: 1h
startex: 2027-06-16T01:00:00Z
`
	parse := func(kind string) *Pack {
		t.Helper()
		p, ds := Parse(map[string][]byte{
			"pack.yaml": []byte(strings.Replace(yaml, "ttx", kind, 1)), "texts/en/M1.md": []byte("# x\n\ny\n"), "tabletop.yaml": []byte("modules: []\n"),
		})
		if Failed(ds) != (kind == KindRCX) { // which lacks its MSEL
			t.Fatalf("%s: %v", kind, ds)
		}
		return p
	}
	codesOf := func(ds []Diagnostic) (all []string) {
		for _, d := range ds {
			all = append(all, d.Code)
		}
		return all
	}
	found := Diagnostic{Pos: Pos{File: "tabletop.yaml", Line: 1, Col: 1}, Code: codeFieldEmpty}
	own := Kind{Name: KindTTX, Check: func(*Pack) []Diagnostic { return []Diagnostic{found} }}
	if got := codesOf(CheckAs(parse(KindTTX), []Kind{own})); !slices.Equal(got, []string{codeFieldEmpty}) {
		t.Errorf("with its kind: %v", got)
	}
	if got := codesOf(CheckAs(parse(KindTTX), nil)); !slices.Equal(got, []string{codeKindUnknown}) {
		t.Errorf("without its kind: %v", got)
	}
	if got := codesOf(CheckAs(parse(KindRCX), []Kind{own})); slices.Contains(got, codeFieldEmpty) || slices.Contains(got, codeKindUnknown) {
		t.Errorf("an exercise: %v", got)
	}
	if CheckAs(nil, nil) != nil {
		t.Error("findings about nothing")
	}
}
