package auth

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"renkei/internal/auth/authstore"
)

// importGood is how long links are good of which nothing else was said, and that
// lead to nothing that ends.
const importGood = 14 * 24 * time.Hour

// Import invites everybody of a plan into an object, or with the zero Scope into
// the community: all of them, or with an error nobody. Whoever has an account of
// that mail gets the role at once, everybody else a link; with a mail the link
// lets them make an account. What is there already is not made again. It
// returns what became of each row, with the secrets of new links, ErrPlan where
// the plan has problems, and ErrRole.
func (s *Service) Import(ctx context.Context, by string, into Scope, plan Plan) ([]Issued, error) {
	if len(plan.Problems) > 0 {
		return nil, ErrPlan
	}
	s.imports.Lock()
	defer s.imports.Unlock()
	in := intake{Service: s, by: by, into: into.Whole(), good: plan.Good}
	if err := in.look(ctx); err != nil {
		return nil, err
	}
	issued := make([]Issued, len(plan.Rows))
	for i, row := range plan.Rows {
		var err error
		if issued[i], err = in.admit(ctx, row); err != nil {
			return nil, fmt.Errorf("row %d: %w", row.Row, err)
		}
	}
	if len(in.links)+len(in.grants) == 0 {
		return issued, nil
	}
	note := s.note(ctx, by, Imported, "", strings.TrimSpace(fmt.Sprintf("%s %d", into.Object, len(in.links)+len(in.grants))))
	defer func() {
		for _, g := range in.grants {
			s.drop(g.Person)
		}
	}()
	return issued, s.store.PutLinks(ctx, in.drop, in.links, in.grants, append(in.notes, note)...)
}

// intake is an import on its way.
type intake struct {
	*Service
	by   string
	into Scope
	good time.Duration

	owners map[string]string              // who has an account, by login
	held   map[Grant]bool                 // what they have here
	there  map[string][]authstore.Invited // links, by whom they are for

	drop   []authstore.Token
	links  []authstore.Link
	grants []Grant
	notes  []authstore.Audit
}

// look reads what is there.
func (in *intake) look(ctx context.Context) error {
	accounts, err := in.store.Accounts(ctx)
	if err != nil {
		return err
	}
	holders, err := in.store.GrantsIn(ctx, in.into)
	if err != nil {
		return err
	}
	links, err := in.store.Links(ctx, in.into)
	if err != nil {
		return err
	}
	in.owners, in.held, in.there = map[string]string{}, map[Grant]bool{}, map[string][]authstore.Invited{}
	for _, a := range accounts {
		in.owners[a.Login] = a.Person
	}
	for _, h := range holders {
		in.held[h.Grant] = true
	}
	for _, l := range links {
		k := sameness(l.Grant, l.For)
		in.there[k] = append(in.there[k], l)
	}
	return nil
}

// sameness is what two links have in common that are for the same person in the
// same role.
func sameness(g Grant, m authstore.Meant) string {
	who := "mail " + m.Login
	if m.Login == "" {
		who = "name " + foldWord(m.Name) + "\x00" + foldWord(m.Organisation)
	}
	return strings.Join([]string{g.Role, g.Part, who}, "\x00")
}

// admit decides about a row.
func (in *intake) admit(ctx context.Context, row Invitee) (Issued, error) {
	done := Issued{Invitee: row}
	g := Grant{Scope: in.into, Role: string(row.Role)}
	g.Part = row.Part
	if row.Role == "" {
		g.Role = string(LinkAccount)
	}
	f := For{Name: row.Name, Login: row.Mail, Organisation: row.Organisation, Lang: row.Lang, Account: row.Mail != ""}
	text, l, err := in.link(in.by, g, f, in.good)
	if err != nil {
		return done, err
	}
	if owner := in.owners[l.For.Login]; owner != "" && l.For.Login != "" {
		done.State = in.grant(ctx, owner, g, row.Role)
		return done, nil
	}
	if done.State, done.Expires = in.before(l); done.State != "" {
		return done, nil
	}
	in.links = append(in.links, l)
	in.notes = append(in.notes, in.note(ctx, in.by, Invited, "", where(g)))
	done.State, done.Link, done.Expires = StateInvited, text, timeOf(l.Expires)
	return done, nil
}

// grant gives a role to somebody who has an account.
func (in *intake) grant(ctx context.Context, owner string, g Grant, role Role) State {
	g.Person = owner
	if role == "" || in.held[g] {
		return StateHas
	}
	in.held[g] = true
	in.grants = append(in.grants, g)
	in.notes = append(in.notes, in.note(ctx, in.by, Granted, owner, where(g)))
	return StateGranted
}

// before finds the link that an import of before has made. One whose time is
// over, or of whose taker nothing is left here, makes room for a new one.
func (in *intake) before(l authstore.Link) (State, time.Time) {
	now := in.now().UnixMicro()
	all := in.there[sameness(l.Grant, l.For)]
	for _, old := range all {
		switch {
		case old.Taken > 0 && (bare(l) || in.held[old.Grant]):
			return StateTaken, time.Time{}
		case old.Taken == 0 && old.Expires > now:
			return StateOpen, timeOf(old.Expires)
		case old.Taken == 0 && !slices.Contains(in.drop, old.Token):
			in.drop = append(in.drop, old.Token)
		}
	}
	return "", time.Time{}
}
