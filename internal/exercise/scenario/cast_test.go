package scenario

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

func testTeams(n int) []Unit {
	var all []Unit
	for i := range n {
		key := string(rune('a' + i))
		all = append(all, Unit{
			Key: key, Code: strings.ToUpper(key), Name: Text{"en": "Land " + key, "ja": key + "国"},
			CSIRT: Text{"": "CERT-" + key}, Domain: key + ".example", Locale: "ja", Zone: "Asia/Tokyo", N: i + 1,
		})
	}
	return all
}

func testCast(t *testing.T, vars map[string]string, teams int) (*Cast, error) {
	t.Helper()
	p := &Pack{Languages: []string{"en", "ja"}, Startex: time.Date(2027, 6, 16, 1, 0, 0, 0, time.UTC)}
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		p.Units.Vars = append(p.Units.Vars, Var{Name: name, Value: Text{"": vars[name]}})
	}
	p.Units.Cells = []Cell{{Key: "hospital", Name: Text{"en": "Hospital", "ja": "病院"}}}
	return NewCast(p, testTeams(teams))
}

func TestRender(t *testing.T) {
	t.Parallel()
	c, err := testCast(t, map[string]string{"c2": "{{address 203.0.113.0/24 10}}", "host": "h.{{team.domain}}", "peer": "{{next.c2}}"}, 3)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 6, 16, 1, 2, 3, 0, time.UTC)
	for _, tc := range []struct{ name, tmpl, want string }{
		{"variable", "x {{c2}} {{ host }}", "x 203.0.113.11 h.a.example"},
		{"team from a cell", "{{team.name}}/{{unit.name}}/{{unit.key}}/{{team.key}}/{{unit.n}}", "a国/病院/a/hospital/a/1"},
		{"text for every language", "{{team.csirt}} {{team.code}} {{unit.zone}}", "CERT-a A Asia/Tokyo"},
		{"neighbours", "{{next.c2}} {{prev.c2}} {{prev.team.name}} {{peer}}", "203.0.113.12 203.0.113.13 c国 203.0.113.12"},
		{"escaped braces", `\{{c2}} }} {`, "{{c2}} }} {"},
		{"address", "{{address 2001:db8::/64 16}}", "2001:db8::11"},
		{"time", "{{time}}", "2027-06-16 10:02:03"},
		{"clf", "{{time  now-12m30s clf}}", "16/Jun/2027:09:49:33 +0900"},
		{"startex utc", "{{time startex-2h iso utc}}", "2027-06-15T23:00:00Z"},
		{"formats", "{{time date}} {{time hm}} {{time hms}} {{time now+1h epoch}}", "2027-06-16 10:02 10:02:03 1813111323"},
		{"syslog mail", "{{time syslog}} | {{time mail utc}}", "Jun 16 10:02:03 | Wed, 16 Jun 2027 01:02:03 +0000"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, _, err := c.Render(tc.tmpl, 1, "ja", now) // the cell of team a
			if err != nil || got != tc.want {
				t.Errorf("got %q, %v, want %q", got, err, tc.want)
			}
		})
	}
	_, used, _ := c.Render("{{c2}} {{time  now-12m   clf}} {{next.team.name}}", 0, "en", now)
	want := map[string]string{"c2": "203.0.113.11", "time now-12m clf": "16/Jun/2027:09:50:03 +0900", "next.team.name": "Land b"}
	if !maps.Equal(used, want) {
		t.Errorf("used %v, want %v", used, want)
	}
}

func TestRing(t *testing.T) {
	t.Parallel()
	c, err := testCast(t, nil, 3)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for i, u := range c.Units {
		keys = append(keys, u.Key)
		if j, ok := c.Index(u.Key); !ok || j != i {
			t.Errorf("Index(%q) = %d, %v", u.Key, j, ok)
		}
	}
	if got := strings.Join(keys, " "); got != "a a/hospital b b/hospital c c/hospital" {
		t.Errorf("units %s", got)
	}
	if c.Team(3) != 2 || c.Team(2) != 2 || c.Next(5) != 0 || c.Prev(1) != 4 || c.Next(0) != 2 {
		t.Error("ring is wrong")
	}
	if u := c.Units[3]; u.Parent != "b" || u.Cell != "hospital" || u.N != 2 || u.Zone != "Asia/Tokyo" || u.Code != "B" {
		t.Errorf("cell %+v", u)
	}
}

