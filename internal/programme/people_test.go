package programme_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/programme"
)

// came is somebody who was at an event.
func came(id, event, name, member string) programme.Attendee {
	a := attendee(id, name, member, programme.Delegate)
	a.Event, a.Came = event, opens
	return a
}

func peopleOf(all ...programme.Attendee) *programme.People {
	c := programme.PeopleChange{Attendees: map[string]*programme.Attendee{}}
	for i := range all {
		c.Attendees[all[i].EntryID()] = &all[i]
	}
	return programme.NewPeople().With(c)
}

// decide has somebody decide, as the store does.
func decide(p *programme.People, a, b, says string) (*programme.People, error) {
	d, err := p.Decide(a, b, says, "p", opens)
	if err != nil {
		return p, err
	}
	return p.With(programme.PeopleChange{Identities: map[[2]string]*programme.Identity{programme.Pair(a, b): d}}), nil
}

// TestAlike: who may be one person is found, with the reason, and who may not is
// left alone.
func TestAlike(t *testing.T) {
	t.Parallel()
	with := func(a programme.Attendee, local, mail string) programme.Attendee {
		a.Local, a.Mail = local, mail
		return a
	}
	for name, c := range map[string]struct {
		a, b programme.Attendee
		why  []programme.Likeness
	}{
		"the same name is one person already": {came("1", "e", "Sok Dara", "kh"), came("2", "f", "SOK  dara", "kh"), nil},
		"other words":                         {came("1", "e", "Sok Dara", "kh"), came("2", "f", "Chan Sophea", "kh"), nil},
		"words in another order":              {came("1", "e", "Dara Sok", "kh"), came("2", "f", "Sok, Dara", "kh"), []programme.Likeness{programme.LikeOrder}},
		"without marks":                       {came("1", "e", "Nguyễn Đức", "vn"), came("2", "f", "Nguyen Duc", "vn"), []programme.Likeness{programme.LikeOrder, programme.LikeSpelling}},
		"a letter less":                       {came("1", "e", "Somchai Jaidee", "th"), came("2", "f", "Somchai Jaide", "th"), []programme.Likeness{programme.LikeSpelling}},
		"two letters swapped":                 {came("1", "e", "Somchai Jaidee", "th"), came("2", "f", "Somchia Jaidee", "th"), []programme.Likeness{programme.LikeSpelling}},
		"a letter of a short name":            {came("1", "e", "Li Na", "sg"), came("2", "f", "Li Ma", "sg"), nil},
		"another member, another spelling":    {came("1", "e", "Somchai Jaidee", "th"), came("2", "f", "Somchai Jaide", "la"), nil},
		"another member":                      {came("1", "e", "Sok Dara", "kh"), came("2", "f", "Sok Dara", "vn"), []programme.Likeness{programme.LikeMember}},
		"another script":                      {with(came("1", "e", "Sato Hanako", "jp"), "佐藤花子", ""), came("2", "f", "佐藤花子", "jp"), []programme.Likeness{programme.LikeScript}},
		"the same address":                    {with(came("1", "e", "Dara S.", "kh"), "", "d@x.org"), with(came("2", "f", "Dara", "kh"), "", "D@x.org"), []programme.Likeness{programme.LikeAddress}},
		"the address of a desk":               {with(came("1", "e", "Sok Dara", "kh"), "", "desk@x.org"), with(came("2", "f", "Chan Sophea", "kh"), "", "desk@x.org"), []programme.Likeness{programme.LikeMailbox}},
	} {
		all := peopleOf(c.a, c.b).Candidates()
		var why []programme.Likeness
		if len(all) == 1 {
			why = slices.Sorted(slices.Values(all[0].Why))
		}
		if !slices.Equal(why, c.why) || len(all) > 1 {
			t.Errorf("%s: %v", name, all)
		}
	}
}

