package web

import (
	"errors"
	"slices"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
)

// successor is somebody to whom the direction can be handed over.
type successor struct{ person, name, role string }

// successors are the others of EXCON, directors first.
func (r *request) successors(holders []auth.Holder) (all []successor) {
	for _, role := range []auth.Role{access.Director, access.Controller} {
		for _, h := range holders {
			known := slices.ContainsFunc(all, func(s successor) bool { return s.person == h.Person })
			if h.Role == string(role) && h.Person != r.access.Person && !known {
				all = append(all, successor{h.Person, h.Name, roleWord(r, role)})
			}
		}
	}
	return all
}

// handOver makes somebody else the director, and its sender a controller. The
// role comes first, so that the log never tells of a change that was not made;
// whoever sends the form again because no answer came has the role no more, and
// only the log is made up.
func handOver(r *request) error {
	to := r.PostFormValue("to")
	if to == "" {
		return &problem{r.t("handover.choose")}
	}
	if err := r.passOn(to); err != nil {
		return err
	}
	if err := r.control(exercise.HandOver{To: to}); err != nil {
		return err
	}
	return r.doneText(r.path("/board"), r.t("said.handed_over", args("Name", r.s.Auth.Name(r.Context(), to))))
}

// passOn gives the role of the director away, unless the asker has done so.
func (r *request) passOn(to string) error {
	if !r.access.Directs(r.hall.ID) {
		done, err := access.HasHandedOver(r.Context(), r.s.Auth, r.access.Person, r.hall.ID, to)
		if err == nil && !done {
			err = errAbsent
		}
		return err
	}
	err := access.HandOver(r.Context(), r.s.Auth, r.access.Person, r.hall.ID, to)
	if errors.Is(err, auth.ErrRole) {
		return &problem{r.t("handover.role")}
	}
	return err
}
