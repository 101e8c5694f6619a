package programme

import (
	"cmp"
	"slices"
	"strings"
)

// Select gives the seats of a course to those who wait for one, and says of each
// why. Who has a seat keeps it. First every member has the seats that are kept
// for it, in the order in which it wants its people; then each free seat goes to
// the member that has the fewest, of those to the one that nominated first. The
// rest wait in the order in which they would come next. While members still
// nominate (released is false) seats that are kept stay kept. It returns those
// of whom something has changed.
func (c *Course) Select(all []Nominee, released bool) (changed []Nominee) {
	s := selection{course: c, taken: map[string]int{}, waits: map[string][]Nominee{}}
	for _, n := range all {
		switch {
		case n.State == Seated:
			s.taken[n.Member]++
			s.total++
		case n.waits():
			s.waits[n.Member] = append(s.waits[n.Member], n)
		}
	}
	for member := range s.waits {
		slices.SortFunc(s.waits[member], func(a, b Nominee) int {
			return cmp.Or(cmp.Compare(a.Rank, b.Rank), a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
		})
		s.members = append(s.members, member)
	}
	slices.Sort(s.members)
	s.quotas()
	s.free(released)
	s.rest()
	before := map[string]Nominee{}
	for _, n := range all {
		before[n.ID] = n
	}
	return slices.DeleteFunc(s.placed, func(n Nominee) bool { return before[n.ID] == n })
}

type selection struct {
	course  *Course
	members []string // that have somebody who waits
	waits   map[string][]Nominee
	taken   map[string]int // seats of each member
	total   int
	placed  []Nominee
}

// place takes the next of a member.
func (s *selection) place(member string, state NomineeState, why Why) {
	n := s.waits[member][0]
	n.State, n.Why = state, why
	s.waits[member] = s.waits[member][1:]
	s.placed = append(s.placed, n)
	s.taken[member]++
}

// quotas seats those for whom a seat is kept. Where seats were given away before,
// members share what is left one by one.
func (s *selection) quotas() {
	for seated := true; seated; {
		seated = false
		for _, m := range s.members {
			quota := s.course.Quotas[m]
			if s.total < s.course.Seats && s.taken[m] < quota && len(s.waits[m]) > 0 {
				s.total++
				s.place(m, Seated, Why{Rule: "quota", N: s.taken[m] + 1, Of: quota})
				seated = true
			}
		}
	}
}

// kept are the seats that wait for members.
func (s *selection) kept() (n int) {
	for m, quota := range s.course.Quotas {
		n += max(0, quota-s.taken[m])
	}
	return n
}

func (s *selection) free(released bool) {
	kept := 0
	if !released {
		kept = s.kept()
	}
	for s.total+kept < s.course.Seats {
		m := s.next()
		if m == "" {
			return
		}
		s.total++
		s.place(m, Seated, Why{Rule: "free", N: s.taken[m]})
	}
}

// next is the member whose turn it is: the one with the fewest seats; "" where
// nobody waits.
func (s *selection) next() (best string) {
	for _, m := range s.members {
		if len(s.waits[m]) == 0 {
			continue
		}
		if best == "" || cmp.Or(cmp.Compare(s.taken[m], s.taken[best]), s.waits[m][0].At.Compare(s.waits[best][0].At)) < 0 {
			best = m
		}
	}
	return best
}

// rest has everybody else wait, in the order in which they would be next.
func (s *selection) rest() {
	n := 0
	for m := s.next(); m != ""; m = s.next() {
		n++
		s.place(m, Waiting, Why{Rule: "full", N: n})
	}
}
