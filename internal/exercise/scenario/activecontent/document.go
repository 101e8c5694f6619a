package activecontent

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// pdf looks for names of actions, in the file and in its compressed streams.
// They may be written with #xx for a letter.
func (l *look) pdf(data []byte) {
	l.pdfNames(data, true)
	for rest := data; ; {
		i := bytes.Index(rest, []byte("stream"))
		if i < 0 {
			return
		}
		rest = bytes.TrimLeft(rest[i+len("stream"):], "\r\n")
		r, err := zlib.NewReader(bytes.NewReader(rest))
		if err != nil {
			continue
		}
		text, whole, _ := l.unpack(r) // what could be read of a damaged one
		if !whole {
			l.add(Bomb, "size", 0)
			return
		}
		l.pdfNames(text, false)
	}
}

func (l *look) pdfNames(data []byte, outer bool) {
	for _, at := range pdfName().FindAllIndex(data, -1) {
		name := unescape(string(data[at[0]:at[1]]))
		offset := 0
		if outer {
			offset = at[0]
		}
		switch name {
		case "/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/RichMedia", "/XFA":
			l.add(Action, name, offset)
		case "/Encrypt":
			l.add(Opaque, "encrypted PDF", 0)
		}
	}
}

// pdfName finds names that may be one of those above; hex stands for a letter.
var pdfName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`/[#A-Za-z][A-Za-z#0-9]*`) })

var hexLetter = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`#[0-9a-fA-F]{2}`) })

func unescape(name string) string {
	if !strings.Contains(name, "#") {
		return name
	}
	return hexLetter().ReplaceAllStringFunc(name, func(s string) string {
		b := strings.IndexByte("0123456789abcdef", s[1]|0x20)<<4 | strings.IndexByte("0123456789abcdef", s[2]|0x20)
		return string([]byte{byte(b)})
	})
}

// activeMarkup finds what runs or loads something in HTML and SVG.
var activeMarkup = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)<\s*(script|iframe|object|embed|applet)\b|<[^>]*\s(on[a-z]{3,})\s*=|(javascript:)|<meta[^>]+http-equiv\s*=\s*["']?(refresh)`)
})

// markup looks at HTML and SVG. A log in which somebody has tried <script> is
// none.
func (l *look) markup(name string, data []byte) {
	if !isMarkup(name, data) {
		return
	}
	for _, at := range activeMarkup().FindAllSubmatchIndex(data, maxFound) {
		for g := 2; g < len(at); g += 2 {
			if at[g] >= 0 {
				l.add(Action, strings.ToLower(string(data[at[g]:at[g+1]])), at[g])
			}
		}
	}
}

func isMarkup(name string, data []byte) bool {
	if slices.Contains([]string{".html", ".htm", ".xhtml", ".svg", ".mht", ".mhtml"}, strings.ToLower(path.Ext(name))) {
		return true
	}
	head := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(data[:min(len(data), 1024)], []byte("\xef\xbb\xbf")), " \t\r\n"))
	if bytes.HasPrefix(head, []byte("<?xml")) || bytes.HasPrefix(head, []byte("<!--")) {
		return bytes.Contains(head, []byte("<svg")) || bytes.Contains(head, []byte("<html"))
	}
	return slices.ContainsFunc([]string{"<!doctype html", "<!doctype svg", "<html", "<head", "<body", "<svg", "<script"},
		func(s string) bool { return bytes.HasPrefix(head, []byte(s)) })
}

// mail looks at the parts of a mail message.
func (l *look) mail(data []byte) {
	m, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil || m.Header.Get("Content-Type") == "" {
		return
	}
	l.part(map[string][]string(m.Header), m.Body)
}

// part looks at one part of a mail, or at the parts in it.
func (l *look) part(h map[string][]string, body io.Reader) {
	get := func(key string) string { return strings.Join(h[key], "") }
	media, params, err := mime.ParseMediaType(get("Content-Type"))
	if err != nil {
		return
	}
	if boundary := params["boundary"]; strings.HasPrefix(media, "multipart/") && boundary != "" {
		l.parts(multipart.NewReader(body, boundary))
		return
	}
	_, disposition, _ := mime.ParseMediaType(get("Content-Disposition")) // no name is one too
	name := disposition["filename"]
	if name == "" {
		name = params["name"]
	}
	switch {
	case name != "":
	case media == "text/plain": // shown as it is
		return
	case media == "text/html":
		name = "body.html"
	default:
		name = media
	}
	l.content(name, func() (io.Reader, error) {
		switch strings.ToLower(get("Content-Transfer-Encoding")) {
		case "base64":
			return base64.NewDecoder(base64.StdEncoding, body), nil
		case "quoted-printable":
			return quotedprintable.NewReader(body), nil
		}
		return body, nil
	})
}

func (l *look) parts(r *multipart.Reader) {
	for range maxEntries {
		p, err := r.NextRawPart()
		if err != nil {
			return
		}
		l.enter("mail", func() { l.part(map[string][]string(p.Header), p) })
	}
}
