package programmepages

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"renkei/internal/community"
	"renkei/internal/programme"
	"renkei/internal/programme/store"
	"renkei/internal/web"
)

// courseRoutes are the addresses of courses. Of those who are nominated the
// organisers see all, and a member sees its own.
func (p *Pages) courseRoutes() []web.Route {
	const course = home + "/event/{id}/course"
	post := func(path, form, anchor string, need func(*web.Request) error, do func(*request, *courseView) error) web.Route {
		return web.Route{Pattern: "POST " + course + path, Need: need, Handle: p.on(onCourse(form, anchor, do))}
	}
	return []web.Route{
		{Pattern: "GET " + course, Need: takes, Handle: p.on(showCourse)},
		{Pattern: "GET " + course + "/certificate/{file}", Need: takes, Handle: p.on(sendCertificate)},
		{Pattern: "GET " + home + "/certificate", Handle: p.on(showCertificate)},
		{Pattern: "GET " + home + "/certificate/{code}", Handle: p.on(showCertificate)},
		post("/plan", "course", "plan", helps, planCourse),
		post("/nominate", "nominate", "nominees", acts, nominate),
		post("/first", "first", "nominees", acts, putFirst),
		post("/withdraw", "withdraw", "nominees", acts, withdrawNominee),
		post("/decline", "decline-", "nominees", acts, declineNominee),
		post("/erase", "erase", "nominees", acts, eraseNominee),
		post("/select", "select", "nominees", acts, selectNominees),
		post("/half", "half", "halves", acts, saveHalf),
		post("/issue", "issue", "certificates", acts, issueCertificates),
		post("/revoke", "revoke-", "certificates", acts, revokeCertificate),
		post("/reissue", "revoke-", "certificates", acts, reissueCertificate),
	}
}

// courseView is a course, as far as it is the reader's.
type courseView struct {
	*programme.Event

	conducts bool
	members  []programme.Member
	own      []string // members for which the reader nominates
	roster   *programme.Roster
	half     programme.Half // whose attendance is entered; "" for none
	preview  []programme.Nominee
}

func coursePath(event string) string { return home + "/event/" + web.Escape(event) + "/course" }

func (v *courseView) path(rest string) string { return coursePath(v.ID) + rest }

// course is that of the event of the address. An event that is none can be made
// one by the secretariat.
func (r *request) course() (*courseView, error) {
	e := r.records.Event(r.PathValue("id"))
	if e == nil || e.Course == nil && !r.edits {
		return nil, web.ErrNotFound
	}
	v := &courseView{Event: e, conducts: r.may.Conducts(e)}
	var err error
	if v.members, err = r.pages.from.Directory(r.Context()); err != nil {
		return nil, err
	}
	for _, m := range v.members {
		if !m.Gone && (v.conducts || r.may.Edits(m.ID)) {
			v.own = append(v.own, m.ID)
		}
	}
	if v.roster, err = r.pages.store.Roster(r.Context(), e.ID); err != nil {
		return nil, err
	}
	if v.conducts && e.Course != nil {
		v.preview = e.Course.Select(v.roster.Nominees, !e.Course.Open(r.now))
		if h := programme.Half(r.URL.Query().Get("half")); slices.Contains(e.Course.Halves, h) {
			v.half = h
		}
	}
	return v, nil
}

// sees reports whether the reader may see somebody of a member.
func (v *courseView) sees(member string) bool {
	return v.conducts || member != "" && slices.Contains(v.own, member)
}

// nominates reports whether the reader may nominate somebody of a member now:
// members until the last day, the organisers always.
func (v *courseView) nominates(r *request) bool {
	return !r.may.ReadOnly && len(v.own) > 0 && v.Status != programme.Cancelled && (v.conducts || v.Course.Open(r.now))
}

func showCourse(r *request) error {
	v, err := r.course()
	if err != nil {
		return err
	}
	return r.Show(r.Status(), coursePage(r, v))
}

// onCourse does something with the course of the address; what is refused comes
// back in the form. Of a form that ends with "-" there is one for each entry.
func onCourse(form, anchor string, do func(*request, *courseView) error) func(*request) error {
	return func(r *request) error {
		if err := r.ReadForm(); err != nil {
			return err
		}
		v, err := r.course()
		if err != nil {
			return err
		}
		if v.Course == nil && form != "course" {
			return web.ErrNotFound
		}
		if err := do(r, v); err != nil {
			name := form
			if strings.HasSuffix(name, "-") {
				name += r.field("entry")
			}
			return r.Redisplay(err, name, v.path("#"+anchor), func() error { return showCourse(r) })
		}
		return r.RedirectWith(v.path(r.halfQuery()+"#"+anchor), "programme.saved")
	}
}

// halfQuery keeps the half day that is entered in the address.
func (r *request) halfQuery() string {
	if half := r.field("half"); half != "" {
		return "?half=" + web.Escape(half)
	}
	return ""
}

