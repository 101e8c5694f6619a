package roster_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"renkei/internal/auth"
	"renkei/internal/auth/roster"
	authtexts "renkei/internal/auth/texts"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/sheet"
)

func exercise() roster.Known {
	cell := func(team, key, en, ja string) scenario.Unit {
		return scenario.Unit{Key: team + "/" + key, Parent: team, Cell: key, Code: "?", Name: scenario.Text{"en": en, "ja": ja}}
	}
	return roster.Known{
		Exercise: true,
		Units: []scenario.Unit{
			{Key: "asteria", Code: "AST", Name: scenario.Text{"en": "Asteria", "ja": "アステリア"}, CSIRT: scenario.Text{"": "CERT-AST"}},
			cell("asteria", "hospital", "Hospital", "病院"),
			cell("asteria", "ministry", "Ministry of Health", "保健省"),
			{Key: "borealis", Code: "BOR", Name: scenario.Text{"en": "Borealis", "ja": "ボレアリス"}},
			cell("borealis", "hospital", "Hospital", "病院"),
		},
		Accounts: map[string]string{"ada@example.org": "Ada Lovelace"},
	}
}

const head = "Name,Organisation,Mail,Role,Unit,Language\n"

func TestRead(t *testing.T) {
	t.Parallel()
	want := []auth.Invitee{
		{Row: 2, Name: "佐藤 健", Organisation: "CSIRT", Mail: "sato@example.org", Role: access.Player, Part: "asteria", Lang: "ja"},
		{Row: 4, Name: "Bo, Jr.", Role: access.Controller},
	}
	text := "氏名,所属,メールアドレス,役割,ユニット,言語\n佐藤　健,CSIRT,Ｓato@example.org ,参加者,アステリア,日本語\n,,,,,\n\"Bo, Jr.\",,,controller,,\n"
	in := func(e encoding.Encoding) []byte {
		raw, err := e.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	semicolons := strings.NewReplacer("\"Bo, Jr.\"", "%", ",", ";").Replace(text)
	for name, raw := range map[string][]byte{
		"UTF-8":      []byte(text),
		"with BOM":   []byte(sheet.BOM + text),
		"CRLF":       []byte(strings.ReplaceAll(text, "\n", "\r\n")),
		"UTF-16":     in(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)),
		"Shift_JIS":  in(japanese.ShiftJIS),
		"semicolons": []byte(strings.ReplaceAll(semicolons, "%", "Bo, Jr.")),
		"tabs":       []byte(strings.ReplaceAll(strings.ReplaceAll(semicolons, ";", "\t"), "%", "Bo, Jr.")),
		"workbook":   workbook(t),
	} {
		plan, err := roster.Read(raw, exercise())
		if err != nil || !slices.Equal(plan.Rows, want) {
			t.Errorf("%s: %+v, %+v, %v", name, plan.Rows, plan.Problems, err)
		}
	}
}

// workbook has the people on its third sheet: the first is hidden, the second
// empty.
func workbook(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	rows := [][]any{
		{"role", "Full name", "Organization", "E-mail", "Team", "lang"},
		{"Player", "佐藤 健", "CSIRT", "sato@example.org", "AST", "ja"},
		{},
		{"EXCON", "Bo, Jr."},
	}
	for _, name := range []string{"Old", "Empty", "People"} {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
	}
	for i, row := range rows {
		if err := errors.Join(f.SetSheetRow("People", fmt.Sprint("A", i+1), &row), f.SetSheetRow("Old", fmt.Sprint("A", i+1), &[]any{"nothing"})); err != nil {
			t.Fatal(err)
		}
	}
	err := f.DeleteSheet("Sheet1")
	f.SetActiveSheet(2)
	if err := errors.Join(err, f.SetSheetVisible("Old", false)); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestUnits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"asteria": "asteria", "AST": "asteria", "Asteria": "asteria", "アステリア": "asteria", "ｱｽﾃﾘｱ": "asteria", "cert-ast": "asteria",
		"asteria/hospital": "asteria/hospital", "Asteria / Hospital": "asteria/hospital", "BOR hospital": "borealis/hospital",
		"ボレアリス・病院": "borealis/hospital", "Ministry of Health": "asteria/ministry", "保健省": "asteria/ministry",
	} {
		plan, err := roster.Read([]byte(head+"Ada,,,player,"+text+",\n"), exercise())
		if err != nil || plan.Rows[0].Part != want {
			t.Errorf("%q: %+v, %+v", text, plan.Rows, plan.Problems)
		}
	}
}

