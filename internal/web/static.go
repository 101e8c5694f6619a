package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed static
var staticFiles embed.FS

// files are the style sheet and scripts, each under an address with its hash,
// so that browsers may keep them for good.
type files struct {
	byName  map[string]*file
	address map[string]string // plain name to the one with the hash
}

type file struct {
	media        string
	data, packed []byte
}

func loadFiles() (*files, error) {
	entries, err := staticFiles.ReadDir("static")
	if err != nil {
		return nil, fmt.Errorf("list static files: %w", err)
	}
	f := &files{byName: map[string]*file{}, address: map[string]string{}}
	for _, e := range entries {
		data, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("read static file: %w", err)
		}
		sum := sha256.Sum256(data)
		ext := path.Ext(e.Name())
		name := strings.TrimSuffix(e.Name(), ext) + "-" + hex.EncodeToString(sum[:6]) + ext
		packed, err := pack(data)
		if err != nil {
			return nil, fmt.Errorf("pack static file: %w", err)
		}
		f.byName[name] = &file{media: mime.TypeByExtension(ext), data: data, packed: packed}
		f.address[e.Name()] = "/static/" + name
	}
	return f, nil
}

func pack(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// static answers with one of the files.
func (s *server) static(r *Request) error {
	f := s.files.byName[r.PathValue("name")]
	if f == nil {
		return ErrNotFound
	}
	h, data := r.Writer.Header(), f.data
	h.Set("Content-Type", f.media)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	if r.takesGzip() {
		h.Set("Content-Encoding", "gzip")
		data = f.packed
	}
	h.Set("Content-Length", fmt.Sprint(len(data)))
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := r.Writer.Write(data)
	return err
}

// Asset is the address of a static file.
func (r *Request) Asset(name string) string { return r.Server.files.address[name] }
