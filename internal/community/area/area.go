// Package area registers the community with the program: its pages, its place in
// the navigation, its tables and its texts.
package area

import (
	"context"
	"slices"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	communityapi "renkei/internal/community/api"
	"renkei/internal/community/comcheck"
	"renkei/internal/community/demo"
	communitypages "renkei/internal/community/pages"
	"renkei/internal/community/store"
	"renkei/internal/community/texts"
	"renkei/internal/database"
	"renkei/internal/web"
)

// Area returns the wing of the community, kept in a database.
func Area(db *database.DB, mailing Mailing) web.Area {
	rules := community.Rules()
	kept := store.New(db)
	rounds := &comcheck.Service{Store: kept, Now: time.Now, Mailing: mailing.comcheck()}
	pages := &communitypages.Pages{
		Rounds: rounds, Kept: kept,
		Store: erasing{kept, mailing.Outbox}, Now: time.Now,
		Beginning: func(author, reason string) ([]community.Change, error) {
			names, err := demo.Names()
			return demo.Changes(names, author, reason), err
		},
	}
	return web.Area{
		Name:       "community",
		Routes:     append(pages.Routes(), communitypages.PeopleRoutes()...),
		Nav:        communitypages.Section,
		Home:       pages.Home,
		Target:     pages.Target,
		Grants:     &rules,
		Minute:     rounds.Advance,
		Demo:       func(ctx context.Context) error { return fill(ctx, kept) },
		Keeps:      (*auth.Access).Secretary,
		Migrations: store.Migrations(),
		Tables:     store.Tables(),
		Operations: (&communityapi.API{Members: kept}).Register,
		Texts:      texts.Area(),
	}
}

// fill enters the demo community, and a comcheck of three weeks ago.
func fill(ctx context.Context, s *store.Store) error {
	records, err := demo.Records()
	if err != nil {
		return err
	}
	if _, err := s.Apply(ctx, time.Now(), demo.Changes(records, "", "demo data")...); err != nil {
		return err
	}
	begun := time.Now().AddDate(0, 0, -21)
	clock := begun
	rounds := &comcheck.Service{Store: s, Now: func() time.Time { return clock }}
	round, asks, err := rounds.Start(ctx, comcheck.DefaultPlan(), "")
	if err != nil {
		return err
	}
	if err := answer(ctx, s, asks, begun); err != nil {
		return err
	}
	clock = begun.Add(round.Plan.Escalate)
	if err := rounds.Advance(ctx); err != nil {
		return err
	}
	if _, asks, err = s.Round(ctx, round.ID); err != nil {
		return err
	}
	escalated := slices.DeleteFunc(asks, func(a comcheck.Ask) bool { return !a.Asked.After(begun) })
	return answer(ctx, s, escalated[:min(1, len(escalated))], clock)
}

// answer has most of those answer who were asked: by link or by telephone, some
// after hours; of every fourth organisation nobody does.
func answer(ctx context.Context, s *store.Store, asks []comcheck.Ask, begun time.Time) error {
	organisation, n := "", 0
	for i, a := range asks {
		if a.Organisation != organisation {
			organisation, n = a.Organisation, n+1
		}
		if n%4 == 0 {
			continue
		}
		a.Answered, a.How = begun.Add(time.Duration(7+i*23%400)*time.Minute), comcheck.ByLink
		if a.Channel == community.Phone {
			a.How, a.Word = comcheck.ByHand, "demo"
		}
		if a.Channel == community.Mattermost && n%3 == 0 {
			continue
		}
		if err := s.Answer(ctx, a); err != nil {
			return err
		}
	}
	return nil
}