// change changes the roster of a course.
func (v *courseView) change(r *request, change func(*programme.Roster) (store.RosterChange, error)) error {
	return r.pages.store.ChangeRoster(r.Context(), r.now, r.Access.Person, v.ID, change)
}

// planCourse says how many seats there are and for whom.
func planCourse(r *request, v *courseView) error {
	base, err := r.base()
	if err != nil {
		return err
	}
	e := *v.Event
	c := &programme.Course{Closes: community.Date(r.field("closes")), Zone: r.field("zone"), Quotas: map[string]int{}}
	if c.Seats, err = r.number("seats"); err != nil {
		return err
	}
	if c.Needed, err = r.number("needed"); err != nil {
		return err
	}
	for _, m := range v.members {
		n, err := r.number("quota." + m.ID)
		if err != nil {
			return err
		}
		if n != 0 {
			c.Quotas[m.ID] = n
		}
	}
	for _, l := range lines(r.field("halves")) {
		c.Halves = append(c.Halves, programme.Half(l))
	}
	e.Course = c
	return r.apply(&e, base, "course")
}

// number is a whole number that was entered; 0 for nothing.
func (r *request) number(name string) (int, error) {
	text := r.field(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, &web.UserError{Text: r.T("programme.form.number", web.Args("Value", text))}
	}
	return n, nil
}

// nominate adds people of a member, after those whom it has nominated already.
func nominate(r *request, v *courseView) error {
	member := r.field("member")
	if !v.nominates(r) || !slices.Contains(v.own, member) {
		return web.ErrNotFound
	}
	all, err := programme.ReadNominees(r.field("people"))
	if err != nil {
		return err
	}
	return v.change(r, func(now *programme.Roster) (c store.RosterChange, err error) {
		rank := 0
		for _, n := range now.Nominees {
			if n.Member == member {
				rank = max(rank, n.Rank)
			}
		}
		for i := range all {
			all[i].ID, all[i].Event, all[i].Member = uuid.Must(uuid.NewV7()).String(), v.ID, member
			all[i].Rank, all[i].At, all[i].Consent = rank+i+1, r.now.UTC(), r.field("consent") == "yes"
		}
		c.Nominees = all
		return c, nil
	})
}

// nominee is the one that a form names, as the roster is now, where the reader may
// see them.
func (v *courseView) nominee(r *request, now *programme.Roster) (programme.Nominee, error) {
	n := now.Nominee(r.field("entry"))
	if n == nil || !v.sees(n.Member) {
		return programme.Nominee{}, web.ErrNotFound
	}
	return *n, nil
}

// putFirst has a member want somebody before all its others.
func putFirst(r *request, v *courseView) error {
	return v.change(r, func(now *programme.Roster) (c store.RosterChange, err error) {
		n, err := v.nominee(r, now)
		if err != nil {
			return c, err
		}
		for _, o := range now.Nominees {
			if o.Member == n.Member {
				n.Rank = min(n.Rank, o.Rank-1)
			}
		}
		c.Nominees = []programme.Nominee{n}
		return c, nil
	})
}

// withdrawNominee takes somebody back; the seat is free for the next.
func withdrawNominee(r *request, v *courseView) error {
	return v.change(r, func(now *programme.Roster) (store.RosterChange, error) {
		n, err := v.nominee(r, now)
		if err != nil {
			return store.RosterChange{}, err
		}
		return leave(now, n, programme.Withdrawn, programme.Why{Rule: "withdrawn"})
	})
}

// declineNominee says no to somebody, and why.
func declineNominee(r *request, v *courseView) error {
	if !v.conducts {
		return web.ErrNotFound
	}
	return v.change(r, func(now *programme.Roster) (store.RosterChange, error) {
		n, err := v.nominee(r, now)
		if err != nil {
			return store.RosterChange{}, err
		}
		if r.field("reason") == "" {
			return store.RosterChange{}, &programme.Refusal{Code: "reason"}
		}
		return leave(now, n, programme.Declined, programme.Why{Rule: "declined", Text: r.field("reason")})
	})
}

// leave takes the seat of somebody, unless they have been at the course.
func leave(now *programme.Roster, n programme.Nominee, state programme.NomineeState, why programme.Why) (c store.RosterChange, err error) {
	if a := now.Attendee(n.ID); a != nil {
		if !a.Came.IsZero() {
			return c, &programme.Refusal{Code: "nominee.came", Args: map[string]any{"Value": n.Name}}
		}
		c.Unlisted = []string{n.ID}
	}
	n.State, n.Why = state, why
	c.Nominees = []programme.Nominee{n}
	return c, nil
}

// eraseNominee takes somebody out of the course and its history.
func eraseNominee(r *request, v *courseView) error {
	n, err := v.nominee(r, v.roster)
	if err != nil {
		return err
	}
	return r.pages.store.Erase(r.Context(), r.now, r.Access.Person, v.ID, n.ID)
}

