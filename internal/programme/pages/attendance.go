package programmepages

import (
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/text/cases"

	"renkei/internal/i18n"
	"renkei/internal/programme"
	"renkei/internal/web"
)

// attendanceRoutes are the addresses of lists of people. Who takes part is seen by
// who conducts the event, and by each member of its own delegation.
func (p *Pages) attendanceRoutes() []web.Route {
	const event = home + "/event/{id}/attendance"
	return []web.Route{
		{Pattern: "GET " + event, Need: takes, Handle: p.on(showAttendance)},
		{Pattern: "GET " + event + "/{print}", Need: takes, Handle: p.on(printAttendance)},
		{Pattern: "POST " + event + "/add", Need: acts, Handle: p.on(addAttendees)},
		{Pattern: "POST " + event + "/came", Need: acts, Handle: p.on(checkIn)},
		{Pattern: "POST " + event + "/undo", Need: acts, Handle: p.on(undoCheckIn)},
		{Pattern: "POST " + event + "/remove", Need: acts, Handle: p.on(unlist)},
		{Pattern: "GET " + home + "/here/{id}", Handle: p.on(showHere)},
		{Pattern: "POST " + home + "/here/{id}", Handle: p.on(comeHere)},
	}
}

// attendanceView is the list of an event, as far as it is the reader's.
type attendanceView struct {
	*programme.Event

	conducts bool
	members  []programme.Member
	all      []programme.Attendee
	own      []string // members for which the reader enters people
	last     string   // who was checked in just now; "" for nobody
}

func attendancePath(event string) string { return home + "/event/" + web.Escape(event) + "/attendance" }

func (v *attendanceView) path(rest string) string { return attendancePath(v.ID) + rest }

// attendance is the list of the event of the address. Who neither conducts it nor
// acts for a member finds none.
func (r *request) attendance() (*attendanceView, error) {
	e := r.records.Event(r.PathValue("id"))
	if e == nil {
		return nil, web.ErrNotFound
	}
	v := &attendanceView{Event: e, conducts: r.may.Conducts(e)}
	var err error
	if v.members, err = r.pages.from.Directory(r.Context()); err != nil {
		return nil, err
	}
	for _, m := range v.members {
		if !m.Gone && (v.conducts || r.may.Edits(m.ID)) {
			v.own = append(v.own, m.ID)
		}
	}
	if !v.conducts && len(v.own) == 0 {
		return nil, web.ErrNotFound
	}
	if v.all, err = r.pages.store.Attendance(r.Context(), e.ID); err != nil {
		return nil, err
	}
	v.all = slices.DeleteFunc(v.all, func(a programme.Attendee) bool { return !v.sees(&a) })
	programme.InOrder(v.all)
	return v, nil
}

// sees reports whether the reader may see somebody, and enter and remove them.
func (v *attendanceView) sees(a *programme.Attendee) bool {
	return v.conducts || a.Member != "" && slices.Contains(v.own, a.Member)
}

func showAttendance(r *request) error {
	v, err := r.attendance()
	if err != nil {
		return err
	}
	if id := r.URL.Query().Get("in"); id != "" {
		if i := slices.IndexFunc(v.all, func(a programme.Attendee) bool { return a.ID == id }); i >= 0 {
			v.last = v.all[i].Name
		}
	}
	return r.Show(r.Status(), attendancePage(r, v))
}

// printAttendance shows the list to be signed, or the badges, for the printer; or
// sends the list as a table.
func printAttendance(r *request) error {
	v, err := r.attendance()
	if err != nil {
		return err
	}
	switch r.PathValue("print") {
	case "list":
		return r.Show(http.StatusOK, signingPage(r, v))
	case "badges":
		base, err := r.Base()
		if err != nil {
			return err
		}
		return r.Show(http.StatusOK, badgesPage(r, v, base))
	case "list.csv":
		rows := [][]string{{
			r.p("field.member"), r.p("field.name"), r.p("field.body"), r.p("field.role"), r.p("field.code"), r.p("field.consent"), r.p("field.came"),
		}}
		for _, a := range v.all {
			came := ""
			if !a.Came.IsZero() {
				came = web.Stamp(a.Came)
			}
			rows = append(rows, []string{a.Member, a.Name, a.Body, r.p("attendee." + string(a.Role)), a.Code, r.yesNo(a.Consent), came})
		}
		return r.SendCSV("attendance-"+v.ID+".csv", rows)
	}
	return web.ErrNotFound
}

func (r *request) yesNo(is bool) string {
	if is {
		return r.p("yes")
	}
	return r.p("no")
}

// roleWords are the words of roles in all languages.
func (r *request) roleWords() map[string]programme.AttendeeRole {
	words := map[string]programme.AttendeeRole{}
	for _, lang := range i18n.Languages() {
		for _, role := range programme.AttendeeRoles() {
			words[cases.Fold().String(r.Server.Texts.For(lang).T("programme.attendee."+string(role)))] = role
		}
	}
	return words
}

// addAttendees enters people for a member, or as guests of the secretariat.
func addAttendees(r *request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	v, err := r.attendance()
	if err != nil {
		return err
	}
	member := r.field("member")
	if member == "" && !v.conducts || member != "" && !slices.Contains(v.own, member) {
		return web.ErrNotFound
	}
	all, err := programme.ReadList(r.field("people"), r.roleWords())
	if err == nil {
		for i := range all {
			all[i].ID, all[i].Event, all[i].Member = uuid.Must(uuid.NewV7()).String(), v.ID, member
			all[i].Code, all[i].Consent = programme.NewCode(), r.field("consent") == "yes"
			if r.field("here") == "yes" && v.conducts {
				all[i].Came = r.now.UTC()
			}
		}
		_, err = r.pages.store.Attend(r.Context(), r.now, r.Access.Person, v.ID, func([]programme.Attendee) ([]programme.Attendee, error) { return all, nil })
	}
	if err != nil {
		return r.Redisplay(err, "people", v.path(""), func() error { return showAttendance(r) })
	}
	return r.RedirectWith(v.path(""), "programme.saved")
}

