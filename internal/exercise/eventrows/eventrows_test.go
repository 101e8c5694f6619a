package eventrows

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/follow"
	"renkei/internal/testkit/exercisetest"
)

type silent struct{}

func (silent) Say(_, key string, _ map[string]any) string { return key }

// played is the shipped exercise between four simulated teams, with what people
// do beside them.
func played(t *testing.T) *follow.Exercise {
	t.Helper()
	db := exercisetest.Store(t)
	deps := exercisetest.Deps(db)
	deps.Bots = func(play *exercise.Play, seed uint64) conduct.Bots { return bots.New(play, seed, silent{}) }
	exercisetest.Create(t, deps, exercisetest.Pack(t, exercisetest.Hospital), 4)
	x := exercisetest.Resume(t, db, deps)
	x.PlayAll()
	x.Do(exercise.Excon(), exercise.AddNote{Unit: "borealis", Text: "slow to answer"})
	return x.Live
}

// viewers are one of each kind.
func viewers() map[string]Options {
	return map[string]Options{
		"excon": {Viewer: exercise.Viewer{Control: true}}, "observer": {Viewer: exercise.Viewer{Control: true}, Plain: true},
		"team": {Viewer: exercise.ViewerOf("borealis")}, "cell": {Viewer: exercise.ViewerOf("borealis/hospital")},
		"public": {},
	}
}

// TestRows: every viewer's rows are numbered without a gap, say the same however
// they are asked for, and name nobody and nothing that the viewer does not see.
func TestRows(t *testing.T) {
	t.Parallel()
	live := played(t)
	for name, o := range viewers() {
		live.Now(func(m *follow.Moment) {
			rows, all := Rows(m, o)
			if uint64(len(rows)) != all || all == 0 && name != "public" {
				t.Fatalf("%s: %d rows of %d", name, len(rows), all)
			}
			var paged []Row
			for uint64(len(paged)) < all {
				o.After, o.Limit = uint64(len(paged)), 7
				some, n := Rows(m, o)
				if n != all || len(some) == 0 || len(some) > 7 {
					t.Fatalf("%s: a page of %d, of %d", name, len(some), n)
				}
				paged = append(paged, some...)
			}
			if all > 0 && !reflect.DeepEqual(paged, rows) {
				t.Errorf("%s: in pages it is another log", name)
			}
			for i := range rows {
				checkRow(t, name, &rows[i], uint64(i+1), o)
			}
		})
	}
}

func checkRow(t *testing.T, viewer string, r *Row, n uint64, o Options) {
	t.Helper()
	if r.N != n || r.Clock != r.At.String() {
		t.Errorf("%s: row %d is numbered %d, at %s", viewer, n, r.N, r.Clock)
	}
	about, isNumber := strings.CutPrefix(r.Re, "#")
	if isNumber && (about == "" || about == "0") {
		t.Errorf("%s: row %d is about %q", viewer, n, r.Re)
	}
	if r.Actor != "" && !o.Viewer.Control && !slices.Contains(o.Viewer.Units, r.doer()) {
		t.Errorf("%s: row %d names %s of another unit", viewer, n, r.Actor)
	}
	if o.Plain && slices.Contains([]exercise.Type{"task.scored", "task.marked", "task.settled", "reply.ready"}, r.Type) {
		t.Errorf("%s: row %d is %s", viewer, n, r.Type)
	}
	if o.Plain && r.Type == "note.added" && r.Text == "slow to answer" {
		t.Errorf("%s reads a note of EXCON", viewer)
	}
}

// TestEveryEventIsTold: what an event says of a unit, an inject, a task, a flow or
// a branch is in its row, whatever event will come.
func TestEveryEventIsTold(t *testing.T) {
	t.Parallel()
	x := extractor{viewer: exercise.Viewer{Control: true}}
	told := 0
	for kind, body := range exercise.NewBodies() {
		v := reflect.New(body).Elem()
		var want []string
		for _, name := range []string{"Unit", "Inject", "Task", "Flow", "Branch"} {
			if f := v.FieldByName(name); f.IsValid() && f.Kind() == reflect.String {
				f.SetString("of " + name)
				want = append(want, name)
			}
		}
		r := x.row(1, &exercise.Event{Seq: 1, Actor: "excon", Body: v.Addr().Interface().(exercise.Body)}) //nolint:forcetypeassert // all are
		if r.Type != kind {
			t.Errorf("%s is told as %s", kind, r.Type)
		}
		for _, name := range want {
			told++
			if got := reflect.ValueOf(r).FieldByName(name).String(); got != "of "+name {
				t.Errorf("%s: %s is %q", kind, name, got)
			}
		}
	}
	if told < 30 {
		t.Errorf("only %d fields were looked at", told)
	}
}

// TestCalls: a row of a telephone call has who called whom.
func TestCalls(t *testing.T) {
	t.Parallel()
	x := extractor{seqs: []uint64{4, 9}, viewer: exercise.ViewerOf("asteria")}
	out := x.row(1, &exercise.Event{Seq: 4, Actor: "p1", Body: &exercise.CallNoted{Unit: "asteria", With: "borealis", Text: "W22"}})
	in := x.row(1, &exercise.Event{Seq: 4, Actor: "p1", Body: &exercise.CallNoted{Unit: "asteria", With: "borealis", Incoming: true}})
	if out.From != "asteria" || !slices.Equal(out.To, []string{"borealis"}) || out.Text != "W22" || out.Actor != "p1" ||
		in.From != "borealis" || !slices.Equal(in.To, []string{"asteria"}) {
		t.Errorf("%+v, %+v", out, in)
	}
	said := x.row(2, &exercise.Event{Seq: 9, Actor: "p2", Body: &exercise.CallConfirmed{Call: 4, Unit: "borealis", Denied: true, Text: "no"}})
	if said.Re != "#1" || said.Status != "denied" || said.Actor != "" || said.Text != "no" {
		t.Errorf("%+v", said)
	}
}

// TestAbout: what a row refers to is named by the viewer's own number, and not at
// all where the viewer does not see it.
func TestAbout(t *testing.T) {
	t.Parallel()
	x := extractor{seqs: []uint64{3, 8, 21}}
	for re, want := range map[string]string{"#8": "#2", "#21": "#3", "#9": "", "I03": "I03", "": "", "#": "#", "#x": "#x"} {
		if got := x.about(re); got != want {
			t.Errorf("%q is %q, want %q", re, got, want)
		}
	}
}
