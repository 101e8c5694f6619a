package server

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"renkei/internal/auth"
	"renkei/internal/community"
	communitystore "renkei/internal/community/store"
	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/programme"
	programmestore "renkei/internal/programme/store"
	"renkei/internal/tabletop/joining"
	tabletoppages "renkei/internal/tabletop/pages"
	"renkei/internal/web"
)

// tabletopOutside is what tabletops leave in other areas.
func tabletopOutside(d Deps) tabletoppages.Outside {
	if d.DB == nil {
		return tabletoppages.Outside{} // nothing is served
	}
	return tabletoppages.Outside{Programme: &promises{programmestore.New(d.DB), communitystore.New(d.DB)}, Handbook: newMatrix(d.DB), Joining: joining.New(d.DB, time.Now)}
}

// promises keeps what tabletops promise in the programme.
type promises struct {
	store     *programmestore.Store
	community *communitystore.Store
}

var _ tabletoppages.Programme = (*promises)(nil)

func programmeAccess(who *auth.Access) programme.Access {
	return programme.Access{Access: community.Of(who)}
}

// readable are the records that somebody may read: none for who is not of the
// community.
func (p *promises) readable(ctx context.Context, who *auth.Access) (*programme.Records, error) {
	a := programmeAccess(who)
	if !a.Takes() {
		return programme.NewRecords(), nil
	}
	records, err := p.store.Records(ctx)
	if err != nil {
		return nil, err
	}
	return records.For(a), nil
}

// Meetings are those that somebody conducts and whose record is open.
func (p *promises) Meetings(ctx context.Context, who *auth.Access) (all []tabletoppages.Meeting, err error) {
	records, err := p.store.Records(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range records.Meetings("") {
		if takesActions(programmeAccess(who), records, e) {
			all = append(all, tabletoppages.Meeting{ID: e.ID, Code: e.Session.Code, Name: scenario.Text(e.Title)})
		}
	}
	slices.Reverse(all)
	return all, nil
}

// takesActions reports whether somebody may enter actions of a meeting.
func takesActions(a programme.Access, records *programme.Records, e *programme.Event) bool {
	if e == nil || e.Session == nil || e.Status == programme.Cancelled || !a.Conducts(e) {
		return false
	}
	m := records.MinutesOf(e.ID)
	return m == nil || m.Adopted == nil
}

// Enter makes actions of what was promised.
func (p *promises) Enter(ctx context.Context, who *auth.Access, meeting string, all []tabletoppages.Promise) (entered int, unknown []string, err error) {
	records, err := p.store.Records(ctx)
	if err != nil {
		return 0, nil, err
	}
	if !takesActions(programmeAccess(who), records, records.Event(meeting)) {
		return 0, nil, web.ErrNotFound
	}
	members, err := p.members(ctx)
	if err != nil {
		return 0, nil, err
	}
	var changes []programme.Change
	for _, one := range all {
		label, ok := labelOf(one.TLP)
		if !ok {
			return 0, nil, i18n.NewError("actions of a tabletop that is labelled too strictly", "web.tabletop.actions_strict")
		}
		m, known := members[one.Member]
		if !known {
			unknown = append(unknown, one.Member)
			continue
		}
		if records.ActionFrom(commitmentOf(one)) != nil {
			continue
		}
		changes = append(changes, programme.Change{
			Author: who.Person, Reason: clip("commitment of a tabletop: "+one.Title, 200), Of: programme.KindAction, Record: actionOf(one, meeting, m.ID, label),
		})
	}
	slices.Sort(unknown)
	unknown = slices.Compact(unknown)
	if len(changes) == 0 {
		return 0, unknown, nil
	}
	_, err = p.store.Apply(ctx, time.Now(), changes...)
	return len(changes), unknown, err
}

func commitmentOf(p tabletoppages.Promise) string {
	return fmt.Sprintf("%s/%d", p.Exercise, p.Number)
}

// actionOf is the action that a commitment becomes.
func actionOf(p tabletoppages.Promise, meeting, member string, label community.TLP) *programme.Action {
	lang := languageOf(p.What)
	a := &programme.Action{
		Head:    programme.Head{Title: community.Text{lang: clip(p.What, 200)}, Note: community.Text{languageOf(p.Title): p.Title}},
		Duty:    programme.Duty{Member: member, Body: clip(p.Who, 200), Due: community.Date(p.By), State: programme.Open, TLP: label},
		Meeting: meeting, Commitment: commitmentOf(p),
	}
	if a.Title[lang] != p.What {
		a.Text = community.Text{lang: p.What}
	}
	return a
}

// labelOf is the label of the actions of a tabletop: what it does not say is for
// the community. False where that would say more than the tabletop allows.
func labelOf(t scenario.TLP) (community.TLP, bool) {
	switch t {
	case scenario.TLPNone, scenario.TLPClear, scenario.TLPGreen:
		return community.Green, true
	case scenario.TLPAmber:
		return community.Amber, true
	}
	return "", false
}

// languageOf guesses in which language of the interface a text is written.
func languageOf(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) }) {
		return "ja"
	}
	return "en"
}

