package server

import (
	"context"
	"errors"
	"time"

	"renkei/internal/community"
	communitystore "renkei/internal/community/store"
	"renkei/internal/database"
	"renkei/internal/handbook"
	handbookarea "renkei/internal/handbook/area"
	handbookstore "renkei/internal/handbook/store"
	"renkei/internal/programme"
	programmearea "renkei/internal/programme/area"
)

// Chapters is what the programme takes from the handbook and the community: areas
// do not know each other.
func Chapters(r *database.Reader) programmearea.Sources {
	return &chapters{r, handbookstore.NewReader(r, handbookarea.Vocabulary()), newPlayed(), newPlans()}
}

type chapters struct {
	r        *database.Reader
	handbook *handbookstore.Reader
	played   *played
	plans    *plans
}

// Members returns the names of all members as they are now.
func (c *chapters) Members(ctx context.Context) (map[string]community.Text, error) {
	registry, err := communitystore.ReadMoment(ctx, c.r)
	if err != nil {
		return nil, err
	}
	names := map[string]community.Text{}
	for _, m := range registry.Members() {
		names[m.ID] = m.Names.At(time.Now()).Full
	}
	return names, nil
}

// Directory returns all members with where their bodies read mail: the first
// contact of each that has an address.
func (c *chapters) Directory(ctx context.Context) ([]programme.Member, error) {
	registry, err := communitystore.ReadMoment(ctx, c.r)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	var all []programme.Member
	for _, m := range registry.Members() {
		member := programme.Member{ID: m.ID, Code: m.Code, Name: m.Names.At(now).Full, Zone: m.Zone, Gone: !m.Active(now)}
		for _, o := range registry.Organisations(m.ID) {
			if box, ok := mailBox(registry, o); ok && o.Active(now) {
				box.Body = o.Names.At(now).Full
				member.Mail = append(member.Mail, box)
			}
		}
		all = append(all, member)
	}
	return all, nil
}

// Partners are the partner agencies of the community.
func (c *chapters) Partners(ctx context.Context) (all []programme.PlayedName, err error) {
	registry, err := communitystore.ReadMoment(ctx, c.r)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	for _, o := range registry.Organisations("") {
		if o.IsPartner() && o.Active(now) {
			all = append(all, programme.PlayedName{ID: o.ID, Name: o.Names.At(now).Full})
		}
	}
	return all, nil
}

// mailBox is the address of the first contact of an organisation that has one.
func mailBox(registry *community.Registry, o *community.Organisation) (box programme.MailBox, ok bool) {
	for _, c := range registry.Contacts(o.ID) {
		for _, ch := range c.Channels {
			if ch.Kind == community.Mail {
				return programme.MailBox{ID: c.ID, Address: ch.Value, Languages: c.Languages}, true
			}
		}
	}
	return box, false
}

// Chapters returns what members, partners left out, say in an edition.
func (c *chapters) Chapters(ctx context.Context, edition string) ([]programme.Chapter, error) {
	content, err := c.handbook.Content(ctx, edition)
	if errors.Is(err, handbook.ErrAbsent) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []programme.Chapter
	for i := range content.Profiles {
		if p := &content.Profiles[i]; !p.Partner {
			all = append(all, c.chapter(content, p))
		}
	}
	return all, nil
}

func (c *chapters) chapter(content *handbook.Content, p *handbook.Profile) programme.Chapter {
	ch := programme.Chapter{Member: p.Member, Name: p.Name.Plain(), Note: p.Note.Plain()}
	for _, k := range handbook.Kinds() {
		if k == handbook.Measured {
			continue
		}
		entries := entriesOf(content, func(it *handbook.Item) bool { return it.Member == p.Member && it.Kind == k })
		if len(entries) > 0 {
			ch.Groups = append(ch.Groups, programme.ChapterGroup{Name: "web.handbook.kind." + string(k), Entries: entries})
		}
	}
	for _, m := range c.handbook.Vocabulary().Measures {
		of := func(ahead bool) []programme.ChapterEntry {
			return entriesOf(content, func(it *handbook.Item) bool {
				return it.Member == p.Member && it.Kind == handbook.Measured && it.Measure == m.ID && it.Status.Ahead() == ahead
			})
		}
		name := community.Text{}
		for _, lang := range []string{"en", "ja"} {
			name[lang] = m.In(lang)
		}
		ch.Rows = append(ch.Rows, programme.ChapterRow{Name: name, Done: of(false), Planned: of(true)})
	}
	return ch
}

func entriesOf(content *handbook.Content, is func(*handbook.Item) bool) (all []programme.ChapterEntry) {
	for i := range content.Items {
		it := &content.Items[i]
		if !is(it) {
			continue
		}
		e := programme.ChapterEntry{Text: it.Text.Plain(), Since: it.Since, Until: it.Until, Uncertain: it.Uncertain}
		if it.Status.Ahead() {
			e.Since, e.Until = it.Due, ""
		}
		all = append(all, e)
	}
	return all
}
