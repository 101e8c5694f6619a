package programmepages

import (
	"slices"

	"renkei/internal/community"
	"renkei/internal/programme"
	"renkei/internal/web"
)

// agreementRoutes are the addresses of the documents of agreements: the secretariat
// attaches them, and each is read by its label.
func (p *Pages) agreementRoutes() []web.Route {
	const document = home + "/agreement/{id}/document"
	attach := web.Route{Pattern: "POST " + document, Need: helps, Handle: p.on(attachDocument)}
	attach.Limit, attach.Upload = programme.MaxPaper+web.MaxForm, true
	return []web.Route{
		attach,
		{Pattern: "GET " + document + "/{hash}", Need: takes, Handle: p.on(sendDocument)},
		{Pattern: "POST " + document + "/{hash}/remove", Need: helps, Handle: p.on(removeDocument)},
	}
}

func documentPath(agreement string) string {
	return home + "/agreement/" + web.Escape(agreement) + "/document"
}

// agreement is that of the address.
func (r *request) agreement() (*programme.Agreement, error) {
	a, ok := r.records.Record(programme.KindAgreement, r.PathValue("id")).(*programme.Agreement)
	if !ok {
		return nil, web.ErrNotFound
	}
	return a, nil
}

// reads reports whether the reader may read a document: what is stricter than AMBER
// is for the secretariat.
func (r *request) reads(d *programme.Attachment) bool { return r.may.Sees(d.TLP, "") }

// readable are the documents of an agreement that the reader may read.
func (r *request) readable(a *programme.Agreement) (all []programme.Attachment) {
	for i := range a.Attachments {
		if r.reads(&a.Attachments[i]) {
			all = append(all, a.Attachments[i])
		}
	}
	return all
}

// attachDocument adds a file to an agreement. The same file replaces itself.
func attachDocument(r *request) error {
	raw, name, err := r.File("file", programme.MaxPaper, heavyPaper)
	a, missing := r.agreement()
	if missing != nil {
		return missing
	}
	back := pathOf(refer(a))
	if err == nil {
		err = r.keepDocument(a, name, raw)
	}
	if err != nil {
		return r.Redisplay(err, "document", back, func() error {
			r.SetPathValue("kind", string(programme.KindAgreement))
			return showRecord(r)
		})
	}
	return r.RedirectWith(back, "programme.saved")
}

func (r *request) keepDocument(a *programme.Agreement, name string, raw []byte) error {
	file, title, err := r.keepFile(name, raw)
	if err != nil {
		return err
	}
	next := *a
	next.Attachments = slices.DeleteFunc(slices.Clone(a.Attachments), func(d programme.Attachment) bool { return d.File.Hash == file.Hash })
	next.Attachments = append(next.Attachments, programme.Attachment{Title: title, TLP: community.TLP(r.field("tlp")), At: r.now.UTC(), File: file})
	return r.apply(&next, r.records.LastOf(programme.KindAgreement, a.ID), "document")
}

// document finds that of the address.
func (r *request) document() (*programme.Agreement, *programme.Attachment, error) {
	a, err := r.agreement()
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(a.Attachments, func(d programme.Attachment) bool { return d.File.Hash == r.PathValue("hash") })
	if i < 0 || !r.reads(&a.Attachments[i]) {
		return nil, nil, web.ErrNotFound
	}
	return a, &a.Attachments[i], nil
}

func sendDocument(r *request) error {
	_, d, err := r.document()
	if err != nil {
		return err
	}
	return r.DownloadRead(d.File.Name, d.File.Media, d.File.Size, func() ([]byte, error) {
		return r.pages.store.ReadFile(r.Context(), d.File.Hash)
	})
}

// removeDocument takes a document off an agreement; it stays in its history.
func removeDocument(r *request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	a, d, err := r.document()
	if err != nil {
		return err
	}
	next := *a
	next.Attachments = slices.DeleteFunc(slices.Clone(a.Attachments), func(one programme.Attachment) bool { return one.File.Hash == d.File.Hash })
	if err := r.apply(&next, r.records.LastOf(programme.KindAgreement, a.ID), "document.removed"); err != nil {
		return err
	}
	return r.RedirectWith(pathOf(refer(a)), "programme.saved")
}