// selectNominees gives the seats and puts those who have one on the list.
func selectNominees(r *request, v *courseView) error {
	if !v.conducts {
		return web.ErrNotFound
	}
	return v.change(r, func(now *programme.Roster) (c store.RosterChange, err error) {
		c.Nominees = v.Course.Select(now.Nominees, !v.Course.Open(r.now))
		for i := range c.Nominees {
			if n := &c.Nominees[i]; n.State == programme.Seated && now.Attendee(n.ID) == nil {
				c.Attendees = append(c.Attendees, n.Attendee(programme.NewCode()))
			}
		}
		return c, nil
	})
}

// saveHalf notes who was there on half a day: by the code of a badge, or those
// who were ticked or unticked on the page.
func saveHalf(r *request, v *courseView) error {
	half := programme.Half(r.field("half"))
	if !v.conducts || !slices.Contains(v.Course.Halves, half) {
		return web.ErrNotFound
	}
	return v.change(r, func(now *programme.Roster) (c store.RosterChange, err error) {
		if code := r.field("code"); code != "" {
			a, err := r.named(now.Attendees)
			if err != nil {
				return c, err
			}
			c.Attendees = []programme.Attendee{a.At(half, true, r.now)}
			return c, nil
		}
		was, is := r.PostForm["was"], r.PostForm["there"]
		for _, a := range now.Attendees {
			before, after := slices.Contains(was, a.ID), slices.Contains(is, a.ID)
			if before != after { // others may have changed the rest meanwhile
				c.Attendees = append(c.Attendees, a.At(half, after, r.now))
			}
		}
		return c, nil
	})
}

func (v *courseView) memberName(r *request, id string) string {
	if i := slices.IndexFunc(v.members, func(m programme.Member) bool { return m.ID == id }); i >= 0 {
		return r.say(v.members[i].Name)
	}
	return strings.ToUpper(id)
}

// nominees are those that the reader sees, by member and its order.
func (v *courseView) nominees() []programme.Nominee {
	all := slices.DeleteFunc(slices.Clone(v.roster.Nominees), func(n programme.Nominee) bool { return !v.sees(n.Member) })
	slices.SortStableFunc(all, func(a, b programme.Nominee) int {
		if c := strings.Compare(a.Member, b.Member); c != 0 {
			return c
		}
		return a.Rank - b.Rank
	})
	return all
}

// why says where somebody came, and for what reason.
func (r *request) why(n *programme.Nominee) string {
	if n.Why.Rule == "" {
		return ""
	}
	return r.p("why."+n.Why.Rule, web.Args("N", n.Why.N, "Of", n.Why.Of, "Text", n.Why.Text))
}

// quotaRow is what a member has of a course.
type quotaRow struct {
	member                          string
	quota, nominated, seated, waits int
}

// quotas are the rows of the members that the reader sees.
func (v *courseView) quotas() (all []quotaRow) {
	for _, m := range v.members {
		row := quotaRow{member: m.ID, quota: v.Course.Quotas[m.ID]}
		for _, n := range v.roster.Nominees {
			if n.Member != m.ID || n.State == programme.Withdrawn {
				continue
			}
			row.nominated++
			switch n.State {
			case programme.Seated:
				row.seated++
			case programme.Waiting, programme.Nominated:
				row.waits++
			}
		}
		if (row.quota > 0 || row.nominated > 0) && v.sees(m.ID) {
			all = append(all, row)
		}
	}
	return all
}

// halfName is half a day in words.
func (r *request) halfName(h programme.Half) string {
	key := "half.am"
	if h.Afternoon() {
		key = "half.pm"
	}
	return r.p(key, web.Args("Date", programme.When(r.Printer, h.Day(), "")))
}

// learners are those whose half days count.
func (v *courseView) learners() []programme.Attendee {
	all := slices.DeleteFunc(slices.Clone(v.roster.Attendees), func(a programme.Attendee) bool {
		return !v.sees(a.Member) || a.Role != programme.Delegate && a.Role != programme.HeadOfDelegation
	})
	programme.InOrder(all)
	return all
}

func (v *courseView) present(h programme.Half) (n int) {
	for _, a := range v.roster.Attendees {
		if slices.Contains(a.Halves, h) {
			n++
		}
	}
	return n
}

// halfLines are the half days as they are entered.
func (v *courseView) halfLines() string {
	halves := programme.HalvesOf(v.Event)
	if v.Course != nil {
		halves = v.Course.Halves
	}
	var all []string
	for _, h := range halves {
		all = append(all, string(h))
	}
	return strings.Join(all, "\n")
}

// planned are the particulars of the course, as the form shows them.
func (v *courseView) planned() programme.Course {
	if v.Course != nil {
		return *v.Course
	}
	return programme.Course{Zone: "UTC"}
}

// shownNumber is a number in a form; "" for none.
func shownNumber(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
