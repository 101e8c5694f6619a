package handbookpages

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"renkei/internal/handbook"
	"renkei/internal/handbook/exchange"
	"renkei/internal/handbook/publication"
	"renkei/internal/handbook/store"
	"renkei/internal/sheet"
	"renkei/internal/web"
)

// maxFile is the most that the page of a member may weigh as a file.
const maxFile = 4 << 20

// fileRoutes are the addresses of files.
func (p *Pages) fileRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /handbook/edition/{edition}/file/{form}", Need: web.Known, Handle: p.on(p.editionFile)},
		{Pattern: "GET /handbook/edition/{edition}/member/{member}/file/{form}", Need: web.Known, Handle: p.on(p.memberFile)},
		{Pattern: "GET /handbook/draft/{member}/file/{form}", Need: involved, Handle: p.on(p.draftFile)},
		{Pattern: "POST /handbook/draft/{member}/file", Need: involved, Handle: p.on(p.takeFile), Limit: 2*maxFile + web.MaxForm, Upload: true},
	}
}

// Media types of files.
const (
	mediaXLSX     = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	mediaCSV      = "text/csv; charset=utf-8"
	mediaMarkdown = "text/markdown; charset=utf-8"
	mediaHTML     = "text/html; charset=utf-8"
)

// editionFile answers with an edition as JSON, or as a book.
func (p *Pages) editionFile(r *request) error {
	all, err := p.store.Contents(r.Context(), "")
	if err != nil {
		return err
	}
	for i, c := range all {
		if c.Edition.ID != r.PathValue("edition") {
			continue
		}
		name := "handbook-" + c.Edition.ID + "."
		book := &publication.Book{Wording: r.wording(), Content: c, Before: all[:i]}
		switch form := r.PathValue("form"); form {
		case "json":
			return r.Send(web.Answer{Name: name + form, Media: web.MediaJSON, Heavy: web.HeavyExport, Write: func(w io.Writer) error { return exchange.WriteJSON(w, c) }})
		case "md":
			return r.Send(web.Answer{Name: name + form, Media: mediaMarkdown, Heavy: web.HeavyExport, Write: book.Markdown})
		case "html":
			return r.Send(web.Answer{Name: name + form, Media: mediaHTML, Heavy: web.HeavyExport, Write: func(w io.Writer) error { return book.HTML(w, nil) }})
		}
	}
	return web.ErrNotFound
}

// memberFile answers with the page of a member in an edition.
func (p *Pages) memberFile(r *request) error {
	c, err := p.store.Member(r.Context(), r.PathValue("edition"), r.PathValue("member"))
	if err != nil {
		return err
	}
	return r.sendMember(c, c.Profiles[0].Code+"-"+c.Edition.ID)
}

// draftFile answers with the working copy of a member.
func (p *Pages) draftFile(r *request) error {
	d, err := p.store.Draft(r.Context(), r.actor, r.PathValue("member"))
	if err != nil {
		return err
	}
	return r.sendMember(&handbook.Content{Profiles: []handbook.Profile{d.Profile}, Items: d.Items}, strings.ToUpper(d.Member))
}

func (r *request) sendMember(c *handbook.Content, name string) error {
	table := exchange.Table(strings.ToUpper(c.Profiles[0].Member), c.Items)
	a := web.Answer{Name: name + "." + r.PathValue("form"), Heavy: web.HeavyExport}
	switch r.PathValue("form") {
	case "xlsx":
		a.Media, a.Write = mediaXLSX, func(w io.Writer) error { return sheet.WriteXLSX(w, table) }
	case "csv":
		a.Media, a.Write = mediaCSV, func(w io.Writer) error { return table.WriteCSV(w, true) }
	case "json":
		a.Media, a.Write = web.MediaJSON, func(w io.Writer) error { return exchange.WriteJSON(w, c) }
	default:
		return web.ErrNotFound
	}
	return r.Send(a)
}

// fileView is what a file changes of the working copy of a member.
type fileView struct {
	*draftView
	plan   exchange.Plan
	file   string // the file in base64, to be taken over
	reason string
	was    map[string]*handbook.Item
}

// takeFile says what a file changes of a working copy, or changes it.
func (p *Pages) takeFile(r *request) error {
	look, err := p.look(r)
	if err != nil {
		return err
	}
	member := look.draft.Member
	if !r.actor.May(member, look.draft.State, handbook.Edit) {
		return handbook.ErrForbidden
	}
	again := func(err error) error {
		return r.Redisplay(err, "file", draftPath(member), func() error { return p.draft(r) })
	}
	raw, err := r.memberFile()
	if err != nil {
		return again(err)
	}
	v := &fileView{draftView: look, file: base64.StdEncoding.EncodeToString(raw), reason: strings.TrimSpace(r.PostFormValue("reason")), was: map[string]*handbook.Item{}}
	v.plan, err = exchange.Open(p.words, raw, member, look.draft.Items, func() string { return member + "-" + uuid.Must(uuid.NewV7()).String() })
	if err != nil {
		return again(r.fileError(err))
	}
	for i := range look.draft.Items {
		v.was[look.draft.Items[i].ID] = &look.draft.Items[i]
	}
	if len(v.plan.Problems) > 0 {
		return r.Show(http.StatusUnprocessableEntity, filePage(r, v))
	}
	if r.PostFormValue("do") != "take" || v.plan.Changes() == 0 {
		return r.Show(http.StatusOK, filePage(r, v))
	}
	version, err := r.version()
	if err != nil {
		return err
	}
	c := store.Change{Member: member, Version: version, Reason: v.reason, Put: v.plan.Put, Drop: v.plan.Drop, At: p.now()}
	if err := p.store.Save(r.Context(), r.actor, c); err != nil {
		return again(r.explain(err))
	}
	return r.RedirectText(draftPath(member), r.T("handbook.file.taken", web.Args("N", v.plan.Changes())))
}

// memberFile is the file that was handed in, or that was tried before.
func (r *request) memberFile() ([]byte, error) {
	if text := r.PostFormValue("tried"); text != "" {
		if err := r.Heavy(web.HeavyTable); err != nil {
			return nil, err
		}
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(raw) > maxFile {
			return nil, web.ErrForm
		}
		return raw, nil
	}
	raw, _, err := r.File("file", maxFile, web.HeavyTable)
	return raw, err
}

// fileError words why a file cannot be read.
func (r *request) fileError(err error) error {
	for reason, key := range map[error]string{
		sheet.ErrLarge: "large", exchange.ErrMany: "large", sheet.ErrWorkbook: "broken", sheet.ErrOld: "old", sheet.ErrText: "broken",
		exchange.ErrJSON: "json", exchange.ErrMember: "member", exchange.ErrColumns: "columns",
	} {
		if errors.Is(err, reason) {
			return &web.UserError{Text: r.T("handbook.file." + key)}
		}
	}
	return err
}

// problem says what is wrong with a cell.
func (r *request) problem(p *exchange.Problem) string {
	return r.Printer.T("cli.handbook.problem." + exchange.Key(p))
}

// shownProblems is how many of them a page lists.
const shownProblems = 200

// isNew reports whether an item of the plan is not in the working copy.
func (v *fileView) isNew(it *handbook.Item) bool { return v.was[it.ID] == nil }
