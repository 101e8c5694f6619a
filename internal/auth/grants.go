package auth

import (
	"context"
	"errors"
	"slices"

	"renkei/internal/store"
)

type grantStore interface {
	PutGrant(ctx context.Context, g store.Grant, notes ...store.Audit) error
	RevokeGrant(ctx context.Context, g store.Grant, keep store.Keep, notes ...store.Audit) error
	Regrant(ctx context.Context, drop, put []store.Grant, notes ...store.Audit) error
	Grants(ctx context.Context, person string) ([]store.Grant, error)
	GrantsIn(ctx context.Context, exercise string) ([]store.Holder, error)
}

// Grant gives a role. It returns ErrRole where the role has no place there.
func (s *Service) Grant(ctx context.Context, by string, g store.Grant) error {
	if !Role(g.Role).Fits(g.Exercise, g.Unit) {
		return ErrRole
	}
	defer s.drop(g.Person)
	return s.store.PutGrant(ctx, g, s.note(by, Granted, g.Person, where(g)))
}

// GrantsIn returns who may do what in an exercise, or with "" in the community,
// by unit, role and person.
func (s *Service) GrantsIn(ctx context.Context, exercise string) ([]store.Holder, error) {
	return s.store.GrantsIn(ctx, exercise)
}

// Revoke takes a role away; whoever is signed in feels it at once. It returns
// ErrLast for the last director of an exercise and for the last secretary who
// can sign in, and store.ErrNotFound where the person does not have the role.
func (s *Service) Revoke(ctx context.Context, by string, g store.Grant) error {
	keep := store.KeepNone
	switch Role(g.Role) {
	case Director:
		keep = store.KeepOne
	case Secretary:
		keep = store.KeepAccount
	}
	defer s.drop(g.Person)
	return s.store.RevokeGrant(ctx, g, keep, s.note(by, Revoked, g.Person, where(g)))
}

// maxLookedAt is how many of the latest entries of the audit log are looked at.
const maxLookedAt = 200

// HasHandedOver reports whether by was, a short while ago, who made to the
// director of an exercise.
func (s *Service) HasHandedOver(ctx context.Context, by, exercise, to string) (bool, error) {
	all, err := s.Audit(ctx, 0, maxLookedAt)
	about := where(store.Grant{Exercise: exercise, Role: string(Director)})
	return slices.ContainsFunc(all, func(e Entry) bool {
		return e.Deed == HandedOver && e.Actor == by && e.Whom == to && e.About == about
	}), err
}

// HandOver makes to, who is a controller of the exercise or a director too, its
// director, and by, who is a director, a controller. It returns ErrRole where
// they are not.
func (s *Service) HandOver(ctx context.Context, by, exercise, to string) error {
	as := func(person string, r Role) store.Grant {
		return store.Grant{Person: person, Exercise: exercise, Role: string(r)}
	}
	has, err := s.store.Grants(ctx, to)
	if err != nil {
		return err
	}
	var gives []store.Grant
	for _, r := range []Role{Director, Controller} {
		if g := as(to, r); slices.Contains(has, g) {
			gives = append(gives, g)
		}
	}
	if by == to || len(gives) == 0 {
		return ErrRole
	}
	defer s.drop(by)
	defer s.drop(to)
	note := s.note(by, HandedOver, to, where(as(to, Director)))
	err = s.store.Regrant(ctx, append(gives, as(by, Director)), []store.Grant{as(to, Director), as(by, Controller)}, note)
	if errors.Is(err, store.ErrNotFound) { // one of them is not what they were
		err = ErrRole
	}
	return err
}
