package programme

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"renkei/internal/community"
	"renkei/internal/i18n"
)

// facts are a record as a table of what is known of it.
func (c *composer) facts(rec Record) Piece {
	if rec == nil {
		return Piece{State: Missing, Text: []Span{{Text: c.t("state.missing.text")}}}
	}
	piece := c.piece(rec)
	piece.Title = c.say(rec.Name())
	piece.Table = &Table{}
	row := func(key, value string) {
		if value != "" {
			piece.Table.Rows = append(piece.Table.Rows, [][]Span{{{Text: c.t("field." + key)}}, {{Text: value}}})
		}
	}
	switch rec := rec.(type) {
	case *Activity:
		row("about", c.say(rec.About))
		row("years", When(c.p, rec.Begun, rec.Ended))
		row("each", c.say(rec.Each))
		row("leads", c.memberNames(rec.Leads))
		row("hosts", c.p.List(rec.Hosts))
		row("members", c.memberNames(rec.Members))
		row("budget", c.say(rec.Budget))
	case *Event:
		row("when", cmp.Or(When(c.p, rec.Begin, rec.End), c.t("when.unknown")))
		if rec.Status != Held {
			row("status", c.t("status."+string(rec.Status)))
		}
		row("place", c.say(rec.Place))
		row("mode", c.mode(rec.Mode))
		row("hosts", c.p.List(rec.Hosts))
		row("members", c.memberNames(rec.Members))
		row("others", c.say(rec.Others))
		if len(rec.Outputs) > 0 {
			row("outputs", c.texts(rec.Outputs))
		}
		row("result", c.say(rec.Result))
		piece.Table.Rows = append(piece.Table.Rows, c.contacts(rec)...)
	case *Agreement:
		row("signed", cmp.Or(When(c.p, rec.Signed, ""), c.t("when.unknown")))
		row("parties", c.p.List(rec.Parties))
		row("place", c.say(rec.Place))
		row("aim", c.say(rec.Aim))
		row("until", When(c.p, rec.Until, ""))
		row("result", c.say(rec.Outcome))
		row("documents", c.documents(rec))
	default:
		c.moreRows(rec, row)
	}
	for _, f := range c.from.Records.Figures(rec.Key()) {
		piece.Table.Rows = append(piece.Table.Rows, [][]Span{{{Text: c.say(f.Title)}}, {c.figure(f)}})
	}
	return piece
}

// moreRows are what is known of records that belong to meetings or reports.
func (c *composer) moreRows(rec Record, row func(key, value string)) {
	switch rec := rec.(type) {
	case *Erratum:
		row("when", When(c.p, rec.On, ""))
		row("wrong", c.say(rec.Wrong))
		row("right", c.say(rec.Right))
	case *Award:
		row("to", c.say(rec.To))
		row("when", When(c.p, rec.On, ""))
		if rec.Event != "" {
			row("meeting", c.meetingName(rec.Event))
		}
		row("reason", c.say(rec.Reason))
	case *Decision:
		row("meeting", c.meetingName(rec.Meeting))
		row("text", c.say(rec.Text))
		c.dutyRows(&rec.Duty, row)
	case *Action:
		row("meeting", c.meetingName(rec.Meeting))
		row("text", c.say(rec.Text))
		c.dutyRows(&rec.Duty, row)
	}
}

// dutyRows are what decisions and actions with a number have.
func (c *composer) dutyRows(d *Duty, row func(key, value string)) {
	if d.Code == "" {
		return
	}
	row("code", d.Code)
	row("body", d.Body)
	row("due", When(c.p, d.Due, ""))
	row("status", c.t("duty."+string(d.State)))
	for _, e := range d.Evidence {
		row("evidence", strings.Join(nonEmpty(e.Text, e.URL), " "))
	}
}

func (c *composer) meetingName(id string) string {
	e := c.from.Records.Event(id)
	if e == nil {
		return id
	}
	if e.Session == nil {
		return c.say(e.Title)
	}
	return strings.Join([]string{e.Session.Code, c.say(e.Title)}, " ")
}

