package follow

import (
	"slices"
	"strings"

	"renkei/internal/exercise"
)

const (
	unitTopic   = "unit:"
	roomTopic   = "room:"
	personTopic = "person:"
)

// topic is everything that was addressed with one word of an audience.
type topic struct {
	seqs    []uint64
	changes uint64 // of what is not in the log
	streams map[*Stream]struct{}
}

// topicsOf are the topics of an event: the words of its audience, for a cell
// its team too, and control, which is everything.
func topicsOf(to exercise.Audience) []string {
	topics := make([]string, 1, len(to)+2)
	topics[0] = exercise.ToControl
	for _, word := range to {
		topics = appendNew(topics, word)
		if cell, ok := strings.CutPrefix(word, unitTopic); ok {
			if team, _, below := strings.Cut(cell, "/"); below {
				topics = appendNew(topics, unitTopic+team)
			}
		}
	}
	return topics
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// topicsFor are the topics that a viewer follows: together exactly the events
// that Viewer.Sees.
func topicsFor(v exercise.Viewer) []string {
	if v.Control {
		return []string{exercise.ToControl}
	}
	topics := []string{exercise.ToPublic}
	if v.Person != "" || len(v.Units) > 0 {
		topics = append(topics, exercise.ToAll)
	}
	if v.Person != "" {
		topics = append(topics, personTopic+v.Person)
	}
	for _, u := range v.Units {
		topics = appendNew(topics, unitTopic+u)
	}
	for _, r := range v.Rooms {
		topics = appendNew(topics, roomTopic+r)
	}
	return topics
}
