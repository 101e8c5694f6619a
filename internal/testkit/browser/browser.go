package browser

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to show what is waited for.
const patience = 20 * time.Second

// Browser is a running Chromium.
type Browser struct {
	ctx context.Context
}

// New starts a browser that ends with the test. Where there is none, the test
// fails: `make deps` installs it.
func New(tb testing.TB) *Browser {
	tb.Helper()
	path, err := exec.LookPath("chromium-headless-shell") // the same engine without windows, for two thirds of the work
	if err != nil {
		tb.Fatalf("these tests need Debian's chromium-headless-shell (make deps): %v", err)
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true),
	)
	// Not the test's context: that ends before the browser can be told to.
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, stop := chromedp.NewContext(alloc)
	tb.Cleanup(func() {
		stop()
		stopAlloc()
	})
	if err := chromedp.Do(ctx); err != nil {
		tb.Fatalf("start chromium: %v", err)
	}
	return &Browser{ctx}
}

// Person opens a page of somebody with cookies of their own, who prefers a
// language, at a server.
func (b *Browser) Person(tb testing.TB, base, lang string) *Page {
	tb.Helper()
	ctx, stop := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	tb.Cleanup(stop)
	// The first call opens the page, for as long as its context lasts.
	if err := chromedp.Do(ctx); err != nil {
		tb.Fatalf("open a page: %v", err)
	}
	p := &Page{tb: tb, ctx: ctx, base: strings.TrimSuffix(base, "/")}
	p.do("open a page", acceptLanguage(lang), chromedp.EmulateViewport(1280, 900))
	p.listen()
	return p
}

// Window opens a second window of the same person, with the same cookies.
func (p *Page) Window() *Page {
	p.tb.Helper()
	ctx, stop := chromedp.NewContext(p.ctx)
	p.tb.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil {
		p.tb.Fatalf("open a window: %v", err)
	}
	second := &Page{tb: p.tb, ctx: ctx, base: p.base}
	second.listen()
	return second
}

// wait runs steps within the patience.
func (p *Page) wait(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		return fmt.Errorf("page %s: %w", p.url(), err)
	}
	return nil
}
