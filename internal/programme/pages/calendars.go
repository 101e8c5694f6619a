package programmepages

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"slices"

	"renkei/internal/calendar"
	"renkei/internal/community"
	"renkei/internal/programme"
	"renkei/internal/programme/store"
	"renkei/internal/web"
)

// calendarRoutes are the addresses of calendars. A link opens one calendar and
// nothing else; who may see what is asked anew each time.
func (p *Pages) calendarRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET " + home + "/calendars", Need: takes, Handle: p.on(showCalendars)},
		{Pattern: "POST " + home + "/calendars", Need: takes, Handle: p.on(linkCalendar)},
		{Pattern: "POST " + home + "/calendars/end", Need: takes, Handle: p.on(endCalendar)},
		{Pattern: "GET " + home + "/calendar/{secret}/{file}", Handle: p.on(sendCalendar)},
	}
}

// calendarsView is which calendars there are for the reader, and to which they
// have a link.
type calendarsView struct {
	feeds []feedView
	link  string // that was just made; "" for none
	of    programme.Feed
}

type feedView struct {
	feed programme.Feed
	name string
	own  *store.OwnFeed // nil without a link
}

// feeds are the calendars that the reader may have.
func (r *request) feeds() ([]feedView, error) {
	own, err := r.pages.store.Feeds(r.Context(), r.Access.Person)
	if err != nil {
		return nil, err
	}
	members, err := r.pages.from.Directory(r.Context())
	if err != nil {
		return nil, err
	}
	all := []feedView{{feed: programme.Feed{Kind: programme.FeedPerson}}, {feed: programme.Feed{Kind: programme.FeedRole}}, {feed: programme.Feed{Kind: programme.FeedAll}}}
	for i := range all {
		all[i].name = r.T("programme.calendar.of." + string(all[i].feed.Kind))
	}
	for _, m := range members {
		if !m.Gone {
			all = append(all, feedView{feed: programme.Feed{Kind: programme.FeedMember, Object: m.ID}, name: r.say(m.Name)})
		}
	}
	for _, a := range r.records.Activities() {
		all = append(all, feedView{feed: programme.Feed{Kind: programme.FeedActivity, Object: a.ID}, name: r.say(a.Title)})
	}
	for i := range all {
		if n := slices.IndexFunc(own, func(o store.OwnFeed) bool { return o.Feed == all[i].feed }); n >= 0 {
			all[i].own = &own[n]
		}
	}
	return all, nil
}

func showCalendars(r *request) error {
	feeds, err := r.feeds()
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, calendarsPage(r, &calendarsView{feeds: feeds}))
}

// feed is the calendar that a form names.
func (r *request) feed() (programme.Feed, error) {
	if err := r.ReadForm(); err != nil {
		return programme.Feed{}, err
	}
	f, ok := programme.ParseFeed(r.PostFormValue("feed"))
	if !ok {
		return f, web.ErrForm
	}
	return f, nil
}

// linkCalendar makes a link to a calendar and shows it, once.
func linkCalendar(r *request) error {
	f, err := r.feed()
	if err != nil {
		return err
	}
	base, err := r.Base()
	if err != nil {
		return err
	}
	secret := rand.Text()
	if err := r.pages.store.NewFeed(r.Context(), r.now, r.Access.Person, f, secret); err != nil {
		return err
	}
	feeds, err := r.feeds()
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, calendarsPage(r, &calendarsView{feeds: feeds, of: f, link: base + home + "/calendar/" + secret + "/renkei.ics"}))
}

func endCalendar(r *request) error {
	f, err := r.feed()
	if err != nil {
		return err
	}
	if err := r.pages.store.EndFeed(r.Context(), r.Access.Person, f); err != nil {
		return err
	}
	return r.RedirectWith(home+"/calendars", "programme.calendar.ended")
}

// sendCalendar sends what a link opens, as its owner may see it now. What is
// nobody's, and of somebody who is no longer of the community, is not there.
func sendCalendar(r *request) error {
	if r.PathValue("file") != "renkei.ics" {
		return web.ErrNotFound
	}
	own, ok, err := r.pages.store.FeedOf(r.Context(), r.PathValue("secret"))
	if err != nil {
		return err
	}
	if !ok {
		return web.ErrNotFound
	}
	access, err := r.Server.Auth.AccessOf(r.Context(), own.Person)
	if err != nil {
		return err
	}
	may := programme.Access{Access: community.Of(access)}
	if !may.Takes() {
		return web.ErrNotFound
	}
	stamps, err := r.pages.store.Stamps(r.Context())
	if err != nil {
		return err
	}
	base, err := r.Base()
	if err != nil {
		return err
	}
	printer := r.Printer
	if access.Lang != "" {
		printer = r.Server.Texts.For(access.Lang)
	}
	var file bytes.Buffer
	if err := calendar.Write(&file, printer.T("web.programme.title"), r.all.Calendar(own.Feed, may, stamps, printer, base)...); err != nil {
		return err
	}
	return r.Download("renkei.ics", calendar.Media, file.Bytes())
}

// calendarVerb is what the button of a calendar does.
func (r *request) calendarVerb(f *feedView) string {
	if f.own != nil {
		return r.T("programme.calendar.renew")
	}
	return r.T("programme.calendar.make")
}
