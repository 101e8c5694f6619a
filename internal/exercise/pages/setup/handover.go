package setup

import (
	"errors"
	"slices"

	"renkei/internal/auth"
	communitypages "renkei/internal/community/pages"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/pages"
	"renkei/internal/web"
)

// successor is somebody to whom the direction can be handed over.
type successor struct{ person, name, role string }

// successors are the others of EXCON, directors first.
func successors(r *pages.Request, holders []auth.Holder) (all []successor) {
	for _, role := range []auth.Role{access.Director, access.Controller} {
		for _, h := range holders {
			known := slices.ContainsFunc(all, func(s successor) bool { return s.person == h.Person })
			if h.Role == string(role) && h.Person != r.Access.Person && !known {
				all = append(all, successor{h.Person, h.Name, communitypages.RoleWord(r.Request, role)})
			}
		}
	}
	return all
}

// handOver makes somebody else the director, and its sender a controller. The
// role comes first, so that the log never tells of a change that was not made;
// whoever sends the form again because no answer came has the role no more, and
// only the log is made up.
func handOver(r *pages.Request) error {
	to := r.PostFormValue("to")
	if to == "" {
		return &web.UserError{Text: r.T("handover.choose")}
	}
	if err := passOn(r, to); err != nil {
		return err
	}
	if err := r.Control(exercise.HandOver{To: to}); err != nil {
		return err
	}
	return r.RedirectText(r.Path("/board"), r.T("said.handed_over", web.Args("Name", r.Server.Auth.Name(r.Context(), to))))
}

// passOn gives the role of the director away, unless the asker has done so.
func passOn(r *pages.Request, to string) error {
	if !r.Access.Directs(r.Exercise.ID) {
		done, err := access.HasHandedOver(r.Context(), r.Server.Auth, r.Access.Person, r.Exercise.ID, to)
		if err == nil && !done {
			err = web.ErrNotFound
		}
		return err
	}
	err := access.HandOver(r.Context(), r.Server.Auth, r.Access.Person, r.Exercise.ID, to)
	if errors.Is(err, auth.ErrRole) {
		return &web.UserError{Text: r.T("handover.role")}
	}
	return err
}
