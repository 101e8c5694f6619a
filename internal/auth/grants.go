package auth

import (
	"context"
	"errors"
	"slices"

	"renkei/internal/auth/authstore"
	"renkei/internal/database"
)

type grantStore interface {
	PutGrant(ctx context.Context, g Grant, notes ...authstore.Audit) error
	RevokeGrant(ctx context.Context, g Grant, keep authstore.Keep, notes ...authstore.Audit) error
	Regrant(ctx context.Context, drop, put []Grant, notes ...authstore.Audit) error
	Grants(ctx context.Context, person string) ([]Grant, error)
	GrantsIn(ctx context.Context, in Scope) ([]Holder, error)
	IsHeld(ctx context.Context, in Scope, role string) (bool, error)
	GrantsOf(ctx context.Context, area string) ([]Holder, error)
}

// Grant gives a role. It returns ErrRole where the role has no place there.
func (s *Service) Grant(ctx context.Context, by string, g Grant) error {
	if !s.fits(Role(g.Role), g.Scope) {
		return ErrRole
	}
	defer s.drop(g.Person)
	return s.store.PutGrant(ctx, g, s.note(ctx, by, Granted, g.Person, where(g)))
}

// GrantsIn returns who may do what in an object and its parts, or with the zero
// Scope in the community, by part, role and person.
func (s *Service) GrantsIn(ctx context.Context, in Scope) ([]Holder, error) {
	return s.store.GrantsIn(ctx, in)
}

// IsHeld reports whether anybody has a role in that very part of an object.
func (s *Service) IsHeld(ctx context.Context, in Scope, role Role) (bool, error) {
	return s.store.IsHeld(ctx, in, string(role))
}

// GrantsOf returns who may do what in all objects of an area, by object, part,
// role and person.
func (s *Service) GrantsOf(ctx context.Context, area string) ([]Holder, error) {
	return s.store.GrantsOf(ctx, area)
}

// Revoke takes a role away; whoever is signed in feels it at once. It returns
// ErrLast for the last who has a role that the area needs, and for the last
// secretary who can sign in, and ErrNotFound where the person does not have the role.
func (s *Service) Revoke(ctx context.Context, by string, g Grant) error {
	keep := authstore.KeepNone
	switch role := Role(g.Role); {
	case role == Secretary && g.Area == "":
		keep = authstore.KeepAccount
	case s.needed(role, g.Area):
		keep = authstore.KeepOne
	}
	defer s.drop(g.Person)
	return s.store.RevokeGrant(ctx, g, keep, s.note(ctx, by, Revoked, g.Person, where(g)))
}

// maxLookedAt is how many of the latest entries of the audit log are looked at.
const maxLookedAt = 200

// HasHandedOver reports whether by was, a short while ago, who handed the lead
// there over to somebody.
func (s *Service) HasHandedOver(ctx context.Context, by string, in Scope, lead Role, to string) (bool, error) {
	all, err := s.Audit(ctx, 0, maxLookedAt)
	about := where(Grant{Scope: in, Role: string(lead)})
	return slices.ContainsFunc(all, func(e Entry) bool {
		return e.Deed == HandedOver && e.Actor == by && e.Whom == to && e.About == about
	}), err
}

// HandOver gives to, who has the role of the deputy there or of the lead too,
// that of the lead, and by, who has that of the lead, that of the deputy. It
// returns ErrRole where they have not.
func (s *Service) HandOver(ctx context.Context, by string, in Scope, lead, deputy Role, to string) error {
	as := func(person string, r Role) Grant { return Grant{Person: person, Scope: in, Role: string(r)} }
	has, err := s.store.Grants(ctx, to)
	if err != nil {
		return err
	}
	var gives []Grant
	for _, r := range []Role{lead, deputy} {
		if g := as(to, r); slices.Contains(has, g) {
			gives = append(gives, g)
		}
	}
	if by == to || len(gives) == 0 {
		return ErrRole
	}
	defer s.drop(by)
	defer s.drop(to)
	note := s.note(ctx, by, HandedOver, to, where(as(to, lead)))
	err = s.store.Regrant(ctx, append(gives, as(by, lead)), []Grant{as(to, lead), as(by, deputy)}, note)
	if errors.Is(err, ErrNotFound) { // one of them is not what they were
		err = ErrRole
	}
	return err
}

// Remove takes away, in the transaction in which an object is deleted, every role
// in it and every link to it, and writes down that somebody has done so. Refresh
// those who had a role once it is committed.
func (s *Service) Remove(ctx context.Context, tx *database.Tx, by string, of Scope, what Deed, about string) error {
	return authstore.RemoveObject(tx, of, s.note(ctx, by, what, "", about))
}

// Move gives, in the transaction in which an object takes the place of another, the
// roles in that and the links to it to the new one, as far as it has the same
// parts, and writes that down. Refresh those who had a role once it is committed.
func (s *Service) Move(ctx context.Context, tx *database.Tx, by string, from Scope, to string, has func(part string) bool, what Deed) error {
	return authstore.MoveObject(tx, from.Area, from.Object, to, has, s.note(ctx, by, what, "", from.Object+" "+to))
}

// Refresh has what people may do looked up again.
func (s *Service) Refresh(people []Holder) {
	for _, p := range people {
		s.drop(p.Person)
	}
}
