package search

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"renkei/internal/database"
)

// Bounds of a query: terms, grams by which a term is looked for, and documents
// that are read at once to see whether a term is in them.
const (
	maxTerms = 16
	maxGrams = 4
	fetched  = 64
	// counted is up to how many candidates are all looked at, so that the number
	// of documents found is exact.
	counted = 8 * fetched
)

// Query says what is looked for.
type Query struct {
	// Text is what somebody typed; each of its words must be part of a document.
	// Without a word, all documents are found that the facets leave.
	Text string
	// Facets must each hold: of every list one facet at least.
	Facets [][]string
	// Before is the Number of the last hit of the page before; 0 for the first.
	Before int64
	// Limit is how many hits a page has; 0 stands for 50.
	Limit int
}

// Hit is a document that was found.
type Hit struct {
	ID     string
	Number int64 // of the document in the index; later documents have higher ones
}

// Result is what was found, the documents put last first.
type Result struct {
	Hits []Hit
	More bool // there are further pages
	// Total is how many documents there are on all pages; where it is not Exact
	// it may be too high.
	Total int
	Exact bool
}

// Search finds documents.
func (x *Index) Search(ctx context.Context, q Query) (Result, error) {
	if q.Limit <= 0 {
		q.Limit = 50
	}
	terms := Terms(q.Text)
	set, err := x.candidates(ctx, terms, q.Facets)
	if err != nil {
		return Result{}, fmt.Errorf("search %s: %w", x.name, x.r.Explain(err))
	}
	unsure := slices.DeleteFunc(terms, exact)
	res, err := x.page(ctx, set, unsure, q)
	if err != nil {
		return Result{}, fmt.Errorf("search %s: %w", x.name, x.r.Explain(err))
	}
	return res, nil
}

// candidates are the documents that have all grams and facets.
func (x *Index) candidates(ctx context.Context, terms []string, facets [][]string) (*set, error) {
	var s *set
	narrow := func(any ...string) error {
		if s != nil && len(s.blocks) == 0 {
			return nil
		}
		found := &set{blocks: map[int64]*block{}}
		for _, token := range any {
			if err := x.add(ctx, found, s, token); err != nil {
				return err
			}
		}
		s = found.within(s)
		return nil
	}
	for _, list := range facets {
		if err := narrow(facetTokens(list)...); err != nil {
			return nil, err
		}
	}
	for _, term := range terms {
		for _, g := range sought(term) {
			if err := narrow(g); err != nil {
				return nil, err
			}
		}
	}
	if s == nil {
		if err := narrow(every); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func facetTokens(list []string) []string {
	all := make([]string, len(list))
	for i, f := range list {
		all[i] = facet(f)
	}
	return all
}

// set is a set of documents.
type set struct{ blocks map[int64]*block }

// within returns what is in o as well; o nil is everything.
func (s *set) within(o *set) *set {
	if o == nil {
		return s
	}
	for n, b := range s.blocks {
		if other := o.blocks[n]; other == nil || !b.and(other) {
			delete(s.blocks, n)
		}
	}
	return s
}

// posting is the documents of a token in a block, as stored.
type posting struct {
	block     int64
	documents []byte
}

// add adds the documents of a token in the blocks of another set; nil is all.
func (x *Index) add(ctx context.Context, s, within *set, token string) error {
	all, err := database.Select(ctx, x.r, selectPostings, func(rows *sql.Rows) (p posting, err error) {
		err = rows.Scan(&p.block, &p.documents)
		return p, err
	}, x.name, token)
	if err != nil {
		return err
	}
	for _, p := range all {
		if within != nil && within.blocks[p.block] == nil {
			continue
		}
		if s.blocks[p.block] == nil {
			s.blocks[p.block] = &block{}
		}
		if err := s.blocks[p.block].decode(p.documents); err != nil {
			return err
		}
	}
	return nil
}

// numbers are the documents of the set, the last first.
func (s *set) numbers() []int64 {
	order := make([]int64, 0, len(s.blocks))
	n := 0
	for b, members := range s.blocks {
		order = append(order, b)
		n += members.count()
	}
	slices.Sort(order)
	all := make([]int64, 0, n)
	for _, b := range slices.Backward(order) {
		s.blocks[b].down(func(n int) bool {
			all = append(all, b*blockSize+int64(n))
			return true
		})
	}
	return all
}

// document is what is read of one.
type document struct {
	Hit
	folded string
}

// page looks the candidates through for the hits of a page.
func (x *Index) page(ctx context.Context, s *set, unsure []string, q Query) (res Result, err error) {
	all := s.numbers()
	res.Total, res.Exact = len(all), len(unsure) == 0
	if !res.Exact && len(all) <= counted {
		if all, err = x.confirmed(ctx, all, unsure); err != nil {
			return res, err
		}
		res.Total, res.Exact, unsure = len(all), true, nil
	}
	if q.Before > 0 {
		i, _ := slices.BinarySearchFunc(all, q.Before-1, func(n, before int64) int { return int(before - n) })
		all = all[i:]
	}
	for part := range slices.Chunk(all, fetched) {
		docs, err := x.documents(ctx, part)
		if err != nil {
			return res, err
		}
		for _, d := range docs {
			if !d.has(unsure) {
				continue
			}
			if len(res.Hits) == q.Limit {
				res.More = true
				return res, nil
			}
			res.Hits = append(res.Hits, d.Hit)
		}
	}
	return res, nil
}

// confirmed are those of the numbers whose documents have all terms.
func (x *Index) confirmed(ctx context.Context, all []int64, terms []string) (sure []int64, err error) {
	for part := range slices.Chunk(all, fetched) {
		docs, err := x.documents(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			if d.has(terms) {
				sure = append(sure, d.Number)
			}
		}
	}
	return sure, nil
}

func (d *document) has(terms []string) bool {
	return !slices.ContainsFunc(terms, func(t string) bool { return !strings.Contains(d.folded, t) })
}

// documents reads at most fetched documents, the last first.
func (x *Index) documents(ctx context.Context, numbers []int64) ([]document, error) {
	args := make([]any, 1, fetched+1)
	args[0] = x.name
	for i := range fetched {
		args = append(args, numbers[min(i, len(numbers)-1)])
	}
	docs, err := database.Select(ctx, x.r, selectDocuments, func(rows *sql.Rows) (d document, err error) {
		err = rows.Scan(&d.Number, &d.ID, &d.folded)
		return d, err
	}, args...)
	slices.SortFunc(docs, func(a, b document) int { return int(b.Number - a.Number) })
	return docs, err
}
