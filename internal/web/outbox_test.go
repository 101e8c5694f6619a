package web_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"

	"renkei/internal/auth/limit"
	"renkei/internal/i18n"
	"renkei/internal/testkit/browser"
	"renkei/internal/web"
)

// notebook is a server with one page of one form. What the form sends is kept
// as rule 4 of the design has it: a key counts once, and not for another text.
type notebook struct {
	url string

	mu      sync.Mutex // guards what is below
	log     []string
	byKey   map[string]string
	fault   string // what happens to the next submission: "request" or "answer" is lost
	down    bool   // a proxy answers in its place
	streams int    // that are open
}

func newNotebook(t *testing.T, quiet time.Duration) *notebook {
	t.Helper()
	n := &notebook{byKey: map[string]string{}}
	texts, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	rates := limit.Rates()
	delete(rates, limit.Stranger)
	limits, log := limit.New(time.Now, limit.Options{Rates: rates}), slog.New(slog.DiscardHandler)
	areas := []web.Area{{Name: "notes", Routes: []web.Route{
		{Pattern: "GET /notes", Handle: n.show}, {Pattern: "GET /notes/stream", Handle: n.stream, Stream: true}, {Pattern: "POST /notes", Handle: n.write, Limit: 8 << 20},
	}}}
	h, err := web.New(web.Deps{
		Texts: texts, Quiet: quiet, Limits: limits, Log: log, Areas: areas,
		Admission: web.NewAdmission(web.AdmissionDeps{Texts: texts, Log: log, Areas: areas, Limits: limits}),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(n.losing(h))
	t.Cleanup(func() {
		server.CloseClientConnections() // streams do not end by themselves
		server.Close()
	})
	n.url = server.URL
	return n
}

// losing loses submissions, or answers to them, on the way.
func (n *notebook) losing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			next.ServeHTTP(w, r)
			return
		}
		n.mu.Lock()
		fault, down := n.fault, n.down
		n.fault = ""
		n.mu.Unlock()
		switch {
		case down:
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusBadGateway)
		case fault == "request":
			panic(http.ErrAbortHandler)
		case fault == "answer":
			next.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// show draws the form with the key of a part that was kept: one for as long as
// nothing is written.
func (n *notebook) show(r *web.Request) error {
	n.mu.Lock()
	var owed strings.Builder
	for i := len(n.log); i < 4; i++ {
		fmt.Fprintf(&owed, `<li id="owed-%d"><a href="#owed-%d">Thing %d</a></li>`, i, i, i)
	}
	part := fmt.Sprintf(`<div id="part" hx-get="/notes" hx-trigger="news from:#live" hx-swap="outerMorph"><p>%d</p>
		<ul>%s</ul>
		<form method="post" action="/notes" id="note" class="stack" data-send data-draft="note"><input type="hidden" name="key" value="key-%d">
		<label for="text">Text</label><textarea id="text" name="text" required></textarea>
		<button class="main" name="kind" value="note">Send</button></form></div>`, len(n.log), owed.String(), len(n.log))
	n.mu.Unlock()
	if r.IsPart() {
		made, err := r.Render(templ.Raw(part))
		if err != nil {
			return err
		}
		return r.SendFragment(&made)
	}
	return r.Show(http.StatusOK, templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return web.Page(r, "Notes").Render(templ.WithChildren(ctx, templ.Raw(`<div id="live" data-stream="/notes/stream"><p class="clock" data-at="0" data-wall="0" data-factor="1" data-start="0">
			<time class="at">00:00:00</time> <span class="utc"></span></p>`+part+`</div>`)), w)
	}))
}

// stream says how many lines the log has, ten times a second.
func (n *notebook) stream(r *web.Request) error {
	n.set(func() { n.streams++ })
	defer n.set(func() { n.streams-- })
	r.Writer.Header().Set("Content-Type", "text/event-stream")
	beat := time.NewTicker(100 * time.Millisecond)
	defer beat.Stop()
	for {
		if _, err := fmt.Fprintf(r.Writer, "event: news\ndata: %d\n\n", len(n.written())+1); err != nil {
			return nil //nolint:nilerr // the reader has gone
		}
		if err := http.NewResponseController(r.Writer).Flush(); err != nil {
			return nil //nolint:nilerr // the reader has gone
		}
		select {
		case <-beat.C:
		case <-r.Context().Done():
			return nil
		}
	}
}