// TestProblems has each thing that can be wrong, with its place and what was
// probably meant.
func TestProblems(t *testing.T) {
	t.Parallel()
	community := roster.Known{Accounts: map[string]string{}}
	seen := map[string]bool{}
	for name, tt := range map[string]struct {
		text  string
		known roster.Known
		want  []string // ref, code and meaning
	}{
		"empty":          {"", exercise(), []string{" file_empty "}},
		"blank":          {" ,,\n\n ,", exercise(), []string{" file_empty "}},
		"heads only":     {head, exercise(), []string{" file_empty "}},
		"old workbook":   {"\xd0\xcf\x11\xe0rest", exercise(), []string{" file_old "}},
		"no workbook":    {"PK\x03\x04rest", exercise(), []string{" file_unreadable "}},
		"large":          {strings.Repeat(" ", roster.MaxBytes+1), exercise(), []string{" file_large "}},
		"many":           {head + strings.Repeat("Ada,,,observer,,\n", 20_000), exercise(), []string{" too_many_rows "}},
		"headings":       {"Name,Nmae,Role,Team,unit,\nAda,x,observer,,,x\n", exercise(), []string{"B1 heading_unknown name", "E1 heading_twice ", "F1 heading_missing "}},
		"no columns":     {"Nama,Rol\nAda,observer\n", exercise(), []string{"A1 heading_unknown name", "B1 heading_unknown role", " column_missing ", " column_missing "}},
		"no name":        {head + ",,,observer,,\n", exercise(), []string{"A2 name_missing "}},
		"long":           {head + strings.Repeat("a", 101) + ",,,observer,,\n", exercise(), []string{"A2 too_long "}},
		"all of a row":   {head + ",,x,plyer,astria,englsh\n", exercise(), []string{"A2 name_missing ", "C2 mail_bad ", "F2 language_unknown english", "D2 role_unknown player", "E2 unit_unknown Asteria"}},
		"mail":           {head + "Bo,,<bo@example.org>,observer,,\nEd,,ed [at] example.org,observer,,\n", exercise(), []string{"C2 mail_bad bo@example.org", "C3 mail_bad ed@example.org"}},
		"no role":        {head + "Bo,,,,,\n", exercise(), []string{"D2 role_missing "}},
		"other role":     {head + "Bo,,,事務局,,\nEd,,,account,,\n", exercise(), []string{"D2 role_community ", "D3 role_community "}},
		"no unit":        {head + "Bo,,,player,,\n", exercise(), []string{"E2 unit_missing "}},
		"which unit":     {head + "Bo,,,player,hospital,\n", exercise(), []string{"E2 unit_ambiguous asteria/hospital"}},
		"no team":        {head + "Bo,,,national controller,保健省,\n", exercise(), []string{"E2 unit_no_team asteria"}},
		"too much":       {head + "Bo,,,director,asteria,\n", exercise(), []string{"E2 unit_too_much "}},
		"twice":          {head + "Bo,X,,player,asteria,\nbo,x,,Player,AST,\nBo,X,,player,borealis,\nBo,Y,,player,asteria,\n", exercise(), []string{" row_twice "}},
		"mail twice":     {head + "Bo,,bo@example.org,observer,,\nEd,,BO@example.org,observer,,\nBo,,bo@example.org,controller,,\n", exercise(), []string{" row_twice "}},
		"mail of two":    {head + "Bo,,bo@example.org,observer,,\nEd,,BO@example.org,controller,,\n", exercise(), []string{"C3 mail_twice "}},
		"mail taken":     {head + "Bo,,ada@example.org,observer,,\nADA lovelace,,ada@example.org,controller,,\n", exercise(), []string{"C2 mail_taken "}},
		"community":      {head + "Bo,,,,,\nEd,,ed@example.org,player,,\nAl,,al@example.org,,asteria,\n", community, []string{"C2 mail_missing ", "D3 role_exercise ", "E4 unit_nowhere "}},
		"community head": {"Name\nBo\n", community, []string{" column_missing "}},
	} {
		plan, err := roster.Read([]byte(tt.text), tt.known)
		var got []string
		for _, p := range plan.Problems {
			got = append(got, p.Ref+" "+p.Code+" "+p.Meaning)
			seen[p.Code] = true
		}
		if !errors.Is(err, auth.ErrPlan) || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, %v; want %q", name, got, err, tt.want)
		}
	}
	seen[string(roster.CellBroken)] = true // only workbooks have them: TestBroken
	for _, code := range roster.Codes() {
		if !seen[string(code)] {
			t.Errorf("nothing was %s", code)
		}
	}
}

func TestBroken(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	defer f.Close()
	err := errors.Join(f.SetSheetRow("Sheet1", "A1", &[]any{"name", "role"}), f.SetCellFormula("Sheet1", "A2", "B9"), f.SetCellValue("Sheet1", "B2", "observer"))
	var out bytes.Buffer
	if err := errors.Join(err, f.Write(&out)); err != nil {
		t.Fatal(err)
	}
	plan, _ := roster.Read(out.Bytes(), exercise())
	if len(plan.Problems) != 1 || plan.Problems[0].Code != string(roster.CellBroken) || plan.Problems[0].Ref != "Sheet1!A2" {
		t.Errorf("%+v", plan.Problems)
	}
}

