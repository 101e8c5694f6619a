package communitypages

import (
	"net/http"

	"renkei/internal/auth"
	"renkei/internal/community"
)

// memberRow is a member in the list.
type memberRow struct {
	*community.Member
	csirts   []*community.Organisation
	policy   []*community.Organisation
	contacts int
	holders  map[string][]string // names by role
	mine     bool
}

// membersView is the list of members.
type membersView struct {
	rows     []memberRow
	former   []memberRow
	partners []*community.Organisation
	first    *firstSteps // nil where they are done, or for who cannot do them
}

// firstSteps are what an installation needs before members can work with it.
type firstSteps struct {
	secretaries []string
	members     int
	without     []*community.Member // that have no owner yet
	silent      []*community.Member // of whose contacts none is on file
}

// done reports whether there is nothing left to do.
func (f *firstSteps) done() bool { return f.members > 0 && len(f.without) == 0 && len(f.silent) == 0 }

func showMembers(r *request) error {
	v := &membersView{partners: r.organisations("")}
	var holders []auth.Holder
	if r.access.Helps() {
		var err error
		if holders, err = r.Server.Auth.GrantsOf(r.Context(), community.Area); err != nil {
			return err
		}
	}
	for _, m := range r.reg.Members() {
		row := r.row(m, holders)
		if m.Left.Over(r.now) {
			v.former = append(v.former, row)
		} else {
			v.rows = append(v.rows, row)
		}
	}
	if r.access.Helps() {
		first, err := r.firstSteps(v.rows)
		if err != nil {
			return err
		}
		if !first.done() {
			v.first = first
		}
	}
	return r.Show(http.StatusOK, membersPage(r, v))
}

// row is a member in the list, with those of some who have a role for it.
func (r *request) row(m *community.Member, holders []auth.Holder) memberRow {
	row := memberRow{Member: m, holders: map[string][]string{}, mine: r.access.BelongsTo(m.ID)}
	for _, o := range r.organisations(m.ID) {
		if !o.Active(r.now) {
			continue
		}
		row.contacts += len(r.reg.Contacts(o.ID))
		switch o.Type {
		case community.CSIRT:
			row.csirts = append(row.csirts, o)
		case "policy", "ministry":
			row.policy = append(row.policy, o)
		}
	}
	for _, h := range holders {
		if h.Object == m.ID {
			row.holders[h.Role] = append(row.holders[h.Role], h.Name)
		}
	}
	return row
}

func (r *request) firstSteps(rows []memberRow) (*firstSteps, error) {
	f := &firstSteps{members: len(rows)}
	holders, err := r.Server.Auth.GrantsIn(r.Context(), auth.Scope{})
	if err != nil {
		return nil, err
	}
	for _, h := range holders {
		if h.Role == string(auth.Secretary) {
			f.secretaries = append(f.secretaries, h.Name)
		}
	}
	for _, row := range rows {
		if len(row.holders[string(community.Owner)]) == 0 {
			f.without = append(f.without, row.Member)
		}
		if row.contacts == 0 {
			f.silent = append(f.silent, row.Member)
		}
	}
	return f, nil
}

// memberView is the page of a member.
type memberView struct {
	*community.Member
	organisations []*community.Organisation
	people        []*community.Person
	roles         *rolesView
	made          []MadeLink
}

func showMember(r *request) error { return r.member(nil) }

func (r *request) member(made []MadeLink) error {
	m, err := found(r, r.reg.Member(r.PathValue("id")), r.reg.Member(r.PathValue("id")) != nil)
	if err != nil {
		return err
	}
	v := &memberView{Member: m, organisations: r.organisations(m.ID), people: r.people(m.ID), made: made}
	if v.roles, err = r.rolesOf(m, community.Roles()); err != nil {
		return err
	}
	return r.Show(r.Status(), memberPage(r, v))
}
