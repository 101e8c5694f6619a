package pages

import (
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/web"
)

// Attachment is a file that an inject carries.
type Attachment struct {
	ID    string // as the release names it
	Name  string
	Media string
	Hash  string
	Size  string
	Plain bool // can be shown as text
}

// FileRoutes are the addresses of attachments and of what was handed in.
func FileRoutes() []Route {
	return []Route{
		{Pattern: "GET /x/{exercise}/attachment/{inject}/{unit...}", Need: ReadsUnit, Handle: sendAttachment},
		{Pattern: "GET /x/{exercise}/attachment-text/{inject}/{unit...}", Need: ReadsUnit, Handle: showAttachment},
		{Pattern: "GET /x/{exercise}/handed-in/{file}/{unit...}", Need: ReadsUnit, Handle: sendHandedIn, Replaced: true},
	}
}

// Attachments are the files of a release for whoever reads it in a language:
// the common ones and those of that language, or those of the unit's own where
// there are none.
func (r *Request) Attachments(b *exercise.InjectReleased, lang string) ([]Attachment, error) {
	var all []Attachment
	for _, id := range slices.Sorted(maps.Keys(b.Files)) {
		own, name, has := strings.Cut(id, "/")
		if !has {
			name = id
		}
		if has && own != lang && (own != b.Lang || hasFile(b, lang+"/"+name)) {
			continue
		}
		f := b.Files[id]
		n, err := r.size(f.Hash)
		if err != nil {
			return nil, err
		}
		all = append(all, Attachment{
			ID: id, Name: name, Media: mediaName(f.Media), Hash: f.Hash, Size: r.Bytes(int64(n)), Plain: isPlain(f.Media, n),
		})
	}
	return all, nil
}

func hasFile(b *exercise.InjectReleased, id string) bool {
	_, ok := b.Files[id]
	return ok
}

// mediaName is a media type without its parameters.
func mediaName(media string) string {
	name, _, _ := strings.Cut(media, ";")
	return name
}

// maxShown is how large a text may be that is shown as a page.
const maxShown = 512 << 10

// isPlain reports whether a file can be shown as the text that it is.
func isPlain(media string, size int) bool {
	return size <= maxShown && (strings.HasPrefix(media, "text/") || slices.Contains([]string{
		"message/rfc822", "application/json", "application/xml",
	}, mediaName(media)))
}

// attachment finds the file that the address names among those of an inject
// that the unit has received.
func (r *Request) attachment() (f exercise.File, name string, err error) {
	id := r.URL.Query().Get("name")
	if id == "" {
		return f, "", web.ErrForm
	}
	err = r.At(func(s *Moment) error {
		if err := s.HasInject(); err != nil {
			return err
		}
		i, _ := s.State.InjectIndex(r.PathValue("inject"))
		v, _ := s.State.Inject(i, r.UnitIndex)
		in := s.UnitInject(i, &v)
		if in.Release == nil || !hasFile(in.Release, id) {
			return web.ErrNotFound
		}
		f, name = in.Release.Files[id], path.Base(id)
		return nil
	})
	return f, name, err
}

func sendAttachment(r *Request) error {
	f, name, err := r.attachment()
	if err != nil {
		return err
	}
	return r.sendContent(f.Hash, name, f.Media)
}

// showAttachment is a text as a page of its own: it is never more than text.
func showAttachment(r *Request) error {
	f, name, err := r.attachment()
	if err != nil {
		return err
	}
	content, err := r.content(f.Hash)
	if err != nil {
		return err
	}
	if !isPlain(f.Media, len(content.Data)) || !utf8.Valid(content.Data) {
		return &web.UserError{Text: r.T("file.not_text")}
	}
	return r.Show(http.StatusOK, attachmentPage(r, name, string(content.Data)))
}

// sendHandedIn gives back a file that the unit handed in.
func sendHandedIn(r *Request) error {
	var file *exercise.HandedIn
	err := r.At(func(s *Moment) error {
		s.Events(r.Viewer(), 0, 1, func(e *exercise.Event) bool {
			b, ok := e.Body.(*exercise.Submitted)
			if !ok || b.Unit != r.Unit || b.File == nil || HandedInName(b.N, b.Task) != r.PathValue("file") {
				return false
			}
			file = b.File
			return true
		})
		if file == nil {
			return web.ErrNotFound
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.sendContent(file.Hash, file.Name, file.Media)
}

// HandedInName names a file within its unit: the n-th that was handed in for a
// task. The seq of its event would tell how much goes on elsewhere.
func HandedInName(n int, task string) string { return web.Number(n) + "-" + task }

// handedInURL is where a file that was handed in can be had.
func (r *Request) handedInURL(v *Version) templ.SafeURL {
	return templ.SafeURL(r.Path("/handed-in/"+web.EscapePath(HandedInName(v.n, v.task))+"/"+v.unit) + r.AtQuery())
}

// sendContent sends a file that somebody else made: to be kept, never to be
// shown, and with nothing allowed to it if a browser shows it all the same.
func (r *Request) sendContent(hash, name, media string) error {
	size, err := r.size(hash)
	if err != nil {
		return err
	}
	return r.DownloadRead(name, media, int64(size), func() ([]byte, error) {
		content, err := r.content(hash)
		return content.Data, err
	})
}