// drawPeople are entries at random, of names that are alike in every way.
func drawPeople(t *rapid.T) []programme.Attendee {
	names := []string{"Sok Dara", "Dara Sok", "Somchai Jaidee", "Somchai Jaide", "Nguyễn Đức", "Nguyen Duc", "佐藤花子", "Sato Hanako"}
	var all []programme.Attendee
	for i := range rapid.IntRange(2, 8).Draw(t, "entries") {
		a := came(fmt.Sprint("a", i), rapid.SampledFrom([]string{"e", "f"}).Draw(t, "event"), rapid.SampledFrom(names).Draw(t, "name"), rapid.SampledFrom([]string{"kh", "vn"}).Draw(t, "member"))
		if a.Name == "Sato Hanako" && rapid.Bool().Draw(t, "script") {
			a.Local = "佐藤花子"
		}
		a.Mail = rapid.SampledFrom([]string{"", "", "desk@example.org"}).Draw(t, "mail")
		if rapid.IntRange(0, 4).Draw(t, "came") == 0 {
			a.Came = programme.Attendee{}.Came
		}
		all = append(all, a)
	}
	return all
}

func heads(r *programme.Records, p *programme.People) programme.HeadCount {
	return r.WithPeople(p).Heads(r.Events(""))
}

// TestUndoneExactly decides of people at random, and takes decisions back in any
// order: what is left counts as if the others had never been, and once all are
// taken back everything is as it was.
func TestUndoneExactly(t *testing.T) {
	t.Parallel()
	records := with(t, programme.NewRecords(), &programme.Event{Head: head("e"), Type: "training", Status: programme.Held, Begin: "2026"}, &programme.Event{Head: head("f"), Type: "training", Status: programme.Held, Begin: "2026"})
	rapid.Check(t, func(t *rapid.T) {
		all := drawPeople(t)
		start := peopleOf(all...)
		now, left := start, map[[2]string]*programme.Identity{}
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			a, b := rapid.SampledFrom(all).Draw(t, "a"), rapid.SampledFrom(all).Draw(t, "b")
			pair := programme.Pair(a.EntryID(), b.EntryID())
			says := rapid.SampledFrom([]string{programme.SamePerson, programme.OtherPersons, programme.AnotherPerson, ""}).Draw(t, "says")
			if says == programme.AnotherPerson {
				pair[1] = pair[0]
			}
			next, err := decide(now, pair[0], pair[1], says)
			if err != nil {
				var refused *programme.Refusal
				if !errors.As(err, &refused) {
					t.Fatal(err)
				}
				continue
			}
			if now = next; says == "" {
				delete(left, pair)
			} else {
				left[pair] = &programme.Identity{A: pair[0], B: pair[1], Says: says, At: opens, Author: "p"}
			}
			anew := start.With(programme.PeopleChange{Identities: left})
			if got, want := heads(records, now), heads(records, anew); !reflect.DeepEqual(got, want) {
				t.Fatalf("%+v, from what is left %+v", got, want)
			}
			if !reflect.DeepEqual(now.Candidates(), anew.Candidates()) {
				t.Fatal("other candidates")
			}
		}
		for back := rapid.Permutation(now.Identities()).Draw(t, "back"); len(back) > 0; {
			before := len(back)
			back = slices.DeleteFunc(back, func(d programme.Identity) bool { // one of the same name may have to wait for others
				next, err := decide(now, d.A, d.B, "")
				now = next
				return err == nil
			})
			if len(back) == before {
				t.Fatalf("%+v cannot be taken back", back)
			}
		}
		if got, want := heads(records, now), heads(records, start); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(now.Candidates(), start.Candidates()) || len(now.Identities()) > 0 {
			t.Fatalf("%+v after all was taken back, %+v before", got, want)
		}
	})
}

