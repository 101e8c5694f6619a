package report_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"testing"

	"renkei/internal/exercise/review/report"
)

// needBrowser fails where no Chromium is installed.
func needBrowser(t *testing.T) {
	t.Helper()
	for _, name := range []string{os.Getenv("RENKEI_CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if _, err := exec.LookPath(name); name != "" && err == nil {
			return
		}
	}
	t.Fatal("there is no Chromium: run make deps")
}

func TestPDF(t *testing.T) {
	needBrowser(t)
	var b bytes.Buffer
	if err := report.PDF(t.Context(), &b, page(t, load(t, "testdata/excon.ja.json"), "ja")); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b.Bytes(), []byte("%PDF-")) || bytes.Count(b.Bytes(), []byte("/Type /Page\n")) < 4 {
		t.Errorf("%d bytes that are no PDF of several pages", b.Len())
	}
}

func TestPDFWithoutBrowser(t *testing.T) {
	t.Setenv("RENKEI_CHROMIUM", "/nowhere/chromium")
	if err := report.PDF(t.Context(), &bytes.Buffer{}, nil); !errors.Is(err, report.ErrNoBrowser) {
		t.Errorf("%v, want ErrNoBrowser", err)
	}
	t.Setenv("RENKEI_CHROMIUM", "false")
	var failed *report.BrowserError
	if err := report.PDF(t.Context(), &bytes.Buffer{}, nil); !errors.As(err, &failed) {
		t.Errorf("%v, want a BrowserError", err)
	}
}
