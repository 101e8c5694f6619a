package programmepages

import (
	"net/http"
	"strconv"
	"strings"

	"renkei/internal/community"
	"renkei/internal/programme"
	"renkei/internal/programme/store"
	"renkei/internal/web"
)

// participationRoutes are the addresses of what members may see of each other's
// people, and of the setting that says how much that is.
func (p *Pages) participationRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET " + home + "/event/{id}/participants", Need: takes, Handle: p.on(showParticipants)},
		{Pattern: "GET " + home + "/settings", Need: helps, Handle: p.on(showSettings)},
		{Pattern: "POST " + home + "/settings", Need: helps, Handle: p.on(saveSettings)},
	}
}

// participantsView are the people of an event, as far as every member may see
// them.
type participantsView struct {
	*programme.Event

	members     []programme.Member
	delegations []programme.Delegation
}

func participantsPath(event string) string {
	return home + "/event/" + web.Escape(event) + "/participants"
}

// showParticipants shows who takes part. Where the community keeps that closed the
// page is not there.
func showParticipants(r *request) error {
	v := &participantsView{Event: r.records.Event(r.PathValue("id"))}
	if v.Event == nil {
		return web.ErrNotFound
	}
	all, err := r.pages.store.Attendance(r.Context(), v.ID)
	if err != nil {
		return err
	}
	var ok bool
	if v.delegations, ok = r.may.Participants(r.all, v.Event, all); !ok {
		return web.ErrNotFound
	}
	if v.members, err = r.pages.from.Directory(r.Context()); err != nil {
		return err
	}
	return r.Show(http.StatusOK, participantsPage(r, v))
}

func (v *participantsView) delegation(r *request, member string) string {
	return (&attendanceView{members: v.members}).delegation(r, member)
}

// discloses reports whether every member may see something of who takes part in an
// event.
func (r *request) discloses(e *programme.Event) bool {
	return r.all.Participation() != programme.Closed && e.Status != programme.Drafted
}

// settingsView is what the community has decided, with its history.
type settingsView struct {
	is      programme.Disclosure
	base    int64
	history []store.Step
}

func showSettings(r *request) error {
	v := &settingsView{is: r.all.Participation(), base: r.all.LastOf(programme.KindSettings, programme.SettingsID)}
	revisions, err := r.pages.store.History(r.Context(), programme.KindSettings, programme.SettingsID)
	if err != nil {
		return err
	}
	for _, rev := range revisions {
		v.history = append(v.history, store.Step{Revision: rev, By: r.author(rev.Author)})
	}
	return r.Show(r.Status(), settingsPage(r, v))
}

func saveSettings(r *request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	base, err := strconv.ParseInt(r.PostFormValue("base"), 10, 64)
	if err != nil {
		return web.ErrForm
	}
	title := community.Text{}
	for _, lang := range languages() {
		title[lang] = r.Server.Texts.For(lang).T("web.programme.settings.participation")
	}
	_, err = r.pages.store.Apply(r.Context(), r.now, programme.Change{
		Author: r.Access.Person, Reason: strings.TrimSpace(r.PostFormValue("reason")), Of: programme.KindSettings, ID: programme.SettingsID, Base: base,
		Record: &programme.Settings{
			Head: programme.Head{ID: programme.SettingsID, Title: title}, Participation: programme.Disclosure(r.PostFormValue("participation")),
		},
	})
	if err != nil {
		return r.Redisplay(err, "settings", home+"/settings", func() error { return showSettings(r) })
	}
	return r.RedirectWith(home+"/settings", "programme.saved")
}

// was is what a revision of the settings says; "" where it took them away.
func was(s store.Step) programme.Disclosure {
	if settings, ok := s.Record.(*programme.Settings); ok {
		return settings.Participation
	}
	return programme.Closed
}
