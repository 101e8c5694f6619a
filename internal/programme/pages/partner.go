package programmepages

import (
	"net/http"
	"slices"
	"strings"

	"renkei/internal/community"
	"renkei/internal/programme"
	"renkei/internal/web"
)

// partnerRoutes are the addresses for people of partner agencies. They are apart
// from those of the community, which stay closed to them, and show what names the
// partner.
func (p *Pages) partnerRoutes() []web.Route {
	get := func(path string, do func(*request) error) web.Route {
		return web.Route{Pattern: "GET " + partnerHome + path, Need: partakes, Handle: p.on(asPartner(do))}
	}
	return []web.Route{
		get("", showPartner),
		get("/event/{id}", showPartnerEvent),
		get("/paper/{id}", sendPaper),
		get("/agreement/{id}/document/{hash}", sendPartnerDocument),
	}
}

const partnerHome = home + "/partner"

// partakes lets in who is of a partner.
func partakes(r *web.Request) error {
	if len(community.Of(r.Access).Partners()) == 0 {
		return web.ErrNotFound
	}
	return nil
}

// asPartner has a page know nothing but what a partner may, and do nothing, also
// where its reader is of a member too.
func asPartner(do func(*request) error) func(*request) error {
	return func(r *request) error {
		r.records = r.all.ForPartner(r.may)
		r.may, r.edits = programme.Access{Access: community.Of(nil)}, false
		return do(r)
	}
}

// partnerView is what names a partner.
type partnerView struct {
	ahead, past []*programme.Event // what comes next first, and what was last
}

func showPartner(r *request) error {
	v := &partnerView{}
	for _, e := range r.records.Events("") {
		if e.Status == programme.Planned {
			v.ahead = append(v.ahead, e)
		} else {
			v.past = append(v.past, e)
		}
	}
	slices.Reverse(v.past)
	return r.Show(http.StatusOK, partnerPage(r, v))
}

func partnerEventPath(id string) string { return partnerHome + "/event/" + web.Escape(id) }

// showPartnerEvent shows an event to which a partner is invited; of a meeting its
// agenda, and what is labelled for partners too.
func showPartnerEvent(r *request) error {
	e := r.records.Event(r.PathValue("id"))
	if e == nil {
		return web.ErrNotFound
	}
	if e.Session == nil {
		return r.Show(http.StatusOK, partnerEventPage(r, e))
	}
	v, err := r.meeting()
	if err != nil {
		return err
	}
	return r.Show(http.StatusOK, partnerMeetingPage(r, v))
}

// opens reports whether a partner may read a document of its agreement.
func opens(d *programme.Attachment) bool {
	return d.TLP.Valid() && !d.TLP.Stricter(community.Green)
}

func sendPartnerDocument(r *request) error {
	a, err := r.agreement()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(a.Attachments, func(d programme.Attachment) bool { return d.File.Hash == r.PathValue("hash") && opens(&d) })
	if i < 0 {
		return web.ErrNotFound
	}
	file := a.Attachments[i].File
	return r.DownloadRead(file.Name, file.Media, file.Size, func() ([]byte, error) {
		return r.pages.store.ReadFile(r.Context(), file.Hash)
	})
}

// partnerSection is the place of the programme in the navigation of a partner; nil
// for who is none.
func partnerSection(r *web.Request) *web.Section {
	if partakes(r) != nil {
		return nil
	}
	within := func(path string) bool { return r.URL.Path == path || strings.HasPrefix(r.URL.Path, path+"/") }
	return &web.Section{Name: r.T("programme.nav"), Path: partnerHome, Tabs: []web.Tab{
		{Name: r.T("programme.tab.partner"), Path: partnerHome, Here: within(partnerHome)},
		{Name: r.T("programme.public"), Path: home + "/public", Here: within(home + "/public")},
	}}
}

// partnerHome is what the programme shows a partner on the start page.
func (p *Pages) partnerHome(w *web.Request) (card *web.Home, err error) {
	if partakes(w) != nil {
		return nil, nil //nolint:nilnil // there is nothing for them
	}
	err = p.on(asPartner(func(r *request) error {
		n := 0
		for _, e := range r.records.Events("") {
			if e.Status == programme.Planned {
				n++
			}
		}
		card = &web.Home{Part: partnerCard(r, n)}
		return nil
	}))(w)
	return card, err
}
