package programme

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Likeness is why two entries may be one person.
type Likeness string

// Reasons why two entries may be one person.
const (
	LikeAddress  Likeness = "address"  // the same address, and a name in common
	LikeMailbox  Likeness = "mailbox"  // the same address, no name in common: it may be that of a desk
	LikeScript   Likeness = "script"   // the same name in another script
	LikeOrder    Likeness = "order"    // the same words in another order, or with other marks
	LikeSpelling Likeness = "spelling" // a letter more, less, another or swapped
	LikeMember   Likeness = "member"   // the same name, of another member
)

// strong reports whether two of whom nothing was decided count as one person.
func (l Likeness) strong() bool { return l == LikeAddress || l == LikeScript || l == LikeOrder }

// Candidate are two entries that may be one person, of whom nobody has decided.
type Candidate struct {
	A, B Attendee
	Why  []Likeness
}

// CountedAsOne reports whether they count as one person until somebody decides.
func (c *Candidate) CountedAsOne() bool { return slices.ContainsFunc(c.Why, Likeness.strong) }

// persons are the entries with who is one person: surely (the same name of the
// same member, and what was decided), likely, and at most.
type persons struct {
	once sync.Once

	ids         []string
	index       map[string]int
	byEvent     map[string][]int
	first       map[string]int // the first of a name and member that was not parted from it
	base        *union
	parted      map[[2]int]bool // persons that are not one, by their roots
	likely, all *union
	found       []alike
}

// worked works out who is one person, once.
func (p *People) worked() *persons {
	p.persons.once.Do(func() { p.persons.work(p) })
	return p.persons
}

func (s *persons) work(p *People) {
	s.ids = slices.Sorted(maps.Keys(p.entries))
	s.index, s.byEvent = make(map[string]int, len(s.ids)), map[string][]int{}
	s.base = newUnion(len(s.ids))
	s.first = map[string]int{}
	for i, id := range s.ids {
		e := p.entries[id]
		s.index[id] = i
		s.byEvent[e.Event] = append(s.byEvent[e.Event], i)
		if p.identities[[2]string{id, id}].Says == AnotherPerson {
			continue
		}
		key := e.Person()
		if at, ok := s.first[key]; ok {
			s.base.join(i, at)
		} else {
			s.first[key] = i
		}
	}
	for pair, says := range p.identities {
		i, one := s.index[pair[0]]
		j, other := s.index[pair[1]]
		if one && other && says.Says == SamePerson {
			s.base.join(i, j)
		}
	}
	s.parted = map[[2]int]bool{}
	for pair, says := range p.identities {
		i, one := s.index[pair[0]]
		j, other := s.index[pair[1]]
		if one && says.Says == AnotherPerson {
			j, other = s.first[p.personOf(pair[0])]
		}
		if one && other && (says.Says == OtherPersons || says.Says == AnotherPerson) {
			s.parted[ordered(s.base.root(i), s.base.root(j))] = true
		}
	}
	s.likely, s.all = s.base.clone(), s.base.clone()
	s.found = s.alike(p, s.parted)
	for _, like := range s.found {
		s.all.join(like.a, like.b)
		if slices.ContainsFunc(like.why, Likeness.strong) {
			s.likely.join(like.a, like.b)
		}
	}
}

// alike is a pair of entries that are alike.
type alike struct {
	a, b int
	why  []Likeness
}

// finder collects the pairs that are alike, each pair of persons once.
type finder struct {
	of     *persons
	parted map[[2]int]bool
	at     map[[2]int]int
	found  []alike
}

func (f *finder) add(a, b int, why Likeness) {
	pair := ordered(f.of.base.root(a), f.of.base.root(b))
	if pair[0] == pair[1] || f.parted[pair] {
		return
	}
	at, ok := f.at[pair]
	if !ok {
		at = len(f.found)
		f.at[pair] = at
		f.found = append(f.found, alike{a: a, b: b})
	}
	if !slices.Contains(f.found[at].why, why) {
		f.found[at].why = append(f.found[at].why, why)
	}
}

// near is with how many of those before it an entry is compared that have
// something in common: of many with one address not each with each.
const near = 8

// block is an entry with a key that others may have too.
type block struct {
	key uint64
	at  int
}

// sameKey pairs those that have a key in common.
func (f *finder) sameKey(blocks []block, why func(a, b int) Likeness) {
	slices.SortFunc(blocks, func(a, b block) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.at, b.at)) })
	for i := range blocks {
		for j := i - 1; j >= max(0, i-near) && blocks[j].key == blocks[i].key; j-- {
			if blocks[j].at == blocks[i].at {
				continue
			}
			if l := why(blocks[j].at, blocks[i].at); l != "" {
				f.add(blocks[j].at, blocks[i].at, l)
			}
		}
	}
}

