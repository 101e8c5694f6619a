package exercise

import (
	"math"
	"unicode/utf8"
)

// Quota is what one person may write in an exercise. docs/security.md says why
// nobody who plays meets it.
type Quota struct {
	Entries, Files   int
	Bytes, FileBytes int64 // of texts and of files
}

// PlayerQuota is that of a player, or of anybody else who is not of EXCON.
// EXCON, who also enters what stands on paper, may write ten times as much, in a
// minute too. The clock and simulated teams have none.
func PlayerQuota() Quota {
	return Quota{Entries: 3000, Files: 200, Bytes: 8 << 20, FileBytes: 512 << 20}
}

const (
	controlQuota = 10 // times that of a player

	// What somebody writes costs time of the wall clock, which passes at once and
	// may run ahead by a burst: 60 entries, 240 KiB of text or 6 files a minute,
	// and twice as much after a rest.
	entryCost    = int64(Second)
	bytesASecond = 4 << 10
	fileCost     = 10 * int64(Second)
	writeBurst   = 120 * int64(Second)
)

// written is what somebody has written, or is about to.
type written struct {
	Quota
	rested int64 // wall time at which the burst is there again
	// controlRested is that of somebody of EXCON, who may write ten times as much:
	// an event does not say which they are.
	controlRested int64
}

// foldWritten counts an event of a person.
func (s *State) foldWritten(e *Event) {
	w := writing(e.Body)
	if w.Entries == 0 || !IsPerson(e.Actor) {
		return
	}
	if s.written == nil {
		s.written = map[string]written{}
	}
	sum := s.written[e.Actor]
	sum.add(w)
	sum.rested = spend(sum.rested, e.Wall, w.cost())
	sum.controlRested = spend(sum.controlRested, e.Wall, w.cost()/controlQuota)
	s.written[e.Actor] = sum
}

// spend is when the burst is there again after something was written.
func spend(rested, wall, cost int64) int64 {
	return max(min(rested, wall+writeBurst), wall) + cost
}

// waitFor is how long somebody has to wait before they may write something.
func waitFor(rested, wall, cost int64) int64 {
	if rested <= wall {
		return 0 // rested: even what is longer than a burst may be written
	}
	return max(0, min(rested, wall+writeBurst)-wall+cost-writeBurst)
}

// withinQuota refuses what is more than somebody may write.
func (d *decision) withinQuota(events []Event) error {
	actor := d.c.Actor
	if !IsPerson(actor.ID) {
		return nil
	}
	var now Quota
	for i := range events {
		now.add(writing(events[i].Body))
	}
	if now.Entries == 0 {
		return nil
	}
	if now.Bytes > 2*MaxText+MaxChars { // a text, indicators, and what it is about
		return refuse(TooLong, "Limit", MaxChars)
	}
	sum, most := d.s.written[actor.ID], PlayerQuota()
	rested, cost := sum.rested, now.cost()
	if actor.Role >= RoleControl {
		most, rested, cost = most.times(controlQuota), sum.controlRested, cost/controlQuota
	}
	if wait := waitFor(rested, d.c.Wall, cost); wait > 0 {
		return refuse(WriteOften, "Seconds", int(math.Ceil(float64(wait)/float64(Second))))
	}
	if sum.add(now); sum.over(most) {
		return refuse(WriteFull, "Entries", most.Entries, "Files", most.Files, "Bytes", most.Bytes>>20, "FileBytes", most.FileBytes>>20)
	}
	return nil
}

func (q *Quota) add(more Quota) {
	q.Entries += more.Entries
	q.Files += more.Files
	q.Bytes += more.Bytes
	q.FileBytes += more.FileBytes
}

func (q Quota) times(n int) Quota {
	return Quota{q.Entries * n, q.Files * n, q.Bytes * int64(n), q.FileBytes * int64(n)}
}

func (q Quota) over(most Quota) bool {
	return q.Entries > most.Entries || q.Files > most.Files || q.Bytes > most.Bytes || q.FileBytes > most.FileBytes
}

func (q Quota) cost() int64 {
	return int64(q.Entries)*entryCost + q.Bytes*int64(Second)/bytesASecond + int64(q.Files)*fileCost
}

// TextSize is how many bytes of text of a person an event holds.
func TextSize(b Body) int { return int(writing(b).Bytes) }

// writing is what an event holds that somebody wrote.
func writing(b Body) Quota {
	switch b := b.(type) {
	case *Message:
		return texts(b.Text, b.Re)
	case *Shared:
		return texts(append([]string{b.Text, b.Re}, b.Indicators...)...)
	case *Submitted:
		return b.writing()
	case *Note:
		return texts(b.Text, b.Re)
	case *HotWash:
		return texts(b.Text, b.Question)
	case *RealRaised:
		return texts(b.Text)
	case *CallNoted:
		return texts(b.Text)
	case *CallConfirmed:
		return texts(b.Text)
	case *Attendance:
		return texts(b.People...)
	case *InjectRelayed:
		return texts(b.Text)
	case *PollQuoted:
		return texts(b.Texts...)
	case *PlanEntered:
		return texts(b.Title, b.Cause, b.Reference, b.Action, b.Responsible, b.Contact, b.Remark)
	case *PlanCarried:
		return texts(b.texts()...)
	case *OverviewEntered:
		return texts(b.Sponsor, b.Contacts, b.Scope, b.Summary)
	case *CommitmentMade:
		return texts(b.What, b.Who)
	case *CommitmentsRecalled:
		var all []string
		for _, c := range b.Items {
			all = append(all, c.What, c.Who, c.Outcome)
		}
		return texts(all...)
	case *PollTaken, *PollConfirmed, *PollBoxed, *FloorAsked, *UnitReady, *HintTaken, *InjectAcknowledged:
		return Quota{Entries: 1}
	}
	return Quota{}
}

func (b *Submitted) writing() Quota {
	q := texts(append([]string{b.Text}, b.Items...)...)
	for key, text := range b.Parts {
		q.Bytes += int64(len(key) + len(text))
	}
	if b.File != nil {
		q.Files, q.FileBytes = 1, b.File.Size
	}
	return q
}

func texts(all ...string) Quota {
	q := Quota{Entries: 1}
	for _, text := range all {
		q.Bytes += int64(len(text))
	}
	return q
}

// tooLong refuses a text that is longer than a command may carry.
func tooLong(text string) error {
	if len(text) > MaxText || utf8.RuneCountInString(text) > MaxChars {
		return refuse(TooLong, "Limit", MaxChars)
	}
	return nil
}
