package programme

import (
	"strings"

	"renkei/internal/community"
)

// Erratum corrects a report that is frozen: the report stays as it is, and says
// what is wrong in it beside.
type Erratum struct {
	Head

	Edition string         `json:"edition"`
	On      community.Date `json:"on"`
	Wrong   community.Text `json:"wrong"` // as it stands in the report
	Right   community.Text `json:"right"`
}

// Kind returns that of a record of this type.
func (e *Erratum) Kind() Kind { return KindErratum }

func (e *Erratum) check() error {
	if e.Edition == "" || e.On == "" || e.Wrong.Empty() || e.Right.Empty() {
		return refuse("erratum", "")
	}
	return first(e.Head.check(), checkDates(e.On, ""), checkTexts(e.Wrong, e.Right))
}

func (e *Erratum) refers() []Reference { return refer(KindEdition, e.Edition) }

// Errata returns what is corrected in an edition, in the order of its days.
func (r *Records) Errata(edition string) []*Erratum {
	all := list(r, KindErratum, func(a, b *Erratum) int { return strings.Compare(string(a.On), string(b.On)) })
	var of []*Erratum
	for _, e := range all {
		if e.Edition == edition {
			of = append(of, e)
		}
	}
	return of
}

// Correction is an erratum as a report shows it.
type Correction struct {
	ID    string         `json:"id"`
	On    community.Date `json:"on"`
	Title string         `json:"title"`
	Wrong string         `json:"wrong"`
	Right string         `json:"right"`
}

// Corrected returns a frozen report with its errata. Its checksum stays that of
// the report as it was frozen.
func (r *Report) Corrected(all []*Erratum) *Report {
	next := *r
	next.Errata = nil
	for _, e := range all {
		next.Errata = append(next.Errata, Correction{e.ID, e.On, e.Title.In(r.Language), e.Wrong.In(r.Language), e.Right.In(r.Language)})
	}
	return &next
}
