package programmepages

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/community"
	"renkei/internal/i18n"
	"renkei/internal/programme"
	"renkei/internal/web"
)

// seriesView is a series with its meetings.
type seriesView struct {
	activity *programme.Activity
	meetings []*programme.Event // the last first
	next     int                // lowest number of the next
	chairs   []string           // who chairs it, by turn
	zone     string             // of the last
}

// meetingsView is all series, and what is still to be done.
type meetingsView struct {
	series  []seriesView
	own     []*programme.Action // of the reader's members
	open    []*programme.Action // of others
	orphans []*programme.Action
	zones   []string
}

func showMeetings(r *request) error {
	members, err := r.pages.from.Directory(r.Context())
	if err != nil {
		return err
	}
	v := &meetingsView{zones: zonesOf(members)}
	for _, a := range r.records.Activities() {
		if a.Series == nil || a.Series.Prefix == "" {
			continue
		}
		s := seriesView{activity: a, meetings: r.records.Meetings(a.ID), next: r.all.NextMeeting(a.Series.Prefix), zone: "UTC"}
		var last *programme.Event
		if all := r.all.Meetings(a.ID); len(all) > 0 {
			last = all[len(all)-1]
			s.zone = last.Session.Zone
		}
		s.chairs = a.Series.Chairs(last)
		slices.Reverse(s.meetings)
		v.series = append(v.series, s)
	}
	for _, a := range r.records.Actions("") {
		switch {
		case a.State != programme.Open:
		case r.may.BelongsTo(a.Member):
			v.own = append(v.own, a)
		default:
			v.open = append(v.open, a)
		}
	}
	if r.edits {
		v.orphans = r.records.Orphans(members)
	}
	return r.Show(r.Status(), meetingsPage(r, v))
}

// zonesOf are the time zones of members, and UTC, which is the first.
func zonesOf(members []programme.Member) []string {
	all := []string{"UTC"}
	for _, m := range members {
		if m.Zone != "" && !m.Gone && !slices.Contains(all, m.Zone) {
			all = append(all, m.Zone)
		}
	}
	slices.Sort(all[1:])
	return all
}

// meetingView is a meeting with everything that belongs to it and that the
// reader may see.
type meetingView struct {
	*programme.Event

	conducts bool
	members  []programme.Member
	clocks   []programme.Clock
	zone     *time.Location
	papers   []programme.Expected // Paper is nil where the reader may not see it
	handed   []bool               // whether there is a paper
	minutes  *programme.Minutes
	may      struct{ handIn, object []string } // members for whom the reader does
	open     []*programme.Action               // of the meetings before
}

func meetingPath(id string) string { return home + "/meeting/" + web.Escape(id) }

func (v *meetingView) path(rest string) string { return meetingPath(v.ID) + rest }

// meeting is that of the address, with what the reader may see of it.
func (r *request) meeting() (*meetingView, error) {
	e := r.records.Event(r.PathValue("id"))
	if e == nil || e.Session == nil {
		return nil, web.ErrNotFound
	}
	v := &meetingView{Event: e, conducts: r.may.Conducts(e), minutes: r.records.MinutesOf(e.ID), open: r.records.OpenActions(e)}
	var err error
	if v.members, err = r.pages.from.Directory(r.Context()); err != nil {
		return nil, err
	}
	if v.zone, err = time.LoadLocation(e.Session.Zone); err != nil {
		return nil, err
	}
	if begins, ends := e.Times(); !begins.IsZero() {
		v.clocks = programme.Clocks(v.members, begins, ends)
	}
	v.papers = r.all.Expected(e, r.now)
	v.handed = make([]bool, len(v.papers))
	for i := range v.papers {
		if p := v.papers[i].Paper; p != nil {
			v.handed[i] = true
			v.papers[i].Paper = r.records.Paper(p.ID)
		}
	}
	for _, m := range v.members {
		if m.Gone {
			continue
		}
		if r.may.Edits(m.ID) {
			v.may.handIn = append(v.may.handIn, m.ID)
		}
		if !r.may.ReadOnly && r.may.Objects(m.ID) {
			v.may.object = append(v.may.object, m.ID)
		}
	}
	return v, nil
}

func showMeeting(r *request) error {
	v, err := r.meeting()
	if err != nil {
		return err
	}
	return r.Show(r.Status(), meetingPage(r, v))
}

// itemName is what an item is called.
func (r *request) itemName(it *programme.Item) string {
	switch it.Kind {
	case programme.Adoption:
		return r.p("item.adoption", i18n.Args{"Code": r.codeOf(it.Of)})
	case programme.Actions:
		return r.p("item.actions")
	}
	return r.say(it.Title)
}

// codeOf is the number of a meeting; its id where it has none.
func (r *request) codeOf(meeting string) string {
	if e := r.all.Event(meeting); e != nil && e.Session != nil {
		return e.Session.Code
	}
	return meeting
}