func (n *notebook) write(r *web.Request) error {
	key, text := r.PostFormValue("key"), r.PostFormValue("text")
	if strings.HasPrefix(text, "refuse") {
		return &web.UserError{Text: "Not like this."}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	was, twice := n.byKey[key]
	if twice && was != text {
		return &web.UserError{Text: "The key was used."}
	}
	if !twice {
		n.byKey[key] = text
		n.log = append(n.log, text)
	}
	return r.RedirectText("/notes", "Kept.")
}

func (n *notebook) set(change func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	change()
}

func (n *notebook) written() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.log)
}

// desk is the page of the notebook as somebody works at it.
type desk struct {
	t *testing.T
	n *notebook
	p *browser.Page
}

func newDesk(t *testing.T, b *browser.Browser) *desk {
	t.Helper()
	d := &desk{t, newNotebook(t, 0), nil}
	d.p = b.Person(t, d.n.url, "en")
	d.p.Go("/notes")
	d.p.Until(`document.readyState === "complete"`)
	return d
}

// do runs a statement on the page.
func (d *desk) do(js string) {
	d.t.Helper()
	browser.Value[bool](d.p, "(() => { "+js+"; return true; })()")
}

func (d *desk) kind(text string) {
	d.t.Helper()
	d.do(fmt.Sprintf(`const f = document.getElementById("text"); f.value = %q; f.dispatchEvent(new Event("input", {bubbles: true}))`, text))
}

func (d *desk) submit() {
	d.t.Helper()
	d.do(`document.querySelector("#note button.main").click()`)
}

// news has the part that changes come anew, and waits until it is there.
func (d *desk) news() {
	d.t.Helper()
	browser.Value[bool](d.p, `new Promise((done) => {
		document.addEventListener("htmx:after:swap", () => done(true), {once: true});
		document.getElementById("live").dispatchEvent(new CustomEvent("news"));
	})`)
}

func (d *desk) reload() {
	d.t.Helper()
	d.do("window.before = 1")
	d.p.Reload()
	d.p.Until(`!window.before && document.readyState === "complete" && !!window.newOutbox`)
}

// retry has what waits sent at once, as when the device finds a network.
func (d *desk) retry() {
	d.t.Helper()
	d.do(`window.dispatchEvent(new Event("online"))`)
}

// settle waits until nothing waits any more.
func (d *desk) settle(want []string) {
	d.t.Helper()
	d.n.set(func() { d.n.fault, d.n.down = "", false })
	d.retry()
	d.p.Until(fmt.Sprintf(`fetch("/notes", {headers: {"HX-Request": "true"}}).then((r) => r.text()).then((t) => t.includes("<p>%d</p>"))`, len(want)))
	d.p.Until(`document.getElementById("outbox").hidden && !document.querySelector(".told.waits")`)
	if got := d.n.written(); !slices.Equal(got, want) {
		d.t.Errorf("the log holds %q, want %q", got, want)
	}
}

// field is what stands in the form.
func (d *desk) field() string {
	d.t.Helper()
	return browser.Value[string](d.p, `document.getElementById("text").value`)
}

// TestOutboxModel interleaves what people, links and servers do: the log holds
// each text once, unchanged, and in the order of its submission.
func TestOutboxModel(t *testing.T) {
	t.Parallel()
	b := browser.New(t)
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			d, random := newDesk(t, b), rand.New(rand.NewPCG(seed, 1))
			var want, steps []string
			typed := ""
			for i := range 30 {
				step := []string{"type", "submit", "submit", "press twice", "lose request", "lose answer", "news", "reload", "stop", "start", "retry"}[random.IntN(11)]
				steps = append(steps, step)
				switch step {
				case "type":
					typed = fmt.Sprintf("text %d of %d\nwith a second line", i, seed)
					d.kind(typed)
				case "submit", "press twice":
					if typed == "" {
						typed = fmt.Sprintf("text %d of %d", i, seed)
						d.kind(typed)
					}
					d.submit()
					if step == "press twice" {
						d.submit()
					}
					want, typed = append(want, typed), ""
					d.p.Until(`!localStorage.getItem("draft  /notes note")`) // it is stored
				case "lose request":
					d.n.set(func() { d.n.fault = "request" })
				case "lose answer":
					d.n.set(func() { d.n.fault = "answer" })
				case "news":
					d.news()
				case "reload":
					d.reload()
				case "stop":
					d.n.set(func() { d.n.down = true })
				case "start":
					d.n.set(func() { d.n.down = false })
				case "retry":
					d.retry()
				}
				if got := strings.ReplaceAll(d.field(), "\r", ""); got != typed {
					t.Fatalf("after %q the field holds %q, want %q", steps, got, typed)
				}
			}
			d.settle(want)
			if t.Failed() {
				t.Logf("steps: %q", steps)
			}
		})
	}
}