// named is the entry that a form names, by its id or its code.
func (r *request) named(now []programme.Attendee) (programme.Attendee, error) {
	if code := r.field("code"); code != "" {
		if a, ok := programme.ByCode(now, code); ok {
			return a, nil
		}
		return programme.Attendee{}, &programme.Refusal{Code: "attendee.unknown", Args: map[string]any{"Value": programme.PlainCode(code)}}
	}
	id := r.field("attendee")
	i := slices.IndexFunc(now, func(a programme.Attendee) bool { return a.ID == id })
	if i < 0 {
		return programme.Attendee{}, &programme.Refusal{Code: "attendee.unknown", Args: map[string]any{"Value": "–"}}
	}
	return now[i], nil
}

// checkIn notes that somebody is here: by the code of their badge, or by name.
// Who is here already stays so, with the time at which they came.
func checkIn(r *request) error {
	return r.deskDo("code", func(a *programme.Attendee) {
		if a.Came.IsZero() {
			a.Came = r.now.UTC()
		}
	})
}

// undoCheckIn takes that back.
func undoCheckIn(r *request) error {
	return r.deskDo("undo", func(a *programme.Attendee) { a.Came, a.Online, a.Halves = programme.Attendee{}.Came, false, nil })
}

// deskDo changes an entry, for who conducts the event.
func (r *request) deskDo(form string, change func(*programme.Attendee)) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	v, err := r.attendance()
	if err != nil {
		return err
	}
	if !v.conducts {
		return web.ErrNotFound
	}
	done, err := r.pages.store.Attend(r.Context(), r.now, r.Access.Person, v.ID, func(now []programme.Attendee) ([]programme.Attendee, error) {
		a, err := r.named(now)
		if err != nil {
			return nil, err
		}
		change(&a)
		return []programme.Attendee{a}, nil
	})
	if err != nil {
		return r.Redisplay(err, form, v.path(""), func() error { return showAttendance(r) })
	}
	return r.Back(v.path("?in=" + web.Escape(done[0].ID)))
}

// unlist takes somebody off the list for good.
func unlist(r *request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	v, err := r.attendance()
	if err != nil {
		return err
	}
	id := r.field("attendee")
	if !slices.ContainsFunc(v.all, func(a programme.Attendee) bool { return a.ID == id }) {
		return web.ErrNotFound
	}
	if err := r.pages.store.Erase(r.Context(), r.now, r.Access.Person, v.ID, id); err != nil {
		return err
	}
	return r.RedirectWith(v.path(""), "programme.attendance.removed")
}

// showHere asks somebody for the code of their badge. It says nothing of events.
func showHere(r *request) error { return r.Show(r.Status(), herePage(r, nil, nil)) }

// comeHere notes that somebody takes part online, by their code, without signing
// in. A wrong code, an event that is not now and one that is not there answer
// alike.
func comeHere(r *request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	e := r.all.Event(r.PathValue("id"))
	refused := &programme.Refusal{Code: "attendee.unknown", Args: map[string]any{"Value": programme.PlainCode(r.field("code"))}}
	var done []programme.Attendee
	err := error(refused)
	if e != nil && e.Opens(r.now) {
		done, err = r.pages.store.Attend(r.Context(), r.now, "", e.ID, func(now []programme.Attendee) ([]programme.Attendee, error) {
			a, ok := programme.ByCode(now, r.field("code"))
			if !ok {
				return nil, refused
			}
			if a.Came.IsZero() {
				a.Came, a.Online = r.now.UTC(), true
			}
			return []programme.Attendee{a}, nil
		})
	}
	if err != nil {
		return r.Redisplay(err, "here", home+"/here/"+web.Escape(r.PathValue("id")), func() error { return showHere(r) })
	}
	return r.Show(http.StatusOK, herePage(r, e, &done[0]))
}

// delegation is what a member's people are called together.
func (v *attendanceView) delegation(r *request, member string) string {
	i := slices.IndexFunc(v.members, func(m programme.Member) bool { return m.ID == member })
	switch {
	case member == "":
		return r.T("programme.attendance.guests")
	case i < 0:
		return strings.ToUpper(member)
	}
	return r.say(v.members[i].Name)
}

// delegations are the members of the list, in its order.
func (v *attendanceView) delegations() (all []string) {
	for i := range v.all {
		if !slices.Contains(all, v.all[i].Member) {
			all = append(all, v.all[i].Member)
		}
	}
	return all
}

func (v *attendanceView) of(member string) (all []programme.Attendee) {
	for i := range v.all {
		if v.all[i].Member == member {
			all = append(all, v.all[i])
		}
	}
	return all
}

// heads counts the list, or the delegation of a member.
func (v *attendanceView) heads(r *request, member *string) string {
	h := programme.CountAttendees(v.all, func(a *programme.Attendee) bool { return member == nil || a.Member == *member })
	return r.T("programme.attendance.heads", web.Args("Listed", h.Listed, "Came", h.Came, "Online", h.Online))
}

// roleNames are the words by which a list names roles.
func (r *request) roleNames() string {
	var all []string
	for _, role := range programme.AttendeeRoles() {
		all = append(all, r.p("attendee."+string(role)))
	}
	return r.List(all)
}

// lists reports whether the reader has a list of people for an event.
func (r *request) lists(e *programme.Event) bool {
	return r.may.Conducts(e) || slices.ContainsFunc(r.may.Members(), r.may.Edits)
}