// TestNamesakes parts two people of one name and member, joins a third entry to the
// second of them, and takes it back exactly.
func TestNamesakes(t *testing.T) {
	t.Parallel()
	records := with(
		t, programme.NewRecords(), &programme.Event{Head: head("e"), Type: "training", Status: programme.Held, Begin: "2026"},
		&programme.Event{Head: head("f"), Type: "training", Status: programme.Held, Begin: "2026"}, &programme.Event{Head: head("g"), Type: "training", Status: programme.Held, Begin: "2026"},
	)
	p := peopleOf(came("1", "e", "Sato Hanako", "jp"), came("2", "f", "Sato  Hanako", "jp"), came("3", "g", "SATO Hanako", "jp"), came("4", "g", "Tan Mei", "sg"))
	count := func(persons, least, most int64) {
		t.Helper()
		if h := heads(records, p); h.Persons != persons || h.Least != least || h.Most != most || h.Seats != 4 {
			t.Errorf("%+v, want %d (%d to %d)", h, persons, least, most)
		}
	}
	do := func(a, b, says, refused string) {
		t.Helper()
		next, err := decide(p, a, b, says)
		var r *programme.Refusal
		if errors.As(err, &r) && r.Code != refused || err == nil && refused != "" || err != nil && r == nil {
			t.Errorf("%s of %s and %s: %v, want %q", says, a, b, err, refused)
		}
		p = next
	}
	count(2, 2, 2)
	do("g/4", "g/4", programme.AnotherPerson, "identity.alone")
	do("f/2", "f/2", programme.AnotherPerson, "")
	count(3, 3, 3)
	do("e/1", "f/2", programme.SamePerson, "identity.parted")
	do("g/3", "g/3", programme.AnotherPerson, "")
	count(3, 3, 4) // the second and third may be one
	do("f/2", "g/3", programme.SamePerson, "")
	count(3, 3, 3)
	do("e/1", "g/3", programme.OtherPersons, "")
	do("f/2", "f/2", "", "identity.parted") // it would bring the third with it
	do("f/2", "g/3", "", "")
	do("f/2", "f/2", "", "")
	do("g/3", "g/3", "", "identity.parted")
	do("e/1", "g/3", "", "")
	do("g/3", "g/3", "", "")
	count(2, 2, 2)
	found := p.Find("hanako sato", 10)
	if len(found) != 0 {
		t.Errorf("the words in another order: %+v", found)
	}
	if found = p.Find("sato", 2); len(found) != 2 || found[0].Others != 2 || found[0].Another {
		t.Errorf("%+v", found)
	}
}

// TestHeadsAgree counts heads a second time, each with each, and holds the bounds:
// least, persons, most, seats, each no more than the next.
func TestHeadsAgree(t *testing.T) {
	t.Parallel()
	records := with(t, programme.NewRecords(), &programme.Event{Head: head("e"), Type: "training", Status: programme.Held, Begin: "2026"}, &programme.Event{Head: head("f"), Type: "training", Status: programme.Held, Begin: "2026"})
	rapid.Check(t, func(t *rapid.T) {
		all := drawPeople(t)
		p := peopleOf(all...)
		h := heads(records, p)
		later := peopleOf(all...)
		for i := range all { // they are entered first and come one by one, or are renamed
			a, was := all[i], all[i]
			was.Came = programme.Attendee{}.Came
			if i%2 == 0 {
				was.Name = "Misspelled"
			}
			later = later.With(programme.PeopleChange{Attendees: map[string]*programme.Attendee{a.EntryID(): &was}})
			_ = heads(records, later)
			later = later.With(programme.PeopleChange{Attendees: map[string]*programme.Attendee{a.EntryID(): &a}})
		}
		if got := heads(records, later); !reflect.DeepEqual(got, h) || !reflect.DeepEqual(later.Candidates(), p.Candidates()) {
			t.Fatalf("%+v where they came one by one, %+v at once", got, h)
		}
		if h.Least > h.Persons || h.Persons > h.Most || h.Most > h.Seats {
			t.Fatalf("%+v", h)
		}
		joined, likely := map[[2]string]bool{}, map[[2]string]bool{}
		for _, c := range p.Candidates() {
			pair := programme.Pair(c.A.Person(), c.B.Person())
			joined[pair] = true
			likely[pair] = likely[pair] || c.CountedAsOne()
		}
		if got := naive(all, func(a, b *programme.Attendee) bool { return likely[programme.Pair(a.Person(), b.Person())] }); h.Persons != got {
			t.Fatalf("%d persons, counted by hand %d", h.Persons, got)
		}
		if got := naive(all, func(*programme.Attendee, *programme.Attendee) bool { return false }); h.Most != got {
			t.Fatalf("most %d, counted by hand %d", h.Most, got)
		}
		if got := naive(all, func(a, b *programme.Attendee) bool { return joined[programme.Pair(a.Person(), b.Person())] }); h.Least != got {
			t.Fatalf("least %d, counted by hand %d", h.Least, got)
		}
		seats := int64(0)
		for i := range all {
			if !all[i].Came.IsZero() {
				seats++
			}
		}
		if h.Seats != seats || h.HalfDays != 2*seats {
			t.Fatalf("%d seats and %d half days, of %d", h.Seats, h.HalfDays, seats)
		}
	})
}