// documents names those of an agreement that the whole community may read.
func (c *composer) documents(a *Agreement) string {
	var all []community.Text
	for i := range a.Attachments {
		if !a.Attachments[i].TLP.Stricter(community.Amber) {
			all = append(all, a.Attachments[i].Title)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return c.texts(all)
}

// meetings are the numbered meetings of series in the year of the edition, with
// who chaired them and what became of their records.
func (c *composer) meetings(series []string) Piece {
	piece := Piece{State: Machine, Table: &Table{Head: []string{
		c.t("field.meeting"), c.t("field.when"), c.t("field.place"), c.t("field.chairs"), c.t("field.record"),
	}}}
	for _, e := range c.ofYear(series) {
		piece.Records = append(piece.Records, Reference{KindEvent, e.ID})
		state := c.t("minutes.none")
		if m := c.from.Records.MinutesOf(e.ID); m != nil && m.Adopted != nil {
			piece.Records = append(piece.Records, Reference{KindMinutes, m.ID})
			state = c.t("minutes.adopted", i18n.Args{"Date": When(c.p, community.Date(m.Adopted.At.UTC().Format(time.DateOnly)), ""), "Hash": m.Adopted.Hash})
		}
		piece.Table.Rows = append(piece.Table.Rows, [][]Span{
			{{Text: c.meetingName(e.ID)}},
			{{Text: cmp.Or(When(c.p, e.Begin, e.End), c.t("when.unknown"))}},
			{{Text: strings.Join(nonEmpty(c.say(e.Place), c.mode(e.Mode)), c.t("comma"))}},
			{{Text: c.memberNames(e.Session.Chairs)}},
			{{Text: state}},
		})
	}
	if len(piece.Table.Rows) == 0 {
		return Piece{State: Missing, Text: []Span{{Text: c.t("state.missing.text")}}}
	}
	return piece
}

// ofYear are the numbered meetings of series in the year of the edition.
func (c *composer) ofYear(series []string) []*Event {
	return slices.DeleteFunc(c.from.Records.Meetings(""), func(e *Event) bool {
		return !slices.Contains(series, e.Activity) || Year(e.Begin) != Year(c.r.AsOf)
	})
}

// duties are the decisions and actions of these meetings, and the actions of
// those before that are still open.
func (c *composer) duties(series []string) Piece {
	piece := Piece{State: Machine, Table: &Table{Head: []string{
		c.t("field.code"), c.t("field.what"), c.t("field.body"), c.t("field.due"), c.t("field.status"),
	}}}
	add := func(rec Record, d *Duty) {
		piece.Records = append(piece.Records, Reference{rec.Kind(), rec.Key()})
		piece.Table.Rows = append(piece.Table.Rows, [][]Span{
			{{Text: d.Code}}, {{Text: c.say(rec.Name())}}, {{Text: d.Body}}, {{Text: When(c.p, d.Due, "")}}, {{Text: c.t("duty." + string(d.State))}},
		})
	}
	for _, e := range c.from.Records.Meetings("") {
		if !slices.Contains(series, e.Activity) || Year(e.Begin) > Year(c.r.AsOf) {
			continue
		}
		now := Year(e.Begin) == Year(c.r.AsOf)
		for _, d := range c.from.Records.DecisionsOf(e.ID) {
			if now {
				add(d, &d.Duty)
			}
		}
		for _, a := range c.from.Records.Actions(e.ID) {
			if now || a.State == Open {
				add(a, &a.Duty)
			}
		}
	}
	if len(piece.Table.Rows) == 0 {
		return Piece{State: Missing, Text: []Span{{Text: c.t("state.missing.text")}}}
	}
	return piece
}

// timeline is the events of activities, and single events, the earliest first.
func (c *composer) timeline(of []string) Piece {
	piece := Piece{State: Machine, Table: &Table{Head: []string{c.t("field.when"), c.t("field.what"), c.t("field.place")}}}
	for _, e := range c.from.Records.Events("") {
		if !slices.Contains(of, e.Activity) && !slices.Contains(of, e.ID) || c.later(e) {
			continue
		}
		piece.Records = append(piece.Records, Reference{KindEvent, e.ID})
		place := strings.Join(nonEmpty(c.say(e.Place), c.mode(e.Mode)), c.t("comma"))
		if e.Status != Held {
			place = strings.Join(nonEmpty(place, c.t("status."+string(e.Status))), c.t("comma"))
		}
		piece.Table.Rows = append(piece.Table.Rows, [][]Span{
			{{Text: cmp.Or(When(c.p, e.Begin, e.End), c.t("when.unknown"))}}, {{Text: c.say(e.Title)}}, {{Text: place}},
		})
	}
	if len(piece.Table.Rows) == 0 {
		return Piece{State: Missing, Text: []Span{{Text: c.t("state.missing.text")}}}
	}
	return piece
}

func nonEmpty(all ...string) (some []string) {
	for _, s := range all {
		if s != "" {
			some = append(some, s)
		}
	}
	return some
}

// later reports whether an event began in a year after the edition's.
func (c *composer) later(e *Event) bool { return Year(e.Begin) > Year(c.r.AsOf) }

// message is what somebody wrote, or where it stands.
func (c *composer) message(m *Message) Piece {
	if m == nil {
		return Piece{State: Missing, Text: []Span{{Text: c.t("state.missing.text")}}}
	}
	piece := c.piece(m)
	piece.Title = c.say(m.By)
	if m.AsOf != "" {
		piece.Title = c.t("message.as_of", i18n.Args{"By": piece.Title, "Date": When(c.p, m.AsOf, "")})
	}
	text := c.say(m.Text)
	if text == "" {
		text = c.t("message.see", i18n.Args{"Source": cmp.Or(c.say(m.Source.Title), m.Source.URL)})
	} else {
		piece.State = Checked
	}
	piece.Text = []Span{{Text: text}}
	return piece
}

// activities are all of them with when they began, were held and ended, and what
// meetings decided.
func (c *composer) activities() Piece {
	piece := Piece{State: Machine, Table: &Table{Head: []string{
		c.t("field.activity"), c.t("field.begun"), c.t("field.held"), c.t("field.ended"), c.t("field.decisions"),
	}}}
	records := c.from.Records
	for _, a := range records.Activities() {
		if Year(a.Begun) > Year(c.r.AsOf) {
			continue // it is none of this report's
		}
		var decided []string
		for _, d := range records.Decisions(a.ID) {
			if Year(records.heldOn(d.Meeting)) > Year(c.r.AsOf) {
				continue
			}
			decided = append(decided, strings.Join(nonEmpty(Year(records.heldOn(d.Meeting)), c.t("verdict."+string(d.Verdict))), " "))
		}
		piece.Records = append(piece.Records, Reference{KindActivity, a.ID})
		piece.Table.Rows = append(piece.Table.Rows, [][]Span{
			{{Text: c.say(a.Title)}},
			{{Text: When(c.p, a.Begun, "")}},
			{{Text: strings.Join(c.years(a.ID), ", ")}},
			{{Text: When(c.p, a.Ended, "")}},
			{{Text: strings.Join(decided, c.t("comma"))}},
		})
	}
	return piece
}

// years are those in which an activity was held, up to the edition's.
func (c *composer) years(activity string) []string {
	return slices.DeleteFunc(c.from.Records.Years(activity), func(y string) bool { return y > Year(c.r.AsOf) })
}

// figures are a table of figures.
func (c *composer) figures(ids []string) Piece {
	piece := Piece{State: Machine, Table: &Table{Head: []string{c.t("field.figure"), c.t("field.value"), c.t("field.as_of")}}}
	for _, id := range ids {
		f := c.from.Records.Figure(id)
		if f == nil {
			continue
		}
		piece.Records = append(piece.Records, Reference{KindFigure, id})
		piece.Table.Rows = append(piece.Table.Rows, [][]Span{{{Text: c.say(f.Title)}}, {c.figure(f)}, {{Text: When(c.p, f.AsOf, "")}}})
	}
	return piece
}

// members are the chapters of the handbook.
func (c *composer) members() (all []Part) {
	for i := range c.from.Chapters {
		ch := &c.from.Chapters[i]
		part := Part{ID: "member-" + ch.Member, Title: c.say(ch.Name)}
		for _, g := range ch.Groups {
			list := make([]string, len(g.Entries))
			for i := range g.Entries {
				list[i] = c.entry(&g.Entries[i])
			}
			part.Pieces = append(part.Pieces, Piece{State: Machine, Title: c.p.T(g.Name), List: list})
		}
		table := &Table{Head: []string{c.t("field.measure"), c.t("field.done"), c.t("field.planned")}}
		for i := range ch.Rows {
			row := &ch.Rows[i]
			table.Rows = append(table.Rows, [][]Span{{{Text: c.say(row.Name)}}, c.entries(row.Done), c.entries(row.Planned)})
		}
		part.Pieces = append(part.Pieces, Piece{State: Machine, Title: c.t("field.measures"), Table: table, Note: c.say(ch.Note)})
		all = append(all, part)
	}
	return all
}

// entries are items of a cell, a span each.
func (c *composer) entries(items []ChapterEntry) (all []Span) {
	for i := range items {
		all = append(all, Span{Text: c.entry(&items[i])})
	}
	if len(all) == 0 {
		all = []Span{{Text: "—"}}
	}
	return all
}

func (c *composer) entry(e *ChapterEntry) string {
	text := c.say(e.Text)
	if when := When(c.p, e.Since, e.Until); when != "" {
		text = c.t("entry", i18n.Args{"Text": text, "When": when})
	}
	if e.Uncertain {
		text += " " + c.t("uncertain")
	}
	return text
}
