package exchange

import (
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"renkei/internal/programme"
	"renkei/internal/sheet/columns"
)

func (r *reading) personRow() {
	before := len(r.plan.Problems)
	id := r.cell("person", "")
	a := programme.Attendee{Event: r.b.Event.ID, Role: programme.Delegate}
	was := slices.IndexFunc(r.b.People, func(p programme.Attendee) bool { return p.ID == id })
	switch {
	case id == "":
		a.ID, a.Code = uuid.Must(uuid.NewV7()).String(), programme.NewCode()
		r.fixed("code", "")
		r.fixed("came", "")
	case was < 0:
		r.problem("person", columns.ErrID)
		return
	case !r.name("person", id):
		return
	default:
		a = r.b.People[was]
		r.fixed("code", a.Code)
		r.fixed("came", moment(a.Came))
	}
	old := a
	a.Member = strings.ToLower(r.cell("member", a.Member))
	if a.Member == "" && !r.may.Conducts || a.Member != "" && !slices.Contains(r.may.Members, a.Member) {
		r.problem("member", ErrMember)
	}
	a.Name, a.Local, a.Body, a.Mail = r.cell("name", a.Name), r.cell("own_script", a.Local), r.cell("body", a.Body), r.cell("mail", a.Mail)
	a.Role = programme.AttendeeRole(strings.ToLower(r.cell("role", string(a.Role))))
	a.Consent = r.Marked(r.row, "consent", a.Consent)
	if len(r.plan.Problems) > before || was >= 0 && slices.Equal(personFields(&old), personFields(&a)) {
		return
	}
	if err := r.roll.Take(a); err != nil {
		var refused *programme.Refusal
		if errors.As(err, &refused) {
			err = refused
		}
		r.problem("name", err)
		return
	}
	r.plan.People = append(r.plan.People, a)
	if was < 0 {
		r.plan.New++
	}
}
