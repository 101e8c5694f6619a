package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"renkei/internal/exercise"
)

// maxUpload is the most that a file with its form may weigh: the largest that a
// pack may ask for, and the form around it.
const maxUpload = 25<<20 + maxForm

func answerRoutes() []route {
	return []route{
		{pattern: "POST /x/{exercise}/answer/{unit...}", need: playsUnit, handle: answer},
		{pattern: "POST /x/{exercise}/upload/{unit...}", need: playsUnit, handle: upload, limit: maxUpload, upload: true},
		{pattern: "POST /x/{exercise}/hint/{unit...}", need: playsUnit, handle: takeHint},
	}
}

// answer hands in what is not a file.
func answer(r *request) error {
	if err := r.readForm(); err != nil {
		return err
	}
	a := exercise.Submit{
		Task: r.PostFormValue("task"), Unit: r.unit, Text: strings.TrimSpace(r.PostFormValue("text")),
		Items: append(r.PostForm["option"], lines(r.PostFormValue("items"))...),
	}
	for name, values := range r.PostForm {
		if key, ok := strings.CutPrefix(name, "part."); ok && len(values) > 0 {
			if a.Parts == nil {
				a.Parts = map[string]string{}
			}
			a.Parts[key] = strings.TrimSpace(values[0])
		}
	}
	return r.handIn(a.Task, a, "said.handed_in")
}

// upload hands a file in.
func upload(r *request) error {
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		return uploadError(err)
	}
	defer r.MultipartForm.RemoveAll() //nolint:errcheck // what is left over is in the temporary folder
	task := r.PostFormValue("task")
	file, head, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return r.handIn(task, exercise.Submit{Task: task, Unit: r.unit}, "")
	}
	if err != nil {
		return uploadError(err)
	}
	if err := r.heavy(heavyUpload * head.Size); err != nil {
		return errors.Join(err, file.Close())
	}
	data, err := io.ReadAll(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("read upload: %w", err)
	}
	return r.handIn(task, exercise.Submit{Task: task, Unit: r.unit, File: exercise.NewUpload(head.Filename, data)}, "said.handed_in")
}

// uploadError is a form that cannot be read: too large, or none of ours.
func uploadError(err error) error {
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return err
	}
	return errors.Join(errForm, err)
}

// takeHint asks for the next hint. Its cost stands beside the button, so that
// nobody takes it without having said that it is wanted.
func takeHint(r *request) error {
	task := r.PostFormValue("task")
	return r.handIn(task, exercise.TakeHint{Task: task, Unit: r.unit}, "said.hint")
}

// handIn gives a command about a task of the unit, and goes back to it.
func (r *request) handIn(task string, action exercise.Action, said string) error {
	err := r.act(action)
	inject := r.injectOf(task)
	switch {
	case inject == "":
		return err // a task that the unit was never asked
	case err != nil:
		r.SetPathValue("inject", inject)
		return r.again(err, anchor("task", task), r.injectPath(inject), showInject)
	}
	return r.done(r.injectPath(inject)+"#"+url.PathEscape(anchor("at", task)), said)
}

// injectOf is the inject that asks the unit a task; "" for none.
func (r *request) injectOf(task string) (inject string) {
	_ = r.look(func(s *scene) error {
		if t, ok := s.st.TaskIndex(task); ok {
			if v, ok := s.st.Task(t, r.u); ok {
				inject = v.Inject
			}
		}
		return nil
	})
	return inject
}
