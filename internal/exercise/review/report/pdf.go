package report

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// ErrNoBrowser means that no Chromium is installed to print with.
var ErrNoBrowser = errors.New("no Chromium found")

// BrowserError is a Chromium that did not print. Cause is what it said.
type BrowserError struct{ Cause string }

func (e *BrowserError) Error() string { return "chromium did not print: " + e.Cause }

// printTime bounds how long Chromium may take.
const printTime = 5 * time.Minute

// PDF prints a page as PDF. It takes the program that RENKEI_CHROMIUM names,
// else chromium, chromium-browser or google-chrome; without one the error is
// ErrNoBrowser. Chromium gets a profile of its own that is gone afterwards, and
// has no need of the network: the page refers to nothing outside itself.
func PDF(ctx context.Context, w io.Writer, html []byte) error {
	program, err := browser(os.Getenv("RENKEI_CHROMIUM"))
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "renkei-print-")
	if err != nil {
		return fmt.Errorf("print report: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // the system cleans its temporary folder
	in, out := filepath.Join(dir, "report.html"), filepath.Join(dir, "report.pdf")
	if err := os.WriteFile(in, html, 0o600); err != nil {
		return fmt.Errorf("print report: %w", err)
	}
	if err := printPage(ctx, program, dir, in, out); err != nil {
		return err
	}
	pdf, err := os.ReadFile(out)
	if err != nil {
		return &BrowserError{Cause: err.Error()}
	}
	if _, err := w.Write(pdf); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// browser finds the program to print with.
func browser(named string) (string, error) {
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
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
		return &BrowserError{Cause: lastLine(said.String(), err)}
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
