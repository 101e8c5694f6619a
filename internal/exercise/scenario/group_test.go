package scenario

import (
	"strings"
	"testing"
)

// groupPack is a small pack with a flow whose `what` is given.
func groupPack(t *testing.T, what string) (*Pack, []Diagnostic) {
	t.Helper()
	files := starterFiles(t)
	msel := string(files[mselFile])
	from := strings.Index(msel, "  what: ")
	if from < 0 {
		t.Fatal("the starter pack has no flow with `what`")
	}
	end := from + strings.IndexByte(msel[from:], '\n')
	files[mselFile] = []byte(msel[:from] + "  what: " + what + msel[end:])
	pack, found := Parse(files)
	if pack != nil {
		found = append(found, Check(pack)...)
	}
	return pack, found
}

// TestFlowWantsOneOfEachGroup asks that a message makes a flow when it mentions
// one form of every group, and that what is missing is said by its number.
func TestFlowWantsOneOfEachGroup(t *testing.T) {
	t.Parallel()
	const what = `[[Skerry, スケリー, "TP-1"], {en: ["flaw*", "TP-1"], ja: [脆弱性]}]`
	pack, found := groupPack(t, what)
	for _, d := range found {
		if !d.Warning {
			t.Fatalf("%v: %s %v", d.Pos, d.Code, d.Args)
		}
	}
	cast, err := NewCast(pack, sampleTeams(pack.Languages))
	if err != nil {
		t.Fatal(err)
	}
	flow := pack.FlowByKey("F1")
	for text, missing := range map[string]int{
		"Two flaws in Skerry.":       0,
		"スケリーに脆弱性があります。":             0,
		"TP-1 is yours.":             0,
		"Do you know anybody there?": 1,
		"Who has Skerry?":            2,
		"There is a flaw.":           1,
	} {
		v, err := cast.TryFlow(flow, 0, text)
		if err != nil || v.Right != (missing == 0) {
			t.Errorf("%q: right %v, %v", text, v.Right, err)
		}
		for _, n := range v.Notes {
			if n.Code == "group_wrong" && n.Args["N"] == missing {
				missing = 0
			}
		}
		if missing != 0 {
			t.Errorf("%q: group %d is not said to be missing: %v", text, missing, v.Notes)
		}
	}
}

// TestBrokenGroupsAreReported asks that a group that is none, or has no form, is
// found at its place.
func TestBrokenGroupsAreReported(t *testing.T) {
	t.Parallel()
	for what, code := range map[string]string{
		`[[a], b]`:               codeTypeForms,
		`[[a], []]`:              codeFieldEmpty,
		`[[a], ["{{nothing}}"]]`: codeTemplateVariable,
		`[[a], ["\u200b"]]`:      codeKeyEmpty,
	} {
		_, found := groupPack(t, what)
		ok := false
		for _, d := range found {
			ok = ok || d.Code == code && d.Pos.File == mselFile && d.Pos.Line > 1
		}
		if !ok {
			t.Errorf("what: %s: no %s in %v", what, code, found)
		}
	}
}

// TestTelephoneNumbers asks that a number in international form is found as
// people write it, and no other.
func TestTelephoneNumbers(t *testing.T) {
	t.Parallel()
	pack, _ := Parse(starterFiles(t))
	cast, err := NewCast(pack, sampleTeams(pack.Languages))
	if err != nil {
		t.Fatal(err)
	}
	forms, err := cast.Mentions(Forms{"": {"+999 20 4127"}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"+999 20 4127": true, "+999-20-4127": true, "+999.20.4127": true, "+999204127": true, "00999 20 4127": true, "(+999) 20 4127": true,
		"+999 20 4128": false, "+999 20 41271": false, "999 20 4127 1": false,
	} {
		if _, got := new(ReportKey).mentioned(Fold(text), forms); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
