package browser

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Page is what one person has before them.
type Page struct {
	tb   testing.TB
	ctx  context.Context
	base string

	mu       sync.Mutex // guards troubles
	troubles []string   // errors of the console
}

// WithoutScript lets no page from now on run its scripts.
func (p *Page) WithoutScript() {
	p.tb.Helper()
	p.do("forbid scripts", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

func acceptLanguage(lang string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{
			Headers: network.Headers{"Accept-Language": lang},
		})
		return err
	})
}

// listen collects what the console complains of.
func (p *Page) listen() {
	go func() {
		for m, err := range chromedp.Console(p.ctx) {
			if err != nil {
				return // the page is closed
			}
			if m.IsException() || m.Type == "error" {
				p.mu.Lock()
				p.troubles = append(p.troubles, m.Text+" "+m.URL)
				p.mu.Unlock()
			}
		}
	}()
}

// Troubles gives what the console has complained of since the last call.
func (p *Page) Troubles() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.troubles
	p.troubles = nil
	return all
}

// do runs steps, and fails the test with a picture when they do not come off.
func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.tb.Helper()
	if err := p.wait(steps...); err != nil {
		p.tb.Fatalf("%s: %v\n%s", what, err, p.picture())
	}
}

// picture saves what the page shows, and says where.
func (p *Page) picture() string {
	f, err := os.CreateTemp("", "renkei-page-*.png")
	if err != nil {
		return err.Error()
	}
	defer f.Close() //nolint:errcheck // for a failed test only
	shot, err := p.shot()
	if err == nil {
		_, err = f.Write(shot)
	}
	text, _ := value[string](p, `document.body ? document.body.innerText.slice(0, 2000) : ""`)
	return fmt.Sprintf("picture %s %v\n%s", f.Name(), err, text)
}

func (p *Page) shot() ([]byte, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.FullScreenshot(100))
}

// value is what an expression gives on the page.
func value[T any](p *Page, js string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
}

// Value is what an expression gives on the page.
func Value[T any](p *Page, js string) T {
	p.tb.Helper()
	v, err := value[T](p, js)
	if err != nil {
		p.tb.Fatalf("evaluate %s: %v\n%s", js, err, p.picture())
	}
	return v
}

// For has a test within the page's test use the page: it fails in its stead.
func (p *Page) For(tb testing.TB) {
	tb.Helper()
	p.tb = tb
}

func (p *Page) url() string {
	s, err := value[string](p, "location.href")
	if err != nil {
		return err.Error()
	}
	return s
}

// Path is the address that is shown, without the server.
func (p *Page) Path() string { return strings.TrimPrefix(p.url(), p.base) }

// Go opens an address of the server, or a whole one.
func (p *Page) Go(address string) {
	p.tb.Helper()
	if !strings.Contains(address, "://") {
		address = p.base + address
	}
	p.do("open "+address, chromedp.Navigate(address))
}

// Reload has the page begin to load again, with or without success.
func (p *Page) Reload() {
	p.tb.Helper()
	Value[int](p, "setTimeout(() => location.reload()), 1")
}

// Take takes a link, under a name.
func (p *Page) Take(link, name string) {
	p.tb.Helper()
	p.Go(link)
	p.Fill("#name", name)
	p.Click("form[method=post] button.main")
	p.See("nav.tabs")
}

// Fill puts a text into a field in place of what is there, as somebody types
// it.
func (p *Page) Fill(selector, text string) {
	p.tb.Helper()
	p.See(selector)
	Value[int](p, fmt.Sprintf("document.querySelector(%q).select(), 1", selector))
	p.do("fill "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Choose chooses an option of a list.
func (p *Page) Choose(selector, option string) {
	p.tb.Helper()
	p.do("choose in "+selector, chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.SetValue(chromedp.CSS(selector), option))
}

// Upload puts a file into a field.
func (p *Page) Upload(selector, path string) {
	p.tb.Helper()
	p.do("upload into "+selector, chromedp.SetUploadFiles(chromedp.CSS(selector), []string{path}))
}

// Click clicks what is or becomes visible.
func (p *Page) Click(selector string) {
	p.tb.Helper()
	p.do("click "+selector, chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.ScrollIntoView(chromedp.CSS(selector)),
		chromedp.Click(chromedp.CSS(selector)))
}

// Send clicks a button of a form that stays on its page or leads to another,
// and returns what the page then says of it.
func (p *Page) Send(button string) string {
	p.tb.Helper()
	Value[string](p, `document.getElementById("said").textContent = ""`)
	p.Click(button)
	p.Until(`!!document.getElementById("said")?.textContent`)
	return Value[string](p, `document.getElementById("said").textContent`)
}

// Open opens a part that is folded away, where it is.
func (p *Page) Open(details string) {
	p.tb.Helper()
	p.Until(fmt.Sprintf(`!!document.querySelector(%q)`, details))
	if !Value[bool](p, fmt.Sprintf(`document.querySelector(%q).open`, details)) {
		p.Click(details + " > summary")
	}
}

// Press sends a key, such as kb.Tab, to what has the focus.
func (p *Page) Press(keys string) {
	p.tb.Helper()
	p.do("press a key", chromedp.KeyEvent(keys))
}

// See waits for an element to be visible.
func (p *Page) See(selector string) {
	p.tb.Helper()
	p.do("see "+selector, chromedp.WaitVisible(chromedp.CSS(selector)))
}

// Gone waits for an element not to be there.
func (p *Page) Gone(selector string) {
	p.tb.Helper()
	p.do("no longer see "+selector, chromedp.WaitNotPresent(chromedp.CSS(selector)))
}

// Read waits for a text anywhere on the page.
func (p *Page) Read(text string) {
	p.tb.Helper()
	p.Until(fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

// Until waits for an expression to be true, also over a change of pages.
func (p *Page) Until(js string) {
	p.tb.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-again.C {
		if ok, err := value[bool](p, js); err == nil && ok { // an error: the page is changing
			return
		}
	}
	p.tb.Fatalf("wait until %s\n%s", js, p.picture())
}

// Text is the text of an element.
func (p *Page) Text(selector string) string {
	p.tb.Helper()
	p.See(selector)
	return Value[string](p, fmt.Sprintf("document.querySelector(%q).innerText", selector))
}

// Width makes the window so wide.
func (p *Page) Width(pixels int64) {
	p.tb.Helper()
	p.do("resize", chromedp.EmulateViewport(pixels, 900))
}

// Print gives the sheets of A4 onto which the page is printed, as a PDF without
// a browser's own head and foot.
func (p *Page) Print() []byte {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	own := func(params *page.PrintToPDFParams) {
		params.PreferCSSPageSize = new(bool)
		*params.PreferCSSPageSize = true
	}
	data, err := chromedp.Run(ctx, chromedp.PrintToPDF(own))
	if err != nil {
		p.tb.Fatalf("print %s: %v", p.Path(), err)
	}
	return data
}

// Low makes the window as low as one that is enlarged to 400 %.
func (p *Page) Low() {
	p.tb.Helper()
	p.do("resize", chromedp.EmulateViewport(320, 256))
}

// Media lays the page out as for a medium, such as print; "" for the screen again.
func (p *Page) Media(medium string) {
	p.tb.Helper()
	p.do("lay out for "+medium, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium})
		return err
	}))
}

// PressBack sends a key with Shift, such as kb.Tab to go back.
func (p *Page) PressBack(keys string) {
	p.tb.Helper()
	p.do("press a key with shift", chromedp.KeyEvent(keys, chromedp.KeyModifiers(chromedp.ModifierShift)))
}