// naive counts persons by naming every entry after the least that is the same.
func naive(all []programme.Attendee, same func(a, b *programme.Attendee) bool) int64 {
	name := make([]int, len(all))
	for i := range name {
		name[i] = i
	}
	for range all {
		for i := range all {
			for j := range all {
				if all[i].Person() == all[j].Person() || same(&all[i], &all[j]) {
					name[i] = min(name[i], name[j])
				}
			}
		}
	}
	found := map[int]bool{}
	for i := range all {
		if !all[i].Came.IsZero() {
			found[name[i]] = true
		}
	}
	return int64(len(found))
}

// TestDecideRefuses: those of whom it was decided that they are two are not joined
// by a third, and one person is not parted.
func TestDecideRefuses(t *testing.T) {
	t.Parallel()
	p := peopleOf(came("1", "e", "Sok Dara", "kh"), came("2", "f", "Dara Sok", "kh"), came("3", "g", "Dara Sokha", "kh"))
	var err error
	for _, d := range []struct{ a, b, says, want string }{
		{"e/1", "f/2", programme.OtherPersons, ""},
		{"f/2", "g/3", programme.SamePerson, ""},
		{"e/1", "g/3", programme.SamePerson, "identity.parted"},
		{"g/3", "f/2", programme.OtherPersons, "identity.one"},
		{"e/1", "g/9", programme.SamePerson, "identity.absent"},
		{"e/1", "e/1", programme.SamePerson, "identity"},
		{"e/1", "f/2", "", ""},
		{"e/1", "f/2", "", "identity.absent"},
		{"e/1", "g/3", programme.SamePerson, ""},
	} {
		p, err = decide(p, d.a, d.b, d.says)
		var refused *programme.Refusal
		if d.want == "" && err != nil || d.want != "" && (!errors.As(err, &refused) || refused.Code != d.want) {
			t.Errorf("%s %s %q: %v, want %q", d.a, d.b, d.says, err, d.want)
		}
	}
	if len(p.Candidates()) != 0 {
		t.Errorf("%v", p.Candidates())
	}
}

// TestHeadFigures: figures count who was at a course, and nobody who was only
// expected.
func TestHeadFigures(t *testing.T) {
	t.Parallel()
	course := courseOf()
	other := &programme.Event{Head: head("f"), Type: "workshop", Status: programme.Held, Begin: "2026-07-01"}
	a, b, c := came("1", "e", "Sok Dara", "kh"), came("2", "f", "Dara Sok", "kh"), came("3", "e", "Somchai", "th")
	a.Halves, c.Halves = course.Course.Halves[:3], course.Course.Halves[:2]
	gone := came("4", "e", "Nobody", "th")
	gone.Came = programme.Attendee{}.Came
	p := peopleOf(a, b, c, gone).With(programme.PeopleChange{Certificates: map[string]*programme.Certificate{
		"X": {Code: "X", Event: "e", Attendee: "1"}, "Y": {Code: "Y", Event: "e", Attendee: "3", Revoked: opens},
	}})
	r := with(t, programme.NewRecords(), course, other).WithPeople(p)
	for _, want := range []struct {
		rule        programme.Rule
		of          string
		value       int64
		least, most int64
		half        bool
	}{
		{programme.Persons, "", 2, 2, 3, false},
		{programme.Persons, "e", 2, 2, 2, false},
		{programme.Seats, "", 3, 0, 0, false},
		{programme.PersonDays, "", 3, 0, 0, true},
		{programme.CoursesCompleted, "", 1, 0, 0, false},
		{programme.Certified, "e", 1, 0, 0, false},
	} {
		got := r.Count(&programme.Figure{Head: head("x"), Rule: want.rule, Of: want.of, AsOf: "2026-12-31"})
		if got.Value != want.value || got.Least != want.least || got.Most != want.most || got.Half != want.half || len(got.Records) == 0 {
			t.Errorf("%s of %q: %+v", want.rule, want.of, got)
		}
	}
}
