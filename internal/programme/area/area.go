// Package area registers the programme with the program: its pages, its place in
// the navigation, its tables and its texts.
package area

import (
	"context"
	"time"

	"renkei/internal/database"
	"renkei/internal/programme"
	"renkei/internal/programme/demo"
	programmepages "renkei/internal/programme/pages"
	"renkei/internal/programme/store"
	"renkei/internal/programme/texts"
	"renkei/internal/web"
)

// Sources are the handbook and the community, of which the programme makes its
// report, and who is in it.
type Sources = programmepages.Sources

// Area returns the wing of the programme, kept in a database; nil is enough to
// ask for its routes, tables and texts. now is the time, nil for that of the
// machine.
func Area(db *database.DB, from Sources, mailing Mailing, now func() time.Time) web.Area {
	if db == nil {
		db = &database.DB{}
	}
	if now == nil {
		now = time.Now
	}
	kept := store.New(db)
	pages := programmepages.New(kept, from, now)
	work := &jobs{store: kept, directory: from, mailing: mailing, now: now}
	return web.Area{
		Name:       "programme",
		Routes:     pages.Routes(),
		Nav:        programmepages.Section,
		Home:       pages.Home,
		Minute:     work.minute,
		Demo:       func(ctx context.Context) error { return Demo(ctx, db) },
		Migrations: store.Migrations(),
		Tables:     store.Tables(),
		Texts:      texts.Area(),
	}
}

// Demo enters the demo programme in a database that has none.
func Demo(ctx context.Context, db *database.DB) error { return enterDemo(ctx, store.New(db)) }

func enterDemo(ctx context.Context, kept *store.Store) error {
	changes, err := demo.Changes("", "demo data")
	if err != nil {
		return err
	}
	now := time.Now()
	picture, err := demo.Picture(now, func(data []byte) (string, error) { return kept.PutFile(ctx, now, data) })
	if err != nil {
		return err
	}
	for _, rec := range demo.Meetings(now, picture) {
		changes = append(changes, programme.Change{Reason: "demo data", Of: rec.Kind(), ID: rec.Key(), Record: rec})
	}
	records, err := kept.Apply(ctx, now, changes...)
	if err != nil {
		return err
	}
	minutes, err := demo.Minutes(records, now)
	if err != nil {
		return err
	}
	if _, err = kept.Apply(ctx, now, programme.Change{Reason: "demo data", Of: programme.KindMinutes, ID: minutes.ID, Record: minutes}); err != nil {
		return err
	}
	return demoCourse(ctx, kept, now)
}

// demoCourse enters a course with those who were at it.
func demoCourse(ctx context.Context, kept *store.Store, now time.Time) error {
	course := demo.Course(now)
	seminar := demo.Seminar(now)
	for _, rec := range []programme.Record{course, seminar, demo.Stated(course), demo.Settings(), demo.Year(now)} {
		if _, err := kept.Apply(ctx, now, programme.Change{Reason: "demo data", Of: rec.Kind(), ID: rec.Key(), Record: rec}); err != nil {
			return err
		}
	}
	delegates := demo.Delegates(seminar, now)
	if _, err := kept.Attend(ctx, now, "", seminar.ID, func([]programme.Attendee) ([]programme.Attendee, error) { return delegates, nil }); err != nil {
		return err
	}
	return kept.ChangeRoster(ctx, now, "", course.ID, func(*programme.Roster) (c store.RosterChange, err error) {
		r := demo.Roster(course, now)
		r.Certificates = r.Issue(course, now, programme.NewCertificateCode)
		return store.RosterChange{Nominees: r.Nominees, Attendees: r.Attendees, Certificates: r.Certificates}, nil
	})
}
