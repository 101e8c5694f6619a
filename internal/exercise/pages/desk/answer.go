package desk

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/web"
)

// maxUpload is the most that a file with its form may weigh: the largest that a
// pack may ask for, and the form around it.
const maxUpload = 25<<20 + web.MaxForm

// AnswerRoutes are the addresses by which a unit hands in.
func AnswerRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "POST /x/{exercise}/answer/{unit...}", Need: pages.PlaysUnit, Handle: answer, Replaced: true},
		{Pattern: "POST /x/{exercise}/upload/{unit...}", Need: pages.PlaysUnit, Handle: upload, Limit: maxUpload, Upload: true, Replaced: true},
		{Pattern: "POST /x/{exercise}/hint/{unit...}", Need: pages.PlaysUnit, Handle: takeHint, Replaced: true},
	}
}

// answer hands in what is not a file.
func answer(r *pages.Request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	a := answerOf(r)
	return handIn(r, r.Act, a.Task, a, "said.handed_in")
}

// answerOf is the answer that a form holds, which was read.
func answerOf(r *pages.Request) exercise.Submit {
	a := exercise.Submit{
		Task: r.PostFormValue("task"), Unit: r.Unit, Text: strings.TrimSpace(r.PostFormValue("text")),
		Items: append(r.PostForm["option"], pages.Lines(r.PostFormValue("items"))...),
	}
	for name, values := range r.PostForm {
		if key, ok := strings.CutPrefix(name, "part."); ok && len(values) > 0 {
			if a.Parts == nil {
				a.Parts = map[string]string{}
			}
			a.Parts[key] = strings.TrimSpace(values[0])
		}
	}
	return a
}

// upload hands a file in.
func upload(r *pages.Request) error {
	return withUpload(r, func(a exercise.Submit) error { return handIn(r, r.Act, a.Task, a, "said.handed_in") })
}

// withUpload reads a form with a file, and does with the answer that it is what
// do says; the answer holds no file where none was chosen.
func withUpload(r *pages.Request, do func(exercise.Submit) error) error {
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		return web.UploadError(err)
	}
	defer r.MultipartForm.RemoveAll() //nolint:errcheck // what is left over is in the temporary folder
	task := r.PostFormValue("task")
	file, head, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return do(exercise.Submit{Task: task, Unit: r.Unit})
	}
	if err != nil {
		return web.UploadError(err)
	}
	if err := r.Heavy(web.HeavyUpload * head.Size); err != nil {
		return errors.Join(err, file.Close())
	}
	data, err := io.ReadAll(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("read upload: %w", err)
	}
	return do(exercise.Submit{Task: task, Unit: r.Unit, File: exercise.NewUpload(head.Filename, data)})
}

// takeHint asks for the next hint. Its cost stands beside the button, so that
// nobody takes it without having said that it is wanted.
func takeHint(r *pages.Request) error {
	task := r.PostFormValue("task")
	return handIn(r, r.Act, task, exercise.TakeHint{Task: task, Unit: r.Unit}, "said.hint")
}

// handIn gives a command about a task of the unit, by act, and goes back to it.
func handIn(r *pages.Request, act func(exercise.Action) error, task string, action exercise.Action, said string) error {
	err := act(action)
	inject := injectOf(r, task)
	switch {
	case inject == "":
		return err // a task that the unit was never asked
	case err != nil:
		r.SetPathValue("inject", inject)
		return r.Redisplay(err, pages.Anchor("task", task), r.InjectPath(inject), showInject)
	}
	return r.RedirectWith(r.InjectPath(inject)+"#"+url.PathEscape(pages.Anchor("at", task)), said)
}

// injectOf is the inject that asks the unit a task; "" for none.
func injectOf(r *pages.Request, task string) (inject string) {
	_ = r.At(func(s *pages.Moment) error {
		if t, ok := s.State.TaskIndex(task); ok {
			if v, ok := s.State.Task(t, r.UnitIndex); ok {
				inject = v.Inject
			}
		}
		return nil
	})
	return inject
}
