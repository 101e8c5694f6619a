package server_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"renkei/internal/community"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/server"
	"renkei/internal/testkit/exercisetest"
)

// playedEvent is the form of an event at which an exercise was played.
func playedEvent(exercise string) url.Values {
	return url.Values{
		"id": {"rcx-now"}, "title.en": {"Remote exercise of the year"}, "title.ja": {"今年のリモート演習"}, "type": {"exercise_rcx"}, "status": {"held"},
		"begin": {time.Now().UTC().Format(time.DateOnly)}, "exercise": {exercise}, "reason": {"played"}, "base": {"0"},
	}
}

func exercisesEdition() url.Values {
	return url.Values{
		"id": {"now"}, "title.en": {"Exercises of the year"}, "title.ja": {"今年の演習"}, "as_of": {time.Now().UTC().Format("2006") + "-12-31"}, "base": {"0"}, "reason": {"new"},
		"sections": {`[{"id": "one", "title": {"en": "One", "ja": "一"}, "blocks": [{"show": "exercises"}]}]`},
	}
}

// TestExercisesOfReport: a report has what came of an exercise once it is over, with
// figures that a recount of the log confirms and without names of teams; who
// neither directs it nor is secretary puts none into it.
func TestExercisesOfReport(t *testing.T) {
	t.Parallel()
	db := exercisetest.Store(t, server.Stored()...)
	h := serving(t, db, conducted(t, db, "hospital-ransomware", 150*exercise.Second))
	secretary, coordinator := h.secretary(), h.granted(community.Coordinator, community.Everywhere())
	if page := coordinator.page("/programme/new/event"); strings.Contains(page, `<option value="`+id+`"`) {
		t.Error("a coordinator is offered the exercise of others")
	}
	if status, page := coordinator.post("/programme/save/event", playedEvent(id)); status != http.StatusConflict || !strings.Contains(page, "Not an exercise whose outcome you may report") {
		t.Errorf("a coordinator reports the exercise of others: %d", status)
	}
	holds(t, secretary.page("/programme/new/event"), `<option value="`+id+`"`)
	secretary.want(http.StatusSeeOther, "/programme/save/event", playedEvent(id))
	secretary.want(http.StatusSeeOther, "/programme/save/edition", exercisesEdition())
	holds(t, secretary.page("/programme/report/now"), "Remote exercise of the year", "The exercise is not over")

	h.give("rest", exercise.Excon(), exercise.Jump{To: 29 * 60 * exercise.Second, Mode: exercise.JumpRelease})
	h.end()
	released, made, missing, late := map[string]bool{}, 0, 0, 0
	for entry, err := range db.Entries(t.Context(), id, 1) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := exercise.NewBodies().Decode(entry.Event)
		if err != nil {
			t.Fatal(err)
		}
		switch b := e.Body.(type) {
		case *exercise.InjectReleased:
			released[b.Inject] = true
		case *exercise.FlowMade:
			if made++; b.Late {
				late++
			}
		case *exercise.FlowMissed:
			missing++
		}
	}
	if len(released) < 3 || missing == 0 {
		t.Fatalf("%d injects, %d flows missing: the exercise has nothing to tell", len(released), missing)
	}
	secretary.in("en")
	page := secretary.page("/programme/report/now")
	holds(t, page, "Areas for improvement", "Corrective action", "Injects that were released to at least one unit", "exercise", "!The exercise is not over", "!Asteria", "!Borealis")
	figures := reportFigures(t, secretary, "now")
	for key, want := range map[string]int{"teams": 4, "injects": len(released), "in_time": made - late, "late": late, "missing": missing} {
		if got := figures["exercise-"+id+"-exercise."+key]; got != want {
			t.Errorf("%s: %d, by the log %d", key, got, want)
		}
	}
	holds(t, secretary.in("ja").page("/programme/report/now"), "改善を要する点", "付与した状況付与", "是正措置")
	// What a coordinator changes in the event leaves the exercise as it is.
	form := coordinator.drawn("/programme/edit/event/rcx-now", "record")
	form.Set("reason", "place")
	form.Set("place.en", "online")
	coordinator.want(http.StatusSeeOther, "/programme/save/event/rcx-now", form)
	if got := reportFigures(t, secretary, "now")["exercise-"+id+"-exercise.teams"]; got != 4 {
		t.Errorf("%d teams after the event was changed", got)
	}
}

// TestTabletopOfReport: a report has the positions of a tabletop without whose they
// are, and commitments as a number.
func TestTabletopOfReport(t *testing.T) {
	t.Parallel()
	r := newTabletopRoom(t)
	secretary, chief := r.secretary(), r.in(access.Director, "")
	var phones []*browser
	for _, u := range r.units {
		phones = append(phones, r.in(access.Player, u))
	}
	event := with(playedEvent(r.id), "type", "exercise_ttx", "title.en", "Tabletop of the year")
	secretary.want(http.StatusSeeOther, "/programme/save/event", event)
	secretary.want(http.StatusSeeOther, "/programme/save/edition", exercisesEdition())
	r.must(chief, "/clock", "do", "start", "sure", "yes", "back", r.path("/table"))
	questions, commitments := map[string]bool{}, 0
	for step := nextOf(t, chief, r.path("/table")); step != ""; step = nextOf(t, chief, r.path("/table")) {
		poll := r.current().Key
		if step == "announce" {
			_, page := chief.get(r.path("/table"))
			poll = attr(nodes(t, page, func(n *html.Node) bool { return attr(n, "name") == "poll" })[0], "value")
			questions[poll] = true
		}
		r.must(chief, "/table/step", "step", step, "poll", poll)
		v := r.current()
		switch {
		case step == "open" || step == "again":
			for n, phone := range phones {
				r.must(phone, "/reply/"+r.units[n], fields(&v, n, "MARK-"+r.units[n])...)
			}
		case step == "reveal" && v.Kind == exercise.PollCommitment:
			r.must(phones[0], "/commit/"+r.units[0], "poll", v.Key, "what", "MARK-commitment", "by", "2027-12-31", "who", "somebody")
			commitments++
		}
	}
	r.must(chief, "/clock", "do", "end", "sure", "yes", "back", r.path("/table"))
	holds(t, secretary.in("en").page("/programme/report/now"), "Tabletop of the year", "Questions with a result", "!MARK", "!The exercise is not over")
	figures := reportFigures(t, secretary, "now")
	for key, want := range map[string]int{"delegations": len(r.units), "questions": len(questions), "shown": len(questions), "commitments": commitments} {
		if got := figures["exercise-"+r.id+"-tabletop."+key]; got != want {
			t.Errorf("%s: %d, want %d", key, got, want)
		}
	}
	if commitments == 0 || len(questions) < 3 {
		t.Errorf("%d questions and %d commitments show little", len(questions), commitments)
	}
}

// reportFigures are the figures of a report by their ids.
func reportFigures(t *testing.T, b *browser, edition string) map[string]int {
	t.Helper()
	all := map[string]int{}
	page := b.page("/programme/report/" + edition)
	for _, row := range strings.Split(page, `<tr id="f-`)[1:] {
		key, rest, _ := strings.Cut(row, `"`)
		_, rest, _ = strings.Cut(rest, `<td class="short"`)
		_, rest, _ = strings.Cut(rest, ">")
		value, _, _ := strings.Cut(rest, "</td>")
		n, err := strconv.Atoi(strings.ReplaceAll(value, ",", ""))
		if err != nil {
			t.Fatalf("%s is %q", key, value)
		}
		all[key] = n
	}
	return all
}
