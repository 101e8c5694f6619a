package pages

import (
	"bytes"
	"io"
	"net/http"
	"slices"

	xpages "renkei/internal/exercise/pages"
	"renkei/internal/tabletop"
	"renkei/internal/web"
)

// handed is what a module shows and hands out.
type handed struct {
	module, title      string
	pictures, material []string
}

// handedOut are the modules that have come and have something to hand out, the
// latest first. The facilitator has those of all modules.
func handedOut(s *xpages.Moment) (all []handed) {
	t := tableOf(s.Request)
	for _, m := range t.Modules {
		if len(m.Pictures)+len(m.Material) > 0 && mayRead(s, t, m) {
			all = append(all, handed{m.Key, text(s, m.Title), m.Pictures, m.Material})
		}
	}
	slices.Reverse(all)
	return all
}

func mayRead(s *xpages.Moment, t *tabletop.Tabletop, m *tabletop.Module) bool {
	r := s.Request
	return r.Access.Controls(r.Exercise.ID) || t.Reached(s.State, m)
}

// sendMaterial gives a picture or a file of a module that has come. Pictures are
// shown, everything else is saved.
func sendMaterial(r *xpages.Request) error {
	name := r.PathValue("file")
	var file []byte
	err := r.At(func(s *xpages.Moment) error {
		t := tableOf(r)
		i := slices.IndexFunc(t.Modules, func(m *tabletop.Module) bool { return m.Key == r.PathValue("module") })
		if i < 0 || !mayRead(s, t, t.Modules[i]) || !slices.Contains(slices.Concat(t.Modules[i].Pictures, t.Modules[i].Material), name) {
			return web.ErrNotFound
		}
		var ok bool
		if file, ok = tabletop.Attachment(s.State.Play().Pack, r.Printer.Lang(), name); !ok {
			return web.ErrNotFound
		}
		return nil
	})
	if err != nil {
		return err
	}
	answer := web.Answer{Media: tabletop.PictureType(file), Write: func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(file))
		return err
	}}
	if answer.Media == "" {
		answer.Media, answer.Name = http.DetectContentType(file), name
	}
	return r.Send(answer)
}

func materialPath(r *xpages.Request, module, name string) string {
	return r.Path("/material/" + web.EscapePath(module) + "/" + web.EscapePath(name))
}
