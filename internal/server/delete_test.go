package server_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/schedule"
)

// TestDelete deletes an archived exercise whose id was typed, and finds nothing of
// it in any table.
func TestDelete(t *testing.T) {
	t.Parallel()
	m := newManyFixture(t)
	secretary, director := m.in(auth.Grant{Role: string(auth.Secretary)}), m.role(access.Director, "")
	player := m.role(access.Player, "borealis")
	path := "/exercises/delete?exercise=" + m.made
	form := func(typed string) url.Values {
		return url.Values{"exercise": {m.made}, "typed": {typed}, "key": {"d"}}
	}
	if status, _ := secretary.get(path); status != http.StatusNotFound {
		t.Errorf("before it is archived: %d", status)
	}
	secretary.want(http.StatusNotFound, "/exercises/delete", form(m.made))
	secretary.want(http.StatusSeeOther, "/exercises/archive", url.Values{"exercise": {m.made}, "do": {"archive"}})
	holds(t, secretary.page("/exercises?archived=yes"), `href="`+path+`"`)
	director.want(http.StatusNotFound, "/exercises/delete", form(m.made))
	holds(t, secretary.page(path), "Autumn drill", m.made, "2 people")
	holds(t, secretary.want(http.StatusUnprocessableEntity, "/exercises/delete", form("Autumn drill")), "Type "+m.made)

	tables := m.mention(t)
	secretary.want(http.StatusSeeOther, "/exercises/delete", form(" "+m.made+" "))
	for _, b := range []*browser{director, player, secretary} {
		if status, _ := b.get("/x/" + m.made + "/board"); status != http.StatusNotFound && status != http.StatusSeeOther {
			t.Errorf("its board gives %d", status)
		}
	}
	for table, column := range tables {
		if n := m.count(t, table, column); n > 0 {
			t.Errorf("%s still has %d rows of it", table, n)
		}
	}
	entries, err := m.auth.Audit(t.Context(), 0, 100)
	if err != nil || !slices.ContainsFunc(entries, func(e auth.Entry) bool { return e.Deed == auth.ExerciseDeleted && e.About == m.made }) {
		t.Errorf("the audit log does not tell of it: %v", err)
	}
	secretary.want(http.StatusNotFound, "/exercises/delete", form(m.made))
}

// mention writes a row about the exercise into every table that names exercises,
// and returns these with the column that does.
func (m *manyFixture) mention(t *testing.T) map[string]string {
	t.Helper()
	in := map[string]string{"grants": "object", "links": "object", "outbox_messages": "scope", "outbox_deliveries": "scope", "outbox_holds": "scope"}
	tables, err := database.Select(t.Context(), m.db.Database.Reader, `SELECT m.name, c.name, c.type, c.pk FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid`,
		func(rows *sql.Rows) (c column, err error) { return c, rows.Scan(&c.table, &c.name, &c.kind, &c.key) })
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string][]column{}
	for _, c := range tables {
		columns[c.table] = append(columns[c.table], c)
		if c.name == "exercise" && c.kind == "TEXT" {
			in[c.table] = c.name
		}
	}
	if len(in) < 15 {
		t.Fatalf("too few tables name exercises: %v", in)
	}
	// Those that others refer to go first.
	for _, table := range append([]string{"mattermost_places", "outbox_messages"}, sorted(in)...) {
		if m.count(t, table, in[table]) == 0 {
			m.insert(t, table, columns[table], in[table])
		}
		if m.count(t, table, in[table]) == 0 {
			t.Fatalf("nothing about it stands in %s", table)
		}
	}
	return in
}

type column struct {
	table, name, kind string
	key               int
}

func sorted(in map[string]string) (tables []string) {
	for table := range in {
		tables = append(tables, table)
	}
	slices.Sort(tables)
	return tables
}

