package publication_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"renkei/internal/community"
	"renkei/internal/i18n"
	"renkei/internal/programme"
	"renkei/internal/programme/demo"
	"renkei/internal/programme/publication"
	"renkei/internal/programme/texts"
)

// TestSite: the copy has what everybody may read and nothing else: no meeting that
// was not announced to all, no record that is not CLEAR or not adopted, no paper.
func TestSite(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		tlp     community.TLP
		adopted bool
		record  bool
	}{{community.Clear, true, true}, {community.Clear, false, false}, {community.Amber, true, false}} {
		records := programme.NewRecords()
		put := func(rec programme.Record) {
			ch := records.Numbered(programme.Change{Of: rec.Kind(), ID: rec.Key(), Record: rec})
			records = records.With(programme.Revision{Number: records.Last + 1, At: now, Of: ch.Of, ID: ch.ID, Record: ch.Record})
		}
		for _, rec := range demo.Meetings(now) {
			if d, ok := rec.(*programme.Decision); ok {
				d.TLP = community.Clear
			}
			put(rec)
		}
		m := &programme.Minutes{
			Head: programme.Head{ID: programme.MinutesID("wg1"), Title: community.Text{"en": "Record"}}, Meeting: "wg1", TLP: c.tlp,
			Text: community.Text{"en": "MARK-record <b>", "ja": "記録"},
		}
		m, err := m.Circulate(now, "", records.Document(records.Event("wg1"), m), now.AddDate(0, 0, 7))
		if err != nil {
			t.Fatal(err)
		}
		if c.adopted {
			if m, _ = m.Adopt(now.AddDate(0, 0, 8)); m.Adopted == nil {
				t.Fatal("not adopted")
			}
		}
		put(m)
		catalogue, err := i18n.New(texts.Area())
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		site := &publication.Site{Texts: catalogue, Members: map[string]community.Text{"jp": {"en": "Japan", "ja": "日本"}}}
		n, err := site.Write(records, dir)
		if err != nil || n != 6 { // style, front, two lists, two meetings
			t.Fatalf("%d files, %v", n, err)
		}
		var all strings.Builder
		err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			all.Write(raw)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		text := all.String()
		for want, is := range map[string]bool{
			"First meeting of the working group": true, "第1回作業部会": true, "日本": true, "MARK-record &lt;b&gt;": c.record, "One template for first reports": c.record,
			"Second meeting": false, "Try the template": false, "<script": false, "WG1/A1": false,
		} {
			if strings.Contains(text, want) != is {
				t.Errorf("%+v: %q is there: %v", c, want, !is)
			}
		}
	}
}
