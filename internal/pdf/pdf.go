// Package pdf prints pages of HTML as PDF with the Chromium that is installed,
// with the numbers of pages in their contents where wished. Start reading at
// [Print].
package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// ErrNoBrowser means that no Chromium is installed to print with.
var ErrNoBrowser = errors.New("no Chromium found")

// BrowserError is a Chromium that did not print. Cause is what it said, for a
// log: it is no sentence for a reader.
type BrowserError struct {
	Cause string
	Late  bool // it had not finished after five minutes
}

func (e *BrowserError) Error() string { return "chromium did not print: " + e.Cause }

// printTime bounds how long Chromium may take.
const printTime = 5 * time.Minute

// Print prints a page as PDF. It takes the program that RENKEI_CHROMIUM names,
// else chromium, chromium-browser or google-chrome; without one the error is
// ErrNoBrowser. Chromium gets a profile of its own that is gone afterwards, and
// has no need of the network: the page refers to nothing outside itself.
func Print(ctx context.Context, w io.Writer, html []byte) error {
	program, err := browser(os.Getenv("RENKEI_CHROMIUM"))
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "renkei-print-")
	if err != nil {
		return fmt.Errorf("print page: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // the system cleans its temporary folder
	in, out := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.pdf")
	if err := os.WriteFile(in, html, 0o600); err != nil {
		return fmt.Errorf("print page: %w", err)
	}
	if err := printPage(ctx, program, dir, in, out); err != nil {
		return err
	}
	pdf, err := os.ReadFile(out)
	if err != nil {
		return &BrowserError{Cause: err.Error()}
	}
	if _, err := w.Write(pdf); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	return nil
}

// most is how often a book is printed until its contents are right.
const most = 4

// PrintBook prints a page whose contents name the pages on which its parts
// begin. render makes it with the number of the page of each id that a link on the
// page leads to, at first with none; it is printed again until the numbers are
// right. The errors are those of Print and of render.
func PrintBook(ctx context.Context, w io.Writer, render func(pages map[string]int) ([]byte, error)) error {
	var pages map[string]int
	for range most {
		html, err := render(pages)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := Print(ctx, &b, html); err != nil {
			return err
		}
		now, err := Destinations(b.Bytes())
		if err != nil {
			return err
		}
		if maps.Equal(now, pages) {
			if _, err := w.Write(b.Bytes()); err != nil {
				return fmt.Errorf("write PDF: %w", err)
			}
			return nil
		}
		pages = now
	}
	return &BrowserError{Cause: "the numbers of its pages changed each time"}
}

// browser finds the program to print with. The shell is Chromium without its
// windows: it prints the same and starts in a fifth of the time.
func browser(named string) (string, error) {
	names := []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	if named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNoBrowser
}

func printPage(ctx context.Context, program, dir, in, out string) error {
	ctx, cancel := context.WithTimeout(ctx, printTime)
	defer cancel()
	args := []string{
		"--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-dev-shm-usage",
		"--generate-pdf-document-outline",
		"--user-data-dir=" + filepath.Join(dir, "profile"), "--no-pdf-header-footer", "--print-to-pdf=" + out,
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // as root Chromium refuses to run with it
	}
	cmd := exec.CommandContext(ctx, program, append(args, "file://"+in)...) //nolint:gosec // the user names the program
	cmd.WaitDelay = 10 * time.Second
	var said bytes.Buffer
	cmd.Stderr = &said
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if err := cmd.Run(); err != nil {
		return &BrowserError{Cause: lastLine(said.String(), err), Late: errors.Is(ctx.Err(), context.DeadlineExceeded)}
	}
	return nil
}

// lastLine is the last thing that a program said, else how it ended.
func lastLine(said string, err error) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "" {
		return last + " (" + err.Error() + ")"
	}
	return err.Error()
}