// insert writes a row with the exercise in one column and something in the others.
func (m *manyFixture) insert(t *testing.T, table string, columns []column, of string) {
	t.Helper()
	var names, marks []string
	var args []any
	for _, c := range columns {
		names = append(names, c.name)
		marks = append(marks, fmt.Sprint("$", len(marks)+1))
		switch {
		case c.name == of:
			args = append(args, m.value(table))
		case c.name == "area":
			args = append(args, access.Area)
		case c.kind == "TEXT":
			args = append(args, "of "+table)
		case c.kind == "BLOB":
			args = append(args, []byte(table))
		default:
			args = append(args, 1)
		}
	}
	err := m.db.Database.Write(t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO `+table+` (`+strings.Join(names, ", ")+`) VALUES (`+strings.Join(marks, ", ")+`)`, args...)
		return err
	})
	if err != nil {
		t.Fatalf("write into %s: %v", table, err)
	}
}

// value is how a table names the exercise.
func (m *manyFixture) value(table string) string {
	if strings.HasPrefix(table, "outbox_") {
		return "x/" + m.made
	}
	return m.made
}

func (m *manyFixture) count(t *testing.T, table, column string) (n int) {
	t.Helper()
	all, err := database.Select(t.Context(), m.db.Database.Reader, `SELECT COUNT(*) FROM `+table+` WHERE `+column+` = $1`,
		func(rows *sql.Rows) (n int, err error) { return n, rows.Scan(&n) }, m.value(table))
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// TestDeleteOfPlayed finds that an exercise that is being played is not deleted,
// and one that is over is.
func TestDeleteOfPlayed(t *testing.T) {
	t.Parallel()
	m := newManyFixture(t)
	secretary := m.in(auth.Grant{Role: string(auth.Secretary)})
	secretary.want(http.StatusSeeOther, "/exercises/archive", url.Values{"exercise": {m.made}, "do": {"archive"}})
	m.excon("start", exercise.Start{Speed: 1})
	form := url.Values{"exercise": {m.made}, "typed": {m.made}, "key": {"d"}}
	holds(t, secretary.want(http.StatusUnprocessableEntity, "/exercises/delete", form), "is being played")
	m.excon("end", exercise.End{})
	secretary.want(http.StatusSeeOther, "/exercises/delete", form)
}

// TestChange gives an exercise another title and other teams before STARTEX. People
// and links come along as far as their team does, and so does the date.
func TestChange(t *testing.T) {
	t.Parallel()
	m := newManyFixture(t)
	director, player := m.role(access.Director, ""), m.role(access.Player, "borealis")
	gone := m.role(access.Player, "asteria")
	link, err := m.auth.Invite(t.Context(), "test", auth.Grant{Scope: access.In(m.made, "borealis"), Role: string(access.Player)}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	begins := time.Date(2027, 9, 14, 1, 0, 0, 0, time.UTC)
	if err := schedule.New(m.db.Database).Plan(t.Context(), m.made, schedule.Date{Begins: begins, Ends: begins.Add(time.Hour), Zone: "UTC", Changed: begins}); err != nil {
		t.Fatal(err)
	}
	path := "/x/" + m.made
	holds(t, director.page(path+"/invite"), `href="`+path+`/change"`)
	form := filled(t, director.page(path+"/change"), path+"/title")
	form.Set("title-ja", " 秋の 演習 ")
	form.Set("key", "k1")
	director.want(http.StatusSeeOther, path+"/title", form)
	holds(t, director.page(path+"/change"), `value="秋の 演習"`, `lang="th"`)
	form.Set("title-en", strings.Repeat("x", exercise.MaxTitle+1))
	form.Set("key", "k2")
	holds(t, director.want(http.StatusConflict, path+"/title", form), "at most 200 letters")
	player.want(http.StatusNotFound, path+"/title", form)
	if _, list := director.get("/exercises"); !strings.Contains(list, "Autumn drill") {
		t.Error("the list lacks the title")
	}

	teams := filled(t, director.page(path+"/change"), path+"/teams")
	teams.Set("key", "k3")
	if len(teams["team"]) != 4 || !slices.Contains(teams["team"], "asteria") {
		t.Fatalf("it was played by %v", teams["team"])
	}
	other := ""
	for _, u := range m.host.Teams() {
		if !slices.Contains(teams["team"], u.Key) {
			other = u.Key
		}
	}
	few := url.Values{"key": {"k4"}, "team": {"borealis"}}
	holds(t, director.want(http.StatusUnprocessableEntity, path+"/teams", few), "needs at least")
	teams["team"] = append(slices.DeleteFunc(teams["team"], func(k string) bool { return k == "asteria" }), other, "faraway")
	holds(t, director.want(http.StatusUnprocessableEntity, path+"/teams", teams), "no member of the community")
	teams["team"] = teams["team"][:4]
	director.want(http.StatusSeeOther, path+"/teams", teams)
	is := m.others()
	if len(is) != 1 || is[0] == m.made || director.last != "/x/"+is[0]+"/change" {
		t.Fatalf("there are %v, and it leads to %s", is, director.last)
	}
	m.checkRecast(t, is[0], other, director, player, gone, link)
}

// checkRecast looks at the exercise that took the place of another.
func (m *manyFixture) checkRecast(t *testing.T, id, other string, director, player, gone *browser, link string) {
	t.Helper()
	m.open(id).Live.Now(func(f *follow.Moment) {
		var keys []string
		for _, u := range f.State.Created().Units {
			if u.IsTeam() {
				keys = append(keys, u.Key)
			}
		}
		if f.State.Created().Title["ja"] != "秋の 演習" || !slices.Contains(keys, other) || slices.Contains(keys, "asteria") {
			t.Errorf("it is %v with %v", f.State.Created().Title, keys)
		}
	})
	holds(t, director.page("/x/"+id+"/invite"), "2027")
	holds(t, player.page("/x/"+id+"/desk/borealis"), "Autumn drill", "!web.")
	if status, _ := gone.get("/x/" + id + "/desk/asteria"); status != http.StatusNotFound {
		t.Errorf("who played a team that is gone: %d", status)
	}
	for _, b := range []*browser{director, player, gone} {
		if status, _ := b.get("/x/" + m.made + "/"); status != http.StatusNotFound {
			t.Errorf("the old address gives %d", status)
		}
	}
	fresh := m.browser()
	fresh.want(http.StatusSeeOther, "/in/"+link, url.Values{"name": {"Bea"}})
	holds(t, fresh.page("/x/"+id+"/desk/borealis"), "Bea")
	m.exercise = m.open(id)
	m.excon("start", exercise.Start{Speed: 1})
	holds(t, director.page("/x/"+id+"/change"), "Play has begun", "!<form method=\"post\" action=\"/x/"+id+"/teams\"")
	director.want(http.StatusUnprocessableEntity, "/x/"+id+"/teams", url.Values{"key": {"k9"}, "team": {"borealis"}})
}