// clip is the beginning of a text on one line.
func clip(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// members are those of the community by their codes.
func (p *promises) members(ctx context.Context) (map[string]*community.Member, error) {
	registry, err := p.community.Registry(ctx)
	if err != nil {
		return nil, err
	}
	all := map[string]*community.Member{}
	for _, m := range registry.Members() {
		if m.Active(time.Now()) {
			all[m.Code] = m
		}
	}
	return all, nil
}

// Entered returns the numbers of the actions of an exercise.
func (p *promises) Entered(ctx context.Context, who *auth.Access, exercise string) (map[int]string, error) {
	records, err := p.readable(ctx, who)
	if err != nil {
		return nil, err
	}
	codes := map[int]string{}
	for _, a := range records.Actions("") {
		from, number, _ := strings.Cut(a.Commitment, "/")
		if n, err := strconv.Atoi(number); err == nil && from == exercise {
			codes[n] = a.Code
		}
	}
	return codes, nil
}

// Earlier returns what became of what other exercises promised.
func (p *promises) Earlier(ctx context.Context, who *auth.Access, exercise string) ([]tabletoppages.Earlier, error) {
	readable, err := p.readable(ctx, who)
	if err != nil {
		return nil, err
	}
	members, err := p.members(ctx)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(readable.Actions(""), func(a *programme.Action) bool {
		from, _, _ := strings.Cut(a.Commitment, "/")
		return from == "" || from == exercise || a.TLP.Stricter(community.Amber)
	})
	var last community.Date
	for _, a := range all {
		last = max(last, readable.Event(a.Meeting).Begin)
	}
	all = slices.DeleteFunc(all, func(a *programme.Action) bool {
		return a.State != programme.Open && readable.Event(a.Meeting).Begin != last
	})
	slices.SortStableFunc(all, func(a, b *programme.Action) int { return cmp.Compare(a.Member, b.Member) })
	var earlier []tabletoppages.Earlier
	for _, a := range all {
		earlier = append(earlier, earlierOf(a, members))
	}
	return earlier, nil
}

func earlierOf(a *programme.Action, members map[string]*community.Member) tabletoppages.Earlier {
	e := tabletoppages.Earlier{Item: exercise.RecalledCommitment{
		What: cmp.Or(anyText(a.Text), anyText(a.Title)), By: string(a.Due), Who: a.Body, Status: string(a.State), Code: a.Code,
	}}
	e.Name = scenario.Text{"": a.Body}
	for code, m := range members {
		if m.ID == a.Member {
			e.Member, e.Name = code, scenario.Text(m.Names.At(time.Now()).Full)
		}
	}
	if n := len(a.Evidence); n > 0 && a.State != programme.Open {
		e.Item.Outcome = clip(a.Evidence[n-1].Text, exercise.MaxPollText)
	}
	return e
}

// anyText is a text in whichever language somebody wrote it.
func anyText(t community.Text) string {
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		if t[lang] != "" {
			return t[lang]
		}
	}
	return ""
}