// keyOf is a short form of words (FNV-1a). Where two have one by chance, a pair is
// shown that is not alike; of a million that is one in ten million.
func keyOf(words ...string) uint64 {
	h := uint64(14695981039346656037)
	for _, w := range words {
		for i := range len(w) {
			h = (h ^ uint64(w[i])) * 1099511628211
		}
		h *= 1099511628211 // between two words
	}
	return h
}

// alike finds those who may be one person. Every entry is looked at once for each
// way to be alike, not each against each.
func (s *persons) alike(p *People, parted map[[2]int]bool) []alike {
	f := &finder{of: s, parted: parted, at: map[[2]int]int{}}
	var mails, scripts, orders, names, spelled []block
	entries := make([]Attendee, len(s.ids))
	words := make([][]string, len(s.ids))
	seen := map[string]bool{}
	for i, id := range s.ids {
		e := p.entries[id]
		said := strings.Join([]string{strconv.Itoa(s.base.root(i)), e.Name, e.Local, e.Mail, e.Member}, "|")
		if seen[said] {
			continue // the same person, named alike
		}
		seen[said] = true
		entries[i], words[i] = e, nameWords(e.Name)
		name, local := strings.Join(words[i], " "), strings.Join(nameWords(e.Local), " ")
		put := func(blocks *[]block, key ...string) {
			if key[len(key)-1] != "" {
				*blocks = append(*blocks, block{keyOf(key...), i})
			}
		}
		put(&mails, strings.ToLower(e.Mail))
		put(&names, name)
		put(&scripts, e.Member, local)
		if local != name {
			put(&scripts, e.Member, name)
		}
		sorted := slices.Sorted(slices.Values(words[i]))
		put(&orders, e.Member, strings.Join(sorted, " "))
		for _, short := range shortened(name) {
			put(&spelled, e.Member, short)
		}
	}
	shares := func(a, b int) bool {
		return slices.ContainsFunc(words[a], func(w string) bool { return slices.Contains(words[b], w) })
	}
	f.sameKey(mails, func(a, b int) Likeness {
		if shares(a, b) {
			return LikeAddress
		}
		return LikeMailbox
	})
	f.sameKey(scripts, func(a, b int) Likeness {
		if entries[a].Local == "" && entries[b].Local == "" {
			return ""
		}
		return LikeScript
	})
	f.sameKey(orders, func(int, int) Likeness { return LikeOrder })
	f.sameKey(names, func(a, b int) Likeness {
		if entries[a].Member == entries[b].Member {
			return ""
		}
		return LikeMember
	})
	f.sameKey(spelled, func(int, int) Likeness { return LikeSpelling })
	return f.found
}

// nameWords are the words of a name as they are compared: small letters, Latin
// ones without marks.
func nameWords(name string) []string {
	var b strings.Builder
	latin := false
	for _, r := range norm.NFKD.String(name) {
		switch {
		case unicode.Is(unicode.Mn, r) && latin:
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
			latin = unicode.Is(unicode.Latin, r)
			b.WriteRune(r)
		default:
			latin = false
			b.WriteByte(' ')
		}
	}
	return strings.Fields(cases.Fold().String(strings.NewReplacer("đ", "d", "Đ", "d").Replace(norm.NFC.String(b.String()))))
}

// shortest and longest are the lengths between which names are compared by their
// spelling: in a short one a letter makes another name.
const (
	shortest = 7
	longest  = 60
)

// shortened is a name and it without each of its letters: two names that differ by
// one letter, or by two that are swapped, have one of these in common.
func shortened(name string) []string {
	runes := []rune(strings.ReplaceAll(name, " ", ""))
	if len(runes) < shortest || len(runes) > longest {
		return nil
	}
	all := []string{string(runes)}
	for i := range runes {
		if i > 0 && runes[i] == runes[i-1] {
			continue
		}
		all = append(all, string(runes[:i])+string(runes[i+1:]))
	}
	return all
}

// union is who belongs together.
type union struct{ parent []int }

func newUnion(n int) *union {
	u := &union{parent: make([]int, n)}
	for i := range u.parent {
		u.parent[i] = i
	}
	return u
}

// root is the least of those who belong together: it does not depend on the order
// in which they were joined. It changes nothing, so that many may ask at once.
func (u *union) root(i int) int {
	for u.parent[i] != i {
		i = u.parent[i]
	}
	return i
}

func (u *union) join(i, j int) {
	a, b := u.root(i), u.root(j)
	u.parent[max(a, b)] = min(a, b)
	u.parent[i], u.parent[j] = min(a, b), min(a, b)
}

func (u *union) clone() *union { return &union{parent: slices.Clone(u.parent)} }
