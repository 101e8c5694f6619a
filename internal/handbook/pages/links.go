package handbookpages

import (
	"net/http"

	"renkei/internal/handbook"
)

// linkRow is a piece of evidence of the last edition that was looked at.
type linkRow struct {
	item  *handbook.Item
	title string
	check handbook.LinkCheck
}

// linksView is what became of the pages that evidence names.
type linksView struct {
	edition  handbook.Edition
	names    map[string]string
	dead     []linkRow // what is not there
	alive    int
	waiting  int // that nobody has looked at yet
	selected string
	history  []handbook.LinkCheck // of the page that was chosen
}

// links lists the evidence of the last edition that is no longer there.
func (p *Pages) links(r *request) error {
	latest, err := r.latest()
	if err != nil {
		return err
	}
	c, err := p.store.Content(r.Context(), latest.ID)
	if err != nil {
		return err
	}
	checks, err := p.store.LinkChecks(r.Context())
	if err != nil {
		return err
	}
	v := &linksView{edition: latest}
	if v.names, err = r.memberNames(); err != nil {
		return err
	}
	for i := range c.Items {
		for _, e := range c.Items[i].Evidence {
			check, looked := checks[e.URL]
			switch {
			case e.URL == "":
			case !looked:
				v.waiting++
			case check.Alive():
				v.alive++
			default:
				v.dead = append(v.dead, linkRow{&c.Items[i], e.Title, check})
			}
			if e.URL != "" && e.URL == r.URL.Query().Get("link") {
				v.selected = e.URL
			}
		}
	}
	if v.selected != "" {
		if v.history, err = p.store.LinkHistory(r.Context(), v.selected); err != nil {
			return err
		}
	}
	return r.Show(http.StatusOK, linksPage(r, v))
}
