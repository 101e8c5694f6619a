package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"renkei/internal/handbook"
	"renkei/internal/handbook/publication"
	"renkei/internal/handbook/store"
	"renkei/internal/i18n"
	"renkei/internal/pdf"
)

// handbookPrint writes the printed handbook: an edition as PDF, HTML or
// Markdown.
func handbookPrint(ctx context.Context, e *env, args []string) error {
	f := e.flags("handbook print", "")
	p := handbookFlags(f)
	var edition, out string
	f.stringVar(&edition, "edition", "")
	f.stringVar(&out, "out", "")
	if _, done, err := f.parse(args, 0, 0); done || err != nil {
		return err
	}
	kind := strings.ToLower(filepath.Ext(out))
	if !slices.Contains([]string{".pdf", ".html", ".md"}, kind) {
		return f.wrong(e.p.T("cli.handbook.print.what"))
	}
	return p.read(ctx, e, f, func(r *store.Reader) error {
		if err := e.present(ctx, r, "", edition); err != nil {
			return err
		}
		all, err := r.Contents(ctx, "")
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(c *handbook.Content) bool { return c.Edition.ID == edition })
		if edition == "" {
			i = len(all) - 1
		}
		if i < 0 {
			return fmt.Errorf("edition %q: %w", edition, handbook.ErrAbsent)
		}
		book := &publication.Book{Wording: publication.Wording{Printer: e.p, Words: r.Vocabulary()}, Content: all[i], Before: all[:i]}
		var b bytes.Buffer
		if err := writeBook(ctx, &b, book, kind); err != nil {
			return e.printedError(err)
		}
		if err := os.WriteFile(out, b.Bytes(), 0o600); err != nil {
			return fmt.Errorf("write %s: %w", out, err)
		}
		fmt.Fprintln(e.out, e.p.T("cli.handbook.print.done", i18n.Args{"Path": out, "Edition": all[i].Edition.ID, "Hash": all[i].Edition.Hash}))
		return nil
	})
}

func writeBook(ctx context.Context, w io.Writer, b *publication.Book, kind string) error {
	switch kind {
	case ".pdf":
		return b.PDF(ctx, w)
	case ".md":
		return b.Markdown(w)
	}
	return b.HTML(w, nil)
}

// printedError words what kept Chromium from printing.
func (e *env) printedError(err error) error {
	var browser *pdf.BrowserError
	switch {
	case errors.Is(err, pdf.ErrNoBrowser):
		return &plainError{e.p.T("cli.handbook.print.no_browser")}
	case errors.As(err, &browser):
		return e.notPrinted(browser)
	}
	return err
}

// handbookSite writes a copy of all that was published, to be read from any web
// server or a USB stick.
func handbookSite(ctx context.Context, e *env, args []string) error {
	f := e.flags("handbook site", "")
	p := handbookFlags(f)
	var out string
	f.stringVar(&out, "out", "")
	if _, done, err := f.parse(args, 0, 0); done || err != nil {
		return err
	}
	if out == "" {
		return f.wrong(e.p.T("cli.handbook.site.what"))
	}
	if err := freshFolder(out); err != nil {
		return e.siteError(out, err)
	}
	return p.read(ctx, e, f, func(r *store.Reader) error {
		editions, err := r.Editions(ctx)
		if err != nil {
			return err
		}
		site := &publication.Site{Words: r.Vocabulary(), Texts: e.texts, Editions: editions, Read: func(id string) (*handbook.Content, error) { return r.Content(ctx, id) }}
		n, err := site.Write(out)
		if err != nil {
			return err
		}
		fmt.Fprintln(e.out, e.p.T("cli.handbook.site.done", i18n.Args{"Path": filepath.Join(out, "index.html"), "N": n}))
		return nil
	})
}

// errNotEmpty means a folder in which something is already.
var errNotEmpty = errors.New("not empty")

// freshFolder makes a folder, or finds that it is empty.
func freshFolder(path string) error {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	all, err := os.ReadDir(path)
	if err == nil && len(all) > 0 {
		err = errNotEmpty
	}
	return err
}

func (e *env) siteError(path string, err error) error {
	if errors.Is(err, errNotEmpty) {
		return &plainError{e.p.T("cli.handbook.site.not_empty", i18n.Args{"Path": path})}
	}
	return err
}
