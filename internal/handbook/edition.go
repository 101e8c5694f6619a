package handbook

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"renkei/internal/community"
)

// Profile is what stands at the head of a member's page.
type Profile struct {
	Member    string `json:"member"` // id: "kh"
	Code      string `json:"code"`   // as in tables: "KH"
	Name      Texts  `json:"name"`
	CSIRT     string `json:"csirt,omitempty"` // the national CSIRT
	Lead      Texts  `json:"lead,omitempty"`  // the lead body
	Note      Texts  `json:"note,omitempty"`
	NeedsNote Texts  `json:"needs_note,omitempty"`
	Partner   bool   `json:"partner,omitempty"` // takes part, and is no member
	// Carried is the edition from which the page was taken over as it was, because
	// the member approved nothing new; "" where it did.
	Carried string `json:"carried,omitempty"`
}

// Edition is a published state of the handbook.
type Edition struct {
	ID     string         `json:"id"` // "2023"; a part of addresses
	Title  Texts          `json:"title"`
	Notice Texts          `json:"notice,omitempty"` // stands on every page
	AsOf   community.Date `json:"as_of"`
	// Invented says that its content is made up, for a demonstration.
	Invented  bool      `json:"invented,omitempty"`
	Published time.Time `json:"published"`
	Hash      string    `json:"hash"` // of its content, as Content.Sum returns it
}

// Content is all of an edition. It is not changed once it was made.
type Content struct {
	Edition  Edition   `json:"edition"`
	Profiles []Profile `json:"profiles"` // by code
	Items    []Item    `json:"items"`    // by member, kind, measure and order
}

// sumForm names what a hash covers; it changes with the form of the content.
const sumForm = "renkei handbook edition 1"

// Sum returns the SHA-256, in hexadecimal digits, of what the edition says: all
// but when it was published and the hash itself. It covers no person: who wrote
// and approved is kept beside it, so that a person can be erased.
func (c *Content) Sum() (string, error) {
	sorted := c.sorted()
	edition := sorted.Edition
	edition.Published, edition.Hash = time.Time{}, ""
	h := sha256.New()
	enc := json.NewEncoder(h)
	enc.SetEscapeHTML(false)
	for _, part := range []any{sumForm, edition, sorted.Profiles, sorted.Items} {
		if err := enc.Encode(part); err != nil {
			return "", fmt.Errorf("hash of edition %s: %w", c.Edition.ID, err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (c *Content) sorted() Content {
	s := Content{c.Edition, slices.Clone(c.Profiles), slices.Clone(c.Items)}
	slices.SortFunc(s.Profiles, func(a, b Profile) int { return strings.Compare(a.Member, b.Member) })
	slices.SortFunc(s.Items, func(a, b Item) int {
		return cmp.Or(strings.Compare(a.Member, b.Member), strings.Compare(a.ID, b.ID))
	})
	return s
}

// SortItems puts items into the order of pages: by member, kind, measure,
// plans after what was done, and their own order.
func (v *Vocabulary) SortItems(items []Item) {
	measure := func(id string) int {
		return slices.IndexFunc(v.Measures, func(t Term) bool { return t.ID == id })
	}
	ahead := func(it Item) int {
		if it.Status.Ahead() {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(items, func(a, b Item) int {
		return cmp.Or(
			strings.Compare(a.Member, b.Member),
			cmp.Compare(slices.Index(Kinds(), a.Kind), slices.Index(Kinds(), b.Kind)),
			cmp.Compare(measure(a.Measure), measure(b.Measure)),
			cmp.Compare(ahead(a), ahead(b)),
			cmp.Compare(a.Order, b.Order), strings.Compare(a.ID, b.ID),
		)
	})
}

// Profile returns the page of a member; nil where the edition has none.
func (c *Content) Profile(member string) *Profile {
	for i := range c.Profiles {
		if c.Profiles[i].Member == member {
			return &c.Profiles[i]
		}
	}
	return nil
}

// Of returns the items that a filter leaves.
func (c *Content) Of(wanted func(*Item) bool) (all []*Item) {
	for i := range c.Items {
		if wanted(&c.Items[i]) {
			all = append(all, &c.Items[i])
		}
	}
	return all
}

// Only returns the content of one member.
func (c *Content) Only(member string) *Content {
	one := &Content{Edition: c.Edition}
	for _, p := range c.Profiles {
		if p.Member == member {
			one.Profiles = append(one.Profiles, p)
		}
	}
	for _, it := range c.Items {
		if it.Member == member {
			one.Items = append(one.Items, it)
		}
	}
	return one
}
