package main

import (
	"bytes"
	"context"
	"io"
	"strings"

	"renkei/internal/calendar"
	"renkei/internal/database"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/programme"
	"renkei/internal/programme/store"
	"renkei/internal/server"
)

// programmeCalendar writes the calendar of a member: what it takes part in, and
// the days by which it has to do something.
func programmeCalendar(ctx context.Context, e *env, args []string) error {
	f := e.flags("programme calendar", "")
	p := handbookFlags(f)
	p.place, p.fill = "cli.programme.place", server.FillDemo
	var member, activity, base string
	out := "-"
	f.stringVar(&member, "for", "")
	f.stringVar(&activity, "activity", "")
	f.stringVar(&base, "base", "")
	f.stringVar(&out, "out", "")
	if _, done, err := f.parse(args, 0, 0); done || err != nil {
		return err
	}
	if member == "" {
		return f.wrong(e.p.T("cli.programme.calendar.member"))
	}
	var file []byte
	err := p.readAll(ctx, e, f, func(r *database.Reader) (err error) {
		file, err = e.calendarOf(ctx, r, member, activity, strings.TrimSuffix(base, "/"))
		return err
	})
	if err != nil {
		return err
	}
	if out == "" || out == "-" {
		_, err = e.out.Write(file)
		return err
	}
	return journal.WriteFile(out, func(w io.Writer) error { _, err := w.Write(file); return err })
}

// calendarOf is the calendar of a member, named by its code, or that of an
// activity as the member sees it.
func (e *env) calendarOf(ctx context.Context, r *database.Reader, code, activity, base string) ([]byte, error) {
	members, err := server.Chapters(r).Directory(ctx)
	if err != nil {
		return nil, err
	}
	var known []string
	feed := programme.Feed{}
	for _, m := range members {
		if strings.EqualFold(m.Code, code) || strings.EqualFold(m.ID, code) {
			feed = programme.Feed{Kind: programme.FeedMember, Object: m.ID}
		}
		known = append(known, m.Code)
	}
	if feed.Kind == "" {
		return nil, &plainError{e.p.T("cli.programme.calendar.absent", i18n.Args{"Member": code, "Known": e.p.List(known)})}
	}
	records, err := store.ReadMoment(ctx, r)
	if err != nil {
		return nil, err
	}
	may := programme.MemberAccess(feed.Object)
	if activity != "" {
		if records.Activity(activity) == nil {
			return nil, &plainError{e.p.T("programme.refused.absent.activity", i18n.Args{"Value": activity})}
		}
		feed = programme.Feed{Kind: programme.FeedActivity, Object: activity}
	}
	stamps, err := store.ReadStamps(ctx, r)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	err = calendar.Write(&file, strings.ToUpper(code), records.Calendar(feed, may, stamps, e.p, base)...)
	return file.Bytes(), err
}
