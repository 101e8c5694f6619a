package web

import (
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
)

// attachment is a file that an inject carries.
type attachment struct {
	id    string // as the release names it
	name  string
	media string
	hash  string
	size  string
	plain bool // can be shown as text
}

func fileRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/attachment/{inject}/{unit...}", need: readsUnit, handle: sendAttachment},
		{pattern: "GET /x/{exercise}/attachment-text/{inject}/{unit...}", need: readsUnit, handle: showAttachment},
		{pattern: "GET /x/{exercise}/handed-in/{seq}/{unit...}", need: readsUnit, handle: sendHandedIn},
	}
}

// attachments are the files of a release for whoever reads it in a language:
// the common ones and those of that language, or those of the unit's own where
// there are none.
func (r *request) attachments(b *exercise.InjectReleased, lang string) ([]attachment, error) {
	var all []attachment
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
		all = append(all, attachment{
			id: id, name: name, media: mediaName(f.Media), hash: f.Hash, size: r.bytes(int64(n)), plain: isPlain(f.Media, n),
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

// bytes words a size.
func (r *request) bytes(n int64) string {
	switch {
	case n >= 1<<20:
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MiB"
	case n >= 1<<10:
		return strconv.FormatFloat(float64(n)/(1<<10), 'f', 1, 64) + " KiB"
	}
	return r.t("file.bytes", map[string]any{"N": n})
}

// attachment finds the file that the address names among those of an inject
// that the unit has received.
func (r *request) attachment() (f exercise.File, name string, err error) {
	id := r.URL.Query().Get("name")
	if id == "" {
		return f, "", errForm
	}
	err = r.look(func(s *scene) error {
		if err := s.hasInject(); err != nil {
			return err
		}
		i, _ := s.st.InjectIndex(r.PathValue("inject"))
		v, _ := s.st.Inject(i, r.u)
		in := s.unitInject(i, &v)
		if in.release == nil || !hasFile(in.release, id) {
			return errAbsent
		}
		f, name = in.release.Files[id], path.Base(id)
		return nil
	})
	return f, name, err
}

func sendAttachment(r *request) error {
	f, name, err := r.attachment()
	if err != nil {
		return err
	}
	return r.sendContent(f.Hash, name, f.Media)
}

// showAttachment is a text as a page of its own: it is never more than text.
func showAttachment(r *request) error {
	f, name, err := r.attachment()
	if err != nil {
		return err
	}
	content, err := r.content(f.Hash)
	if err != nil {
		return err
	}
	if !isPlain(f.Media, len(content.Data)) || !utf8.Valid(content.Data) {
		return &problem{r.t("file.not_text")}
	}
	return r.show(http.StatusOK, attachmentPage(r, name, string(content.Data)))
}

// sendHandedIn gives back a file that the unit handed in.
func sendHandedIn(r *request) error {
	seq, err := strconv.ParseUint(r.PathValue("seq"), 10, 64)
	if err != nil {
		return errAbsent
	}
	var file *exercise.HandedIn
	err = r.look(func(s *scene) error {
		e, _ := s.Event(r.viewer(), seq)
		b, ok := e.Body.(*exercise.Submitted)
		if !ok || b.Unit != r.unit || b.File == nil {
			return errAbsent
		}
		file = b.File
		return nil
	})
	if err != nil {
		return err
	}
	return r.sendContent(file.Hash, file.Name, file.Media)
}

// handedInURL is where a file that was handed in can be had.
func (r *request) handedInURL(v *version) templ.SafeURL {
	return templ.SafeURL(r.path("/handed-in/"+number(v.seq)+"/"+v.unit) + r.atQuery())
}

// sendContent sends a file that somebody else made: to be kept, never to be
// shown, and with nothing allowed to it if a browser shows it all the same.
func (r *request) sendContent(hash, name, media string) error {
	content, err := r.content(hash)
	if err != nil {
		return err
	}
	return r.download(name, media, content.Data)
}
