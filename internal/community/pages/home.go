package communitypages

import (
	"strings"

	"renkei/internal/community"
	"renkei/internal/web"
)

// Section is the place of the community in the navigation: for who is of it, and
// for who makes accounts.
func Section(r *web.Request) *web.Section {
	a := community.Of(r.Access)
	if !a.Takes() {
		return nil
	}
	members := web.Tab{Name: r.T("community.tab.members"), Path: "/community"}
	others := []web.Tab{
		{Name: r.T("community.tab.contacts"), Path: "/community/contacts"},
		{Name: r.T("community.tab.comcheck"), Path: "/community/comcheck"},
		{Name: r.T("community.tab.changes"), Path: "/community/changes"},
	}
	members.Here = r.URL.Path == "/community" || strings.HasPrefix(r.URL.Path, "/community/")
	for i := range others {
		others[i].Here = r.URL.Path == others[i].Path || strings.HasPrefix(r.URL.Path, others[i].Path+"/")
		members.Here = members.Here && !others[i].Here
	}
	s := &web.Section{Name: r.T("community.nav"), Path: "/community", Tabs: append([]web.Tab{members}, others...)}
	if a.Secretary() {
		s.Tabs = append(s.Tabs, r.Tab("people", "/people"), r.Tab("audit", "/audit"))
	}
	return s
}

// Home is what the community shows on the start page.
func (p *Pages) Home(r *web.Request) (*web.Home, error) {
	var home *web.Home
	if !community.Of(r.Access).Takes() {
		return home, nil
	}
	err := p.on(func(r *request) error {
		v := &homeView{}
		for _, m := range r.reg.Members() {
			if m.Active(r.now) {
				v.members++
			}
			if r.access.BelongsTo(m.ID) {
				v.mine = append(v.mine, m)
			}
		}
		home = &web.Home{Part: homeCard(r, v), Only: "/community"}
		return nil
	})(r)
	return home, err
}

// homeView is the community on the start page.
type homeView struct {
	members int
	mine    []*community.Member
}
