package web_test

import (
	"strings"
	"testing"
	"time"

	"renkei/internal/testkit/browser"
	"renkei/internal/testkit/flakylink"
)

// TestDeadLineIsNoticed: on a line that breaks nothing and passes nothing, the
// page says so, its clock stands, and what is sent waits its turn.
func TestDeadLineIsNoticed(t *testing.T) {
	t.Parallel()
	n := newNotebook(t, time.Second)
	addr := strings.TrimPrefix(n.url, "http://")
	line := flakylink.New(t, addr)
	d := &desk{t, n, browser.New(t).Person(t, "http://"+line.Addr(), "en")}
	d.p.Go("/notes")
	d.p.Until(`document.readyState === "complete" && document.getElementById("offline").hidden`)
	line.Hang()
	d.p.See("#offline")
	d.p.Read("As of")
	d.kind("over a dead line")
	d.submit()
	d.p.See("#note .told.waits") // the attempt has been given up
	line.Mend(addr)
	d.p.Until(`document.getElementById("offline").hidden && !document.querySelector(".asof-text")`)
	d.settle([]string{"over a dead line"})
}

// TestWindowsShareAStream: two windows of a person have one stream between them,
// both see what is new, and one goes on when the other, which held it, is left.
func TestWindowsShareAStream(t *testing.T) {
	t.Parallel()
	d := newDesk(t, browser.New(t))
	second := d.p.Window()
	second.Go("/notes")
	d.kind("one")
	d.submit()
	for _, p := range []*browser.Page{d.p, second} {
		p.Until(`document.querySelector("#part p")?.textContent === "1"`)
	}
	d.n.mu.Lock()
	streams := d.n.streams
	d.n.mu.Unlock()
	if streams != 1 {
		t.Errorf("%d streams are open", streams)
	}
	d.p.Go("/healthz") // the window that held the stream
	d.n.set(func() { d.n.log = append(d.n.log, "two") })
	second.Until(`document.querySelector("#part p")?.textContent === "2"`)
}
