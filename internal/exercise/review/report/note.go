package report

import (
	"slices"
	"strings"

	"renkei/internal/exercise/review"
)

// hotWash are the questions of the hot wash that have words here, and those of
// them that are answered with one of a few.
func hotWash() []string { return []string{"well", "better", "sop", "useful"} }

// aboutWash begins the subject of a note that belongs to the hot wash.
const aboutWash = "hotwash/"

// noteAbout says what a note is about: a question of the hot wash by its words.
func (w *words) noteAbout(n *review.NoteEntry) string {
	key, note := strings.CutPrefix(n.Re, aboutWash)
	if (note || n.Kind == "hotwash") && slices.Contains(hotWash(), key) {
		return w.t("hotwash." + key)
	}
	return flowKey(n.Re)
}

// noteText is what a note says. The log holds the key of an answer that was
// chosen.
func (w *words) noteText(n *review.NoteEntry) string {
	if n.Kind == "hotwash" && n.Re == "useful" && slices.Contains([]string{"very", "rather", "little", "not"}, n.Text) {
		return w.t("hotwash.useful." + n.Text)
	}
	return clean(n.Text)
}
