package server

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	communitystore "renkei/internal/community/store"
	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/handbook"
	handbookarea "renkei/internal/handbook/area"
	handbookstore "renkei/internal/handbook/store"
	"renkei/internal/i18n"
	tabletoppages "renkei/internal/tabletop/pages"
	"renkei/internal/web"
)

// matrix connects the country matrix of tabletops with the handbook.
type matrix struct {
	store   *handbookstore.Store
	members *communitystore.Store
}

var _ tabletoppages.Handbook = (*matrix)(nil)

func newMatrix(db *database.DB) *matrix {
	return &matrix{handbookstore.New(db, handbookarea.Vocabulary()), communitystore.New(db)}
}

// maxKnown is how many entries of the handbook are put into a row.
const maxKnown = 3

// member finds the member with a code; nil for none.
func (m *matrix) member(ctx context.Context, code string) (*community.Member, error) {
	registry, err := m.members.Registry(ctx)
	if err != nil {
		return nil, err
	}
	members := registry.Members()
	i := slices.IndexFunc(members, func(one *community.Member) bool { return one.Code == code && one.Active(time.Now()) })
	if i < 0 {
		return nil, nil //nolint:nilnil // a delegation may be of no member
	}
	return members[i], nil
}

// itemID is the id of the entry of a member on a topic, the same in all editions.
func itemID(member, topic string) string { return member + "-" + topic }

// Known is the entry of the topic, which earlier tabletops left and the member
// published, else what the page of the member says on its measure and themes.
func (m *matrix) Known(ctx context.Context, lang, code string, rows []tabletoppages.HandbookRow) (map[string]string, error) {
	editions, err := m.store.Editions(ctx)
	if err != nil || len(editions) == 0 {
		return nil, err
	}
	member, err := m.member(ctx, code)
	if err != nil || member == nil {
		return nil, err
	}
	content, err := m.store.Content(ctx, editions[len(editions)-1].ID) // is kept in memory
	if err != nil {
		return nil, err
	}
	known := map[string]string{}
	for _, row := range rows {
		if text := knownOf(content.Items, member.ID, lang, &row); text != "" {
			known[row.Topic.Key] = text
		}
	}
	return known, nil
}

func knownOf(items []handbook.Item, member, lang string, row *tabletoppages.HandbookRow) string {
	var lines []string
	for i := range items {
		it := &items[i]
		if it.Member != member {
			continue
		}
		text, _ := it.Text.In(lang, "en")
		if it.ID == itemID(member, row.Topic.Key) {
			return unlabelled(text, row)
		}
		if it.Kind == handbook.Measured && it.Status.Fact() && it.Measure == row.Topic.Measure && len(row.Topic.Themes) > 0 &&
			!slices.ContainsFunc(row.Topic.Themes, func(t string) bool { return !slices.Contains(it.Themes, t) }) && len(lines) < maxKnown {
			lines = append(lines, text)
		}
	}
	text := []rune(strings.Join(lines, "\n"))
	return string(text[:min(len(text), exercise.MaxPollText)])
}

// labelled is what an entry says: what was asked, and the answer.
func labelled(row *tabletoppages.HandbookRow) handbook.Texts {
	lang := languageOf(row.Text)
	separator := ": "
	if lang == "ja" {
		separator = "："
	}
	return handbook.Say(lang, row.Label.In(lang, "en")+separator+row.Text)
}

// unlabelled is the answer in what an entry says.
func unlabelled(text string, row *tabletoppages.HandbookRow) string {
	for _, label := range row.Label {
		for _, separator := range []string{": ", "："} {
			if rest, ok := strings.CutPrefix(text, label+separator); ok {
				return rest
			}
		}
	}
	return text
}

// Drafted compares the working copy of the member with rows.
func (m *matrix) Drafted(ctx context.Context, code string, rows []tabletoppages.HandbookRow) (drafted, known bool, err error) {
	member, err := m.member(ctx, code)
	if err != nil || member == nil {
		return false, false, err
	}
	put, err := m.missing(ctx, member.ID, "", rows)
	return len(put) == 0, true, err
}

// missing are the entries that the working copy of a member does not have as rows
// say.
func (m *matrix) missing(ctx context.Context, member, title string, rows []tabletoppages.HandbookRow) (put []handbook.Item, err error) {
	working, err := m.store.Working(ctx, member)
	if errors.Is(err, handbook.ErrAbsent) {
		working, err = &handbook.Content{}, nil
	}
	if err != nil {
		return nil, err
	}
	for i := range rows {
		it := handbook.Item{
			ID: itemID(member, rows[i].Topic.Key), Member: member, Kind: handbook.Measured, Measure: rows[i].Topic.Measure, Themes: rows[i].Topic.Themes,
			Status: handbook.InForce, Text: labelled(&rows[i]), Uncertain: true,
			Note: handbook.Texts{"en": {Text: "Said at the tabletop: " + title, State: handbook.Original}, "ja": {Text: "机上演習での発言：" + title, State: handbook.Original}},
		}
		for j := range working.Items {
			if w := &working.Items[j]; w.ID == it.ID {
				was, _ := w.Text.In(languageOf(rows[i].Text))
				is, _ := it.Text.In(languageOf(rows[i].Text))
				if was == is {
					it.ID = ""
					break
				}
				it.Order = w.Order
			} else if w.Kind == it.Kind && w.Measure == it.Measure {
				it.Order = max(it.Order, w.Order+1)
			}
		}
		if it.ID != "" {
			put = append(put, it)
		}
	}
	return put, nil
}

// Draft writes for the owner, who finds it as a change of the page. What the
// member is about to approve is left alone.
func (m *matrix) Draft(ctx context.Context, who *auth.Access, code, title string, rows []tabletoppages.HandbookRow) error {
	member, err := m.member(ctx, code)
	if err != nil {
		return err
	}
	if member == nil {
		return web.ErrNotFound
	}
	head, err := m.store.Head(ctx, member.ID)
	if err != nil {
		return err
	}
	put, err := m.missing(ctx, member.ID, title, rows)
	if err != nil || len(put) == 0 {
		return err
	}
	if head.State == handbook.Submitted || head.State == handbook.Approved {
		return i18n.NewError("the page is being approved", "web.tabletop.handover_busy")
	}
	as := handbook.Actor{Person: who.Person, Owns: []string{member.ID}}
	err = m.store.Save(ctx, as, handbookstore.Change{
		Member: member.ID, Version: head.Version, Put: put, At: time.Now(), Reason: clip(cmp.Or(title, "tabletop"), 200),
	})
	var fault *handbook.FaultError
	if errors.As(err, &fault) {
		return i18n.NewError("the handbook refuses an entry: "+fault.Field, "web.tabletop.handover_refused")
	}
	return err
}
