//go:build unix

package e2e

import "testing"

// TestWithoutScript reads, acknowledges and answers where no script runs.
func TestWithoutScript(t *testing.T) {
	t.Parallel()
	d, first := newDrill(t)
	d.found(first, "Drill in a browser", false)
	d.invite("player", "asteria")
	d.director.Go(d.x("/board"))
	d.director.Click("#start-sure")
	d.director.Send("#tool-start button.main")
	d.director.Read("I01")
	p := d.person(d.road, "en")
	p.WithoutScript()
	p.Take(d.links["player asteria"], "Ann")
	p.Go(d.x("/desk/asteria"))
	p.Until(`!!document.querySelector("#new-I01 form button") ||
		document.readyState === "complete" && (location.reload(), false)`) // it does not come by itself
	p.Click("#new-I01 form button")
	p.Read("Acknowledged.")
	p.Gone("#new-I01")
	p.Click("#inject-I01 a[href]")
	p.Read("Text of inject 1.")
	p.Click("#task-T1 input[value=a]")
	p.Click("#task-T1 button.main")
	p.Read("Handed in.")
	p.See("#versions-T1")
	p.Fill("#text-T3", "Files are encrypted.")
	p.Click("#task-T3 button.main")
	p.See("#versions-T3")
	p.Fill("#reply-text", "Since when?")
	p.Click("#reply button")
	p.Read("Sent.")
	events := d.events()
	for _, what := range []string{"inject.acknowledged", "task.submitted T1 asteria", "task.submitted T3 asteria", `"Since when?"`} {
		if events[what] != 1 {
			t.Errorf("%s: %d times in the log", what, events[what])
		}
	}
}
