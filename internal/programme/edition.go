package programme

import (
	"regexp"
	"slices"
	"strings"

	"renkei/internal/community"
)

// Edition is the plan of a yearly report: its sections in their order, and in
// each what is shown of the records and what somebody wrote.
type Edition struct {
	Head

	AsOf   community.Date `json:"as_of"`
	Theme  community.Text `json:"theme,omitempty"`  // below the title
	Notice community.Text `json:"notice,omitempty"` // what the reader has to know of the whole
	// Handbook is the edition of the handbook from which the chapters of members
	// come.
	Handbook string    `json:"handbook,omitempty"`
	Sections []Section `json:"sections,omitempty"`
}

// Section is a part of a report, with parts of its own in one level.
type Section struct {
	ID       string         `json:"id"`
	Title    community.Text `json:"title"`
	Blocks   []Block        `json:"blocks,omitempty"`
	Sections []Section      `json:"sections,omitempty"`
}

// Show is what a block shows of its records.
type Show string

// What blocks show.
const (
	ShowText       Show = ""           // what somebody wrote; without it, what the records say
	ShowFacts      Show = "facts"      // each record as a table of what is known
	ShowTimeline   Show = "timeline"   // the events of activities by year
	ShowMembers    Show = "members"    // a chapter of the handbook for each member
	ShowMessages   Show = "messages"   // what people wrote
	ShowActivities Show = "activities" // all activities, with the years in which they were held
	ShowFigures    Show = "figures"    // figures with rule, date and records
	ShowMeetings   Show = "meetings"   // the numbered meetings of series in the year, with their records
	ShowDuties     Show = "duties"     // what they decided and asked for, by number
	ShowPlans      Show = "plans"      // what the last edition planned, and what became of it
	ShowComchecks  Show = "comchecks"  // the contact checks of the year
	ShowChanges    Show = "changes"    // what became of the handbook's items since its edition before
	ShowNeeds      Show = "needs"      // needs and offers by measure, and what fits
	ShowDeals      Show = "deals"      // offers that were taken up and delivered
	ShowHeads      Show = "heads"      // who was at the events of the year: persons, seats, days, certificates
	ShowExercises  Show = "exercises"  // what came of the exercises of the year: findings, positions
	ShowPhotos     Show = "photos"     // photographs of the events of the year, with their rights
)

// Shows lists all of them.
func Shows() []Show {
	return []Show{
		ShowText, ShowFacts, ShowTimeline, ShowMembers, ShowMessages, ShowActivities, ShowFigures, ShowMeetings, ShowDuties, ShowPlans,
		ShowComchecks, ShowChanges, ShowNeeds, ShowDeals, ShowHeads, ShowExercises, ShowPhotos,
	}
}

// State is how far a paragraph has come.
type State string

// States of a paragraph.
const (
	Missing State = "missing" // there is nothing to say it with
	Machine State = "machine" // made from the records
	Draft   State = "draft"   // somebody wrote it
	Checked State = "checked" // and somebody else has read it
)

// Words are a text with how far it has come. Numbers stand in it by reference
// only: {figure:ID}, {date:ID} and {year:ID}.
type Words struct {
	Text  string `json:"text"`
	State State  `json:"state"`
}

// Block is what stands between two headings.
type Block struct {
	Show Show             `json:"show,omitempty"`
	Of   []string         `json:"of,omitempty"`   // ids of records
	Text map[string]Words `json:"text,omitempty"` // by language
}

const maxSections = 100

func (e *Edition) check() error {
	if e.AsOf == "" {
		return refuse("as_of", "")
	}
	if err := first(e.Head.check(), checkDates(e.AsOf, ""), checkTexts(e.Theme, e.Notice)); err != nil {
		return err
	}
	var ids []string
	for at := range e.all() {
		if !idPattern.MatchString(at.ID) || slices.Contains(ids, at.ID) {
			return refuse("section", at.ID)
		}
		if ids = append(ids, at.ID); len(ids) > maxSections {
			return refuse("sections", "")
		}
		if err := first(checkTexts(at.Title), checkBlocks(at.Blocks)); err != nil {
			return err
		}
	}
	return nil
}

// all yields the sections with those below them, in their order.
func (e *Edition) all() func(yield func(*Section) bool) {
	return func(yield func(*Section) bool) {
		for i := range e.Sections {
			if !yield(&e.Sections[i]) {
				return
			}
			for j := range e.Sections[i].Sections {
				if !yield(&e.Sections[i].Sections[j]) {
					return
				}
			}
		}
	}
}

func checkBlocks(blocks []Block) error {
	if len(blocks) > maxList {
		return refuse("list", "")
	}
	for _, b := range blocks {
		if err := first(among("show", b.Show, Shows()), checkList(b.Of)); err != nil {
			return err
		}
		for lang, w := range b.Text {
			if err := first(checkTexts(community.Text{lang: w.Text}), among("state", w.State, []State{Draft, Checked}), checkNumbers(w.Text)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *Edition) refers() []Reference { return nil }

// reference is a number or a date in a text: {figure:ajccbc-trained}.
var reference = regexp.MustCompile(`\{(figure|date|year):([a-z0-9-]+)\}`)

// checkNumbers refuses a number that is typed: it would have no record.
func checkNumbers(text string) error {
	bare := reference.ReplaceAllString(text, "")
	if i := strings.IndexFunc(bare, isDigit); i >= 0 {
		return refuse("typed", clip(bare[i:]))
	}
	if strings.ContainsAny(bare, "{}") {
		return refuse("reference", clip(bare[strings.IndexAny(bare, "{}"):]))
	}
	return nil
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' || r >= '０' && r <= '９' }

// clip is the beginning of a text, for an error.
func clip(s string) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), 30)])
}

// checkEdition wants everything that the edition names to be there.
func (r *Records) checkEdition(e *Edition) error {
	for at := range e.all() {
		for _, b := range at.Blocks {
			for _, id := range b.Of {
				if r.any(id) == nil {
					return refuse("absent.record", id)
				}
			}
			for _, w := range b.Text {
				for _, m := range reference.FindAllStringSubmatch(w.Text, -1) {
					if m[1] == "figure" && r.Figure(m[2]) == nil || m[1] != "figure" && r.any(m[2]) == nil {
						return refuse("absent.record", m[2])
					}
				}
			}
		}
	}
	return nil
}

// any is the record of an id, whichever kind it is of; nil for none. Of two the
// first kind counts.
func (r *Records) any(id string) Record {
	for _, k := range Kinds() {
		if rec := r.Record(k, id); rec != nil {
			return rec
		}
	}
	return nil
}