func TestCastErrors(t *testing.T) {
	t.Parallel()
	bomb := map[string]string{"a": strings.Repeat("x", 500)}
	for i := 'b'; i < 'z'; i++ {
		bomb[string(i)] = strings.Repeat("{{"+string(i-1)+"}}", 5)
	}
	for _, tc := range []struct {
		name string
		vars map[string]string
		want []string
	}{
		{"circle", map[string]string{"v": "{{w}}", "w": "{{v}}"}, []string{`"v"`, `team "a"`, "circle"}},
		{"circle over the ring", map[string]string{"v": "{{next.v}}"}, []string{`"v"`, "circle"}},
		{"unknown", map[string]string{"v": "{{nope}}"}, []string{`"nope"`, "unknown"}},
		{"time", map[string]string{"v": "{{time}}"}, []string{"time may not"}},
		{"unit", map[string]string{"v": "{{unit.name}}"}, []string{"belongs to the team"}},
		{"malformed", map[string]string{"v": "{{"}, []string{"malformed"}},
		{"bomb", bomb, []string{"too long"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := testCast(t, tc.vars, 2)
			for _, w := range tc.want {
				if err == nil || !strings.Contains(err.Error(), w) {
					t.Errorf("error %v lacks %q", err, w)
				}
			}
		})
	}
	if _, err := NewCast(&Pack{}, nil); err == nil {
		t.Error("a cast without a team")
	}
	twice := append(testTeams(1), testTeams(1)...)
	if _, err := NewCast(&Pack{}, twice); err == nil {
		t.Error("a cast with two equal keys")
	}
	for _, zone := range []string{"Mars/Base", "Local"} {
		lost := testTeams(1)
		lost[0].Zone = zone
		if _, err := NewCast(&Pack{}, lost); err == nil {
			t.Errorf("a cast in zone %q", zone)
		}
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	c, err := testCast(t, map[string]string{"c2": "{{address 203.0.113.0/24 10}}"}, 2)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Forms(Forms{"": {"{{c2}}", "{{team.name}}"}, "ja": {"隔離", "Ｉｓｏｌａｔｅ"}, "en": {"isolate", " "}}, 2)
	if want := "[203.0.113.12 land b isolate b国 隔離]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("got %v, %v, want %s", got, err, want)
	}
	if _, err := c.Forms(Forms{"": {"{{time}}"}}, 0); err == nil {
		t.Error("a time in a key")
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		prefix string
		k      int
		want   string
	}{
		{"203.0.113.0/24", 254, "203.0.113.254"},
		{"203.0.113.0/24", 255, "203.0.113.1"},
		{"203.0.113.0/24", 0, "203.0.113.254"},
		{"203.0.113.0/24", 255 + 254, "203.0.113.1"},
		{"198.51.100.4/30", 3, "198.51.100.5"},
		{"198.51.100.4/31", 3, "198.51.100.5"},
		{"198.51.100.4/32", 9, "198.51.100.4"},
		{"10.0.0.0/8", 300, "10.0.1.44"},
		{"2001:db8::/126", 4, "2001:db8::1"},
		{"2001:db8::ff00/120", 16, "2001:db8::ff10"},
	} {
		if got := addressAt(netip.MustParsePrefix(tc.prefix), tc.k).String(); got != tc.want {
			t.Errorf("address %d of %s = %s, want %s", tc.k, tc.prefix, got, tc.want)
		}
	}
}

func TestFoldAndMentions(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, text, form string
		want             bool
	}{
		{"plain", "the server is 203.0.113.1, block it", "203.0.113.1", true},
		{"end of a sentence", "It is evil.example.", "evil.example", true},
		{"longer number", "203.0.113.12", "203.0.113.1", false},
		{"longer name", "notevil.example", "evil.example", false},
		{"second hit", "notevil.example evil.example", "evil.example", true},
		{"fanged", "hxxps[:]//evil[.]example(dot)net", "https://evil.example.net", true},
		{"other brackets", "ｈｘｘｐ[://]a{.}b[dot]c", "http://a.b.c", true},
		{"mail", "user[at]evil(.)example", "USER@evil.example", true},
		{"full width", "２０３．０．１１３．１", "203.0.113.1", true},
		{"Japanese around", "宛先は203.0.113.1です", "203.0.113.1", true},
		{"Japanese form", "端末を隔離しました", "隔離", true},
		{"half width kana", "ﾃｽﾄ端末", "テスト", true},
		{"white space", "take  it\n off", "take it off", true},
		{"zero width", "evil\u200b.example", "evil.example", true},
		{"case", "STRASSE", "straße", true},
		{"empty", "text", " ", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := Mentions(Fold(tc.text), Fold(tc.form)); got != tc.want {
				t.Errorf("Mentions(%q, %q) = %v", Fold(tc.text), Fold(tc.form), got)
			}
		})
	}
}
