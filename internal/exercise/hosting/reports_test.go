package hosting_test

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
	"time"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/review/report"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/pdf"
	"renkei/internal/testkit/exercisetest"
)

// reported is a stored exercise that can be reported on.
func reported(t *testing.T) *hosting.Exercise {
	t.Helper()
	db := exercisetest.Store(t)
	exercisetest.Create(t, exercisetest.Deps(db), exercisetest.Pack(t, exercisetest.Hospital), 4)
	return hosting.NewExercise(exercisetest.ID, nil, nil, db, hosting.NewReports(db), nil)
}

// TestReports makes every form of a report from the store, and says what is
// wrong where there is none.
func TestReports(t *testing.T) {
	hosted := reported(t)
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("RENKEI_CHROMIUM", "no-such-program")
	tests := []struct {
		reader, form string
		want         error
	}{
		{review.ForExcon, "html", nil},
		{review.ForPublic, "json", nil},
		{"asteria", "csv", nil},
		{"asteria", "csv.zip", nil},
		{"asteria", "xlsx", nil},
		{review.ForExcon, "summary", nil},
		{review.ForExcon, "results", nil},
		{"asteria", "summary", report.ErrNoFormat},
		{review.ForPublic, "results", report.ErrNoFormat},
		{"asteria", "exe", report.ErrNoFormat},
		{review.ForExcon, "pdf", pdf.ErrNoBrowser},
	}
	for _, x := range tests {
		var first, again bytes.Buffer
		o := hosting.ReportOptions{For: x.reader, Format: x.form, Printer: texts.For("en")}
		err := hosted.Report(t.Context(), &first, o)
		if !errors.Is(err, x.want) || (x.want == nil) != (first.Len() > 0) {
			t.Errorf("%s for %s: %v, %d bytes; want %v", x.form, x.reader, err, first.Len(), x.want)
		}
		if err := hosted.Report(t.Context(), &again, o); !errors.Is(err, x.want) || !bytes.Equal(first.Bytes(), again.Bytes()) {
			t.Errorf("%s for %s is another the second time: %v", x.form, x.reader, err)
		}
		o.Printer = texts.For("ja")
		if x.form == "html" {
			var ja bytes.Buffer
			if err := hosted.Report(t.Context(), &ja, o); err != nil || bytes.Equal(first.Bytes(), ja.Bytes()) {
				t.Errorf("the report in Japanese is the one in English: %v", err)
			}
		}
	}
	var unknown *review.UnknownUnitError
	if err := hosted.Report(t.Context(), &bytes.Buffer{}, hosting.ReportOptions{For: "nobody", Format: "html", Printer: texts.For("en")}); !errors.As(err, &unknown) {
		t.Errorf("a report for nobody: %v", err)
	}
}

// TestLog writes a log whose head is the one that is shown.
func TestLog(t *testing.T) {
	t.Parallel()
	hosted := reported(t)
	head, err := hosted.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, upTo := range []uint64{0, 1} {
		var b bytes.Buffer
		if err := hosted.WriteLog(t.Context(), &b, upTo); err != nil {
			t.Fatal(err)
		}
		res, err := journal.Verify(&b)
		if err != nil || !res.Complete || upTo == 0 && res.Head != head || upTo == 1 && res.Head.Seq != 1 {
			t.Errorf("up to %d: %+v, %v; want %+v", upTo, res, err, head)
		}
	}
}

// TestStoredLogIsThatOfItsFile plays an exercise and reads its log from the
// store, and from the file that is written of it.
func TestStoredLogIsThatOfItsFile(t *testing.T) {
	t.Parallel()
	l := newFixture(t, 0)
	id := l.create("reported", true)
	x, db := l.exercise(id), l.db
	l.do(id, "startex", exercise.Start{Speed: 1})
	l.do(id, "jump", exercise.Jump{To: exercise.At(29 * time.Minute), Mode: exercise.JumpRelease})
	l.do(id, "end", exercise.End{})
	var file bytes.Buffer
	if err := x.WriteLog(t.Context(), &file, 0); err != nil {
		t.Fatal(err)
	}
	fromFile, err := review.LoadFigures(&file)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := review.LoadStored(t.Context(), db, id)
	if err != nil {
		t.Fatal(err)
	}
	if len(stored.Events) < 50 || !reflect.DeepEqual(stored.Events, fromFile.Events) {
		t.Errorf("%d events from the store, %d from the file, or others", len(stored.Events), len(fromFile.Events))
	}
	if stored.Head == nil || *stored.Head != *fromFile.Head || stored.Torn || stored.Play.Pack.Hash() != fromFile.Play.Pack.Hash() {
		t.Errorf("head %v, want %v", stored.Head, fromFile.Head)
	}
	if _, err := review.LoadStored(t.Context(), db, "none"); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("a log that is not there: %v", err)
	}
}