// TestRefusedComesBack: what the server refuses is in its form again, said and
// focused, over news too. Where the form holds the next text, both are there.
func TestRefusedComesBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t, browser.New(t))
	d.kind("refuse this")
	d.submit()
	const told = `document.querySelector("#note .told.problem")?.textContent === "Not like this." &&
		document.activeElement.id === "text" && document.activeElement.getAttribute("aria-invalid") === "true" &&
		document.getElementById(document.activeElement.getAttribute("aria-describedby")).textContent === "Not like this."`
	d.p.Until(told)
	d.news()
	if !browser.Value[bool](d.p, told) || d.field() != "refuse this" {
		t.Errorf("news took the refusal away; the field holds %q", d.field())
	}
	d.p.Troubles() // the console tells of the refusal
	d.n.set(func() { d.n.down = true })
	d.kind("refuse that")
	d.submit()
	d.p.See("#note .told.waits")
	d.kind("the next")
	d.n.set(func() { d.n.down = false })
	d.retry()
	d.p.See("#outbox li.problem")
	if text := d.p.Text("#outbox li.problem"); !strings.Contains(text, "refuse that") || !strings.Contains(text, "Not like this.") || d.field() != "the next" {
		t.Errorf("the outbox shows %q, the field %q", text, d.field())
	}
	d.submit()
	d.p.Until(`document.getElementById("outbox").hidden && document.getElementById("text").value === "refuse that" &&
		document.querySelector("#part p").textContent === "1"`)
	if got := d.n.written(); !slices.Equal(got, []string{"the next"}) {
		t.Errorf("the log holds %q", got)
	}
}

// TestWaitingIsCancelled: what waits is shown with its text, and not sent once
// it is cancelled; what comes after it is.
func TestWaitingIsCancelled(t *testing.T) {
	t.Parallel()
	d := newDesk(t, browser.New(t))
	d.n.set(func() { d.n.down = true })
	for i, text := range []string{"first", "second"} {
		d.kind(text)
		d.submit()
		d.p.Until(fmt.Sprintf(`document.querySelectorAll("#outbox li time").length === %d`, i+1))
	}
	d.reload()
	d.p.Read("second")
	d.p.Click("#outbox li:first-child button")
	d.p.Until(`document.querySelectorAll("#outbox li").length === 1`)
	d.settle([]string{"second"})
}

// TestFocusMovesOn: when what has the focus goes away, the next thing has it.
func TestFocusMovesOn(t *testing.T) {
	t.Parallel()
	d := newDesk(t, browser.New(t))
	d.do(`document.querySelector("#owed-0 a").focus()`)
	d.n.set(func() { d.n.log = append(d.n.log, "done") })
	d.p.Until(`!document.getElementById("owed-0") && document.activeElement.parentElement.id === "owed-1"`)
}

// TestSizeIsCheckedFirst: a file that is too large is refused before it is sent.
func TestSizeIsCheckedFirst(t *testing.T) {
	t.Parallel()
	d := newDesk(t, browser.New(t))
	// In one go: what comes anew has no such field.
	pointed := browser.Value[bool](d.p, `(() => {
		const text = document.getElementById("text"), files = new DataTransfer();
		text.value = "with a file";
		text.dispatchEvent(new Event("input", {bubbles: true}));
		text.insertAdjacentHTML("afterend", '<input type="file" id="file" name="file" data-max="3">');
		files.items.add(new File(["four"], "large.txt"));
		document.getElementById("file").files = files.files;
		document.querySelector("#note button.main").click();
		const at = document.activeElement;
		return at.id === "file" && at.getAttribute("aria-invalid") === "true" && !!document.querySelector("#note .told.problem");
	})()`)
	if !pointed {
		t.Error("the file is not pointed at")
	}
	if got := d.n.written(); len(got) != 0 || d.field() != "with a file" {
		t.Errorf("the log holds %q, the field %q", got, d.field())
	}
}
