package certificate_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"renkei/internal/community"
	"renkei/internal/i18n"
	"renkei/internal/programme"
	"renkei/internal/programme/certificate"
	"renkei/internal/programme/texts"
)

// TestPDF prints a certificate with a name in every script of the members. Each
// script has to be set in a font that has it: where none had, Chromium would take
// none, and the fonts in the file would lack it. It is one page in both
// languages, also with the longest names that are kept.
func TestPDF(t *testing.T) {
	t.Parallel()
	words, err := i18n.New(texts.Area())
	if err != nil {
		t.Fatal(err)
	}
	c := &programme.Certificate{
		Code: "ABCDEFGHJKLM", Name: "Nguyễn Thị Hoà", Local: "สมชาย ໃຈດີ សុខ ដារ៉ា အောင်မင်း 佐藤花子",
		Course: community.Text{"en": "Course on handling incidents", "ja": "インシデント対応研修"}, Begin: "2026-06-01", End: "2026-06-02", Attended: 3, Of: 4,
		Hosts: []string{"AJCCBC"}, Issued: time.Date(2026, 6, 3, 0, 0, 0, 0, time.UTC),
	}
	long := *c
	long.Name, long.Local = strings.Repeat("Nguyễn Thị ", 18), strings.Repeat("សុខ ដារ៉ា ", 18)
	long.Course = community.Text{"en": strings.Repeat("handling incidents ", 20)}
	for name, one := range map[string]struct {
		lang string
		c    *programme.Certificate
	}{"en": {"en", c}, "ja": {"ja", c}, "long": {"en", &long}} {
		var b bytes.Buffer
		if err := certificate.PDF(t.Context(), &b, one.c, "https://example.org/programme/certificate/ABCDEFGHJKLM", templ.NopComponent, words.For(one.lang)); err != nil {
			t.Fatal(err)
		}
		if pages := bytes.Count(b.Bytes(), []byte("/Type /Page\n")); pages != 1 {
			t.Errorf("%s: %d pages", name, pages)
		}
		if name == "long" {
			continue
		}
		fonts := map[string]bool{}
		for _, m := range regexp.MustCompile(`/FontName /[A-Z]{6}\+([A-Za-z0-9]+)`).FindAllSubmatch(b.Bytes(), -1) {
			fonts[string(m[1])] = true
		}
		for _, script := range []string{"NotoSans", "NotoSansThai", "NotoSansLao", "NotoSansKhmer", "NotoSansMyanmar", "NotoSansCJK"} {
			found := false
			for font := range fonts {
				found = found || font == script || script == "NotoSansCJK" && strings.HasPrefix(font, script)
			}
			if !found {
				t.Errorf("%s: no %s among %v", name, script, fonts)
			}
		}
	}
}
