package handbookpages

import (
	"net/http"
	"slices"
	"sync"

	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/lru"
)

// planView is what became of plans.
type planView struct {
	editions []handbook.Edition
	plans    []handbook.Plan // the first of them
	total    int             // how many they are
	tally    map[handbook.Outcome]int
	names    map[string]string // of members, by id
	member   string            // whose; "" for all
	measure  string            // "" for all
	headline string            // what became of them, in a sentence
	picture  string            // the same as SVG
}

// Bounds of plans.
const (
	shownPlans = 500 // of those in the table
	keptViews  = 64  // of all members, and as many of single ones
)

// planViews keeps what became of plans, for editions never change. To follow those
// of all members through twenty editions takes seconds: one is made at a time. A
// view that is kept is not changed any more.
type planViews struct {
	making    sync.Mutex // of all members
	mu        sync.Mutex
	all, some *lru.Cache[planKey, *planView] // of all members, of single ones
}

type planKey struct{ editions, member, measure, lang string }

func newPlanViews() *planViews {
	return &planViews{all: lru.New[planKey, *planView](keptViews, nil), some: lru.New[planKey, *planView](keptViews, nil)}
}

func (v *planViews) of(k planKey) *lru.Cache[planKey, *planView] {
	if k.member == "" {
		return v.all
	}
	return v.some
}

func (v *planViews) get(k planKey) (*planView, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.of(k).Get(k)
}

func (v *planViews) put(k planKey, made *planView) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.of(k).Put(k, made)
}

// follow follows the plans of all members or of one, in all measures or in one,
// through the editions. There is none where nothing was published.
func (r *request) follow(member, measure string) (*planView, error) {
	editions, err := r.pages.store.Editions(r.Context())
	if err != nil || len(editions) == 0 {
		return &planView{}, err
	}
	key := planKey{member: member, measure: measure, lang: r.Printer.Lang()}
	for _, e := range editions {
		key.editions += e.ID + " " + e.Hash + "\n"
	}
	views := r.pages.plansOf
	if member == "" {
		views.making.Lock()
		defer views.making.Unlock()
	}
	if v, ok := views.get(key); ok {
		return v, nil
	}
	v, err := r.newPlans(member, measure)
	if err == nil && member != "" {
		err = r.nameAll(v)
	}
	if err != nil {
		return nil, err
	}
	views.put(key, v)
	return v, nil
}

// nameAll has the view of a member name all members, for the choice.
func (r *request) nameAll(v *planView) error {
	if v.names[v.member] == "" {
		return handbook.ErrAbsent
	}
	latest, err := r.pages.store.Content(r.Context(), v.editions[len(v.editions)-1].ID)
	if err != nil {
		return err
	}
	for i := range latest.Profiles {
		v.names[latest.Profiles[i].Member] = r.say(latest.Profiles[i].Name)
	}
	return nil
}

func (r *request) newPlans(member, measure string) (*planView, error) {
	all, err := r.pages.store.Contents(r.Context(), member)
	if err != nil {
		return nil, err
	}
	v := &planView{plans: handbook.Plans(all), names: map[string]string{}, member: member, measure: measure}
	for _, c := range all {
		v.editions = append(v.editions, c.Edition)
		for i := range c.Profiles {
			v.names[c.Profiles[i].Member] = r.say(c.Profiles[i].Name)
		}
	}
	if measure != "" {
		v.plans = slices.DeleteFunc(v.plans, func(plan handbook.Plan) bool { return plan.Measure != measure })
	}
	v.tally, v.total = handbook.Tally(v.plans), len(v.plans)
	v.headline = r.wording().Headline(v.editions, v.plans)
	v.picture = r.wording().Drawing(v.editions, v.plans, v.names)
	v.plans = shown(v.plans)
	return v, nil
}

// shown are the first plans with items of their own, so that whole editions need
// not be kept for them.
func shown(plans []handbook.Plan) []handbook.Plan {
	some := slices.Clone(plans[:min(len(plans), shownPlans)])
	for i := range some {
		some[i].Steps = slices.Clone(some[i].Steps)
		for j := range some[i].Steps {
			if it := some[i].Steps[j].Item; it != nil {
				own := *it
				some[i].Steps[j].Item = &own
			}
		}
	}
	return some
}

// stepText is what the table of plans says of an item in an edition.
type stepText struct{ status, span string }

// stepWords returns what the table says of items. There are thousands, and most say
// the same as another: each is said once.
func (r *request) stepWords() func(*handbook.Item) stepText {
	type key struct {
		status                  handbook.Status
		since, until, due, also community.Date
	}
	said := map[key]stepText{}
	return func(it *handbook.Item) stepText {
		k := key{it.Status, it.Since, it.Until, it.Due, ""}
		for _, d := range it.Also {
			k.also += d + " "
		}
		text, known := said[k]
		if !known {
			text = stepText{r.status(it.Status), r.span(it)}
			said[k] = text
		}
		return text
	}
}

func (p *Pages) plans(r *request) error {
	q := r.URL.Query()
	member, measure := q.Get("member"), q.Get("measure")
	if measure != "" && p.words.Measure(measure) == nil {
		return handbook.ErrAbsent
	}
	v, err := r.follow(member, measure)
	if err != nil {
		return err
	}
	if len(v.editions) == 0 {
		return r.Show(http.StatusOK, emptyPage(r))
	}
	return r.Show(http.StatusOK, plansPage(r, v))
}