// clock is when an item begins in a zone, with the day where that is another than
// where the meeting is, or for the zone itself where it goes on for days.
func (v *meetingView) clock(it *programme.Item, zone *time.Location) string {
	if it.At.IsZero() {
		return "–"
	}
	at, here := it.At.In(zone), it.At.In(v.zone)
	if at.Format(time.DateOnly) != here.Format(time.DateOnly) || string(v.End) != "" && v.End != v.Begin {
		return at.Format("01-02 15:04")
	}
	return at.Format("15:04")
}

// memberName is what a member is called.
func (v *meetingView) memberName(r *request, id string) string {
	i := slices.IndexFunc(v.members, func(m programme.Member) bool { return m.ID == id })
	if i < 0 {
		return strings.ToUpper(id)
	}
	return cmp.Or(r.say(v.members[i].Name), v.members[i].Code)
}

func (v *meetingView) memberNames(r *request, ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = v.memberName(r, id)
	}
	return r.List(names)
}

// adopted reports whether the record is, and with it what the meeting decided.
func (v *meetingView) adopted() bool { return v.minutes != nil && v.minutes.Adopted != nil }

// dutyView is a decision or action with who may say what becomes of it.
type dutyView struct {
	kind    programme.Kind
	id      string
	duty    *programme.Duty
	base    int64
	reports bool
}

// dutyOf is that of a record with a number; nil for others.
func (r *request) dutyOf(rec programme.Record) *dutyView {
	v := &dutyView{kind: rec.Kind(), id: rec.Key(), base: r.records.LastOf(rec.Kind(), rec.Key())}
	meeting := ""
	switch rec := rec.(type) {
	case *programme.Decision:
		v.duty, meeting = &rec.Duty, rec.Meeting
	case *programme.Action:
		v.duty, meeting = &rec.Duty, rec.Meeting
	}
	if v.duty == nil || v.duty.Code == "" {
		return nil
	}
	v.reports = r.may.Conducts(r.records.Event(meeting)) || v.duty.Member != "" && r.may.Edits(v.duty.Member)
	return v
}

// showPublic lists the meetings that everybody may know of.
func showPublic(r *request) error {
	r.records = r.all.Public()
	all := r.records.Meetings("")
	slices.SortStableFunc(all, func(a, b *programme.Event) int { return strings.Compare(string(b.Begin), string(a.Begin)) })
	return r.Show(http.StatusOK, publicPage(r, all))
}

// showPublicMeeting shows everybody one of them.
func showPublicMeeting(r *request) error {
	r.records, r.may, r.edits = r.all.Public(), programme.Access{Access: community.Of(nil)}, false
	v, err := r.meeting()
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, publicMeetingPage(r, v))
}

// sendPaper sends the file of a paper.
func sendPaper(r *request) error {
	p := r.records.Paper(r.PathValue("id"))
	if p == nil {
		return web.ErrNotFound
	}
	return r.DownloadRead(p.File.Name, p.File.Media, p.File.Size, func() ([]byte, error) {
		return r.pages.store.ReadFile(r.Context(), p.File.Hash)
	})
}

func tlpClass(t community.TLP) string {
	return "tlp-" + strings.ToLower(strings.ReplaceAll(string(t), "+", "-"))
}

// local is a time as a field of a form has it, where the meeting is; "" for none.
func (v *meetingView) local(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(v.zone).Format(localTime)
}

func (v *meetingView) minutesOf(it *programme.Item) string {
	if it.Minutes == 0 {
		return ""
	}
	return strconv.Itoa(it.Minutes)
}

// inTwoWeeks is the deadline that a silence procedure has where nobody says
// otherwise: two weeks from now, in the evening.
func (v *meetingView) inTwoWeeks(r *request) string {
	day := r.now.In(v.zone).AddDate(0, 0, 14)
	return time.Date(day.Year(), day.Month(), day.Day(), 18, 0, 0, 0, v.zone).Format(localTime)
}

// zones are those that the meeting may be in.
func (v *meetingView) zones() []string {
	all := zonesOf(v.members)
	if !slices.Contains(all, v.Session.Zone) {
		all = append(all, v.Session.Zone)
	}
	return all
}

func (v *meetingView) memberIDs() (all []string) {
	for _, m := range v.members {
		if !m.Gone {
			all = append(all, m.ID)
		}
	}
	return all
}

func (v *meetingView) lastDecision(r *request) string {
	if last := lastOf(r.all.DecisionsOf(v.ID)); last != nil {
		return last.Code
	}
	return ""
}

func (v *meetingView) lastAction(r *request) string {
	if last := lastOf(r.all.Actions(v.ID)); last != nil {
		return last.Code
	}
	return ""
}

// codes are members as they are named in short.
func (r *request) codes(ids []string) string {
	if len(ids) == 0 {
		return "–"
	}
	return strings.ToUpper(strings.Join(ids, ", "))
}

// paragraphs are the lines of a text that hold something.
func paragraphs(text string) []string { return lines(text) }

// entries are those of a record that the reader may read: of the public none
// that is labelled stricter than the record.
func (r *request) entries(v *meetingView, all []programme.Entry) []programme.Entry {
	return slices.DeleteFunc(slices.Clone(all), func(x programme.Entry) bool {
		return !r.may.Takes() && x.TLP.Stricter(v.minutes.TLP)
	})
}