func TestCommunity(t *testing.T) {
	t.Parallel()
	plan, err := roster.Read([]byte("name;mail;role\nAda;ada@example.org;\nBo;bo@example.org;secretary\nEd;ed@example.org;アカウント\n"), roster.Known{})
	want := []auth.Invitee{
		{Row: 2, Name: "Ada", Mail: "ada@example.org"}, {Row: 3, Name: "Bo", Mail: "bo@example.org", Role: auth.Secretary}, {Row: 4, Name: "Ed", Mail: "ed@example.org"},
	}
	if err != nil || !slices.Equal(plan.Rows, want) {
		t.Errorf("%+v, %+v, %v", plan.Rows, plan.Problems, err)
	}
}

// TestMany takes as many as there may be, and not one more.
func TestMany(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(head)
	for i := range roster.MaxRows {
		fmt.Fprintf(&b, "Person %d,,p%d@example.org,player,asteria,\n", i, i)
	}
	if plan, err := roster.Read([]byte(b.String()), exercise()); err != nil || len(plan.Rows) != roster.MaxRows {
		t.Errorf("%d rows, %v", len(plan.Rows), err)
	}
	b.WriteString("One More,,,observer,,\n")
	if plan, err := roster.Read([]byte(b.String()), exercise()); err == nil || plan.Problems[0].Code != string(roster.TooManyRows) || plan.Problems[0].Row != roster.MaxRows+2 {
		t.Errorf("one more: %+v", plan.Problems)
	}
}

// TestSay has a sentence for every problem in every language.
func TestSay(t *testing.T) {
	t.Parallel()
	c, err := i18n.New(authtexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{"Max": 1, "Text": "x", "Role": access.Player, "Column": roster.Name, "Cell": "A1", "Row": 2, "Owner": "o", "Units": "u"}
	for _, lang := range i18n.Languages() {
		for _, code := range roster.Codes() {
			said := roster.Say(c.For(lang), auth.Problem{Code: string(code), Args: all, Meaning: "sense"})
			if strings.HasPrefix(said, "roster.") || strings.Contains(said, "<no value>") || strings.Contains(said, "roster.role") || !strings.Contains(said, "sense") {
				t.Errorf("%s in %s: %q", code, lang, said)
			}
		}
	}
	plan, _ := roster.Read([]byte(head+"Ada,,,plyer,,\n"), exercise())
	if got, want := roster.Say(c.For("en"), plan.Problems[0]), "“plyer” is not a role. Did you mean “player”?"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestExample(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		raw, err := roster.Example(lang)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := roster.Read(raw, exercise())
		if err != nil || len(plan.Rows) != 5 || !bytes.HasPrefix(raw, []byte(sheet.BOM)) {
			t.Errorf("%s: %d rows, %+v", lang, len(plan.Rows), plan.Problems)
		}
	}
	if _, err := roster.Example("xx"); err == nil {
		t.Error("there is one in every language")
	}
}

func TestHandout(t *testing.T) {
	t.Parallel()
	c, err := i18n.New(authtexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	table := roster.Handout(c.For("en"), "https://renkei.example.org/", []auth.Issued{
		{Invitee: auth.Invitee{Name: "=Ada", Role: access.Player, Part: "a"}, State: auth.StateInvited, Link: "secret"},
		{Invitee: auth.Invitee{Name: "Bo", Mail: "bo@example.org"}, State: auth.StateHas},
	}, strings.ToUpper)
	var b strings.Builder
	if err := table.WriteCSV(&b, false); err != nil {
		t.Fatal(err)
	}
	want := "Name,Organisation,Mail,Role,Unit,State,Link (works once),Good until\r\n" +
		"'=Ada,,,Player,A,Link made,https://renkei.example.org/in/secret,\r\nBo,,bo@example.org,Account,,Has it already,,\r\n"
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

// FuzzRead gives either people who all fit, or problems that all can be said.
func FuzzRead(f *testing.F) {
	c, err := i18n.New(authtexts.Area())
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		head + "Ada,X,ada@example.org,player,asteria,ja\n", head + ",,x,plyer,astria,englsh\n", "氏名\t役割\n佐藤\tオブザーバー\n",
		head + strings.Repeat(",", 1000), head + "＝1+1,a;=1+1,@x,-1,+1,\t\n", head + "a" + strings.Repeat("\u0301", 500),
		"\xff\xfen\x00a\x00m\x00e\x00", "PK\x03\x04", "name,,\n\"", "",
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, raw []byte, inExercise bool) {
		known := exercise()
		known.Exercise = inExercise
		plan, err := roster.Read(raw, known)
		if (err == nil) != (len(plan.Problems) == 0) {
			t.Fatalf("%v with %d problems", err, len(plan.Problems))
		}
		for _, p := range plan.Problems {
			if said := roster.Say(c.For("en"), p); strings.Contains(said, "<no value>") || strings.HasPrefix(said, "roster.") {
				t.Errorf("%+v is said %q", p, said)
			}
		}
		for _, p := range plan.Rows {
			if p.Name == "" || inExercise != access.Fits(p.Role, "x", p.Part) || !inExercise && p.Mail == "" {
				t.Errorf("%+v", p)
			}
		}
	})
}
