package exercise

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"renkei/internal/exercise/scenario"
)

// Poll is a question that all delegations of a tabletop answer. It is called so
// because a question is, in this package, what a unit asks a persona.
type Poll struct {
	Key        string        `json:"key"`
	Module     string        `json:"module,omitempty"` // key of the part of the tabletop to which it belongs
	Kind       string        `json:"kind"`             // PollChoice and so on
	Title      scenario.Text `json:"title"`
	Options    []PollOption  `json:"options,omitempty"` // what to choose from, to rank, to give points to; the rows of a matrix
	Least      int           `json:"least,omitempty"`   // several: how many to choose at least
	Most       int           `json:"most,omitempty"`    // several: at most
	Low        int           `json:"low,omitempty"`     // scale
	High       int           `json:"high,omitempty"`
	Share      int           `json:"share,omitempty"`      // points: how many there are to share out
	Attributed bool          `json:"attributed,omitempty"` // whether the reveal says who answered what
	Within     Time          `json:"within"`               // how long it is planned to be open
}

// PollOption is one thing to choose, to rank or to give points to.
type PollOption struct {
	Key  string        `json:"key"`
	Text scenario.Text `json:"text"`
}

// Kinds of polls.
const (
	PollChoice     = "choice"     // one option
	PollSeveral    = "several"    // some of the options
	PollRanking    = "ranking"    // all options, the best first
	PollScale      = "scale"      // a number, with how sure one is
	PollPoints     = "points"     // points shared out among the options
	PollText       = "text"       // free text
	PollMatrix     = "matrix"     // the delegation's row of the country matrix
	PollCommitment = "commitment" // what is promised, by when, by whom
)

// PollKinds lists them in the order of the documentation.
func PollKinds() []string {
	return []string{PollChoice, PollSeveral, PollRanking, PollScale, PollPoints, PollText, PollMatrix, PollCommitment}
}

// Bounds of polls and answers. MaxAnswer is of an answer as it is sealed, in bytes.
const (
	MaxPolls       = 200
	MaxPollOptions = 20
	MaxPollText    = 1000 // characters of a free text
	MaxAnswer      = 4000
	MaxRounds      = 20
	maxConfidence  = 3
)

// PollAnswer is what a delegation answers. Which fields it has follows from the
// kind of the poll.
type PollAnswer struct {
	Unit       string            `json:"unit,omitempty"`       // who answered, where the poll is attributed and revealed
	Chosen     []string          `json:"chosen,omitempty"`     // keys of options: choice, several; ranking: in order
	Scale      *int              `json:"scale,omitempty"`      // the number
	Confidence int               `json:"confidence,omitempty"` // of a scale: 1 (low) to 3 (high)
	Points     map[string]int    `json:"points,omitempty"`     // by option
	Text       string            `json:"text,omitempty"`       // free text, or what is promised
	Row        map[string]string `json:"row,omitempty"`        // matrix, by option
	By         string            `json:"by,omitempty"`         // commitment: the day, as 2027-06-30
	Who        string            `json:"who,omitempty"`        // commitment: who does it
}

// Bytes is the one spelling of an answer: those that are alike are the same bytes.
func (a *PollAnswer) Bytes() []byte {
	b, err := marshal(a)
	if err != nil { // cannot happen: it has only texts and numbers
		return nil
	}
	return b
}

// ReadPollAnswer reads what Bytes gave.
func ReadPollAnswer(b []byte) (a PollAnswer, err error) {
	err = json.Unmarshal(b, &a)
	return a, err
}

// Fit returns the answer in its one spelling, without what does not belong to
// it, or a *Refusal that says what is wrong with it.
func (p *Poll) Fit(a PollAnswer) (fitted PollAnswer, err error) {
	switch p.Kind {
	case PollChoice, PollSeveral:
		fitted.Chosen, err = p.fitChosen(a.Chosen)
	case PollRanking:
		fitted.Chosen, err = p.fitRanking(a.Chosen)
	case PollScale:
		if a.Scale == nil {
			return fitted, refuse(EmptyAnswer, "Task", p.Key)
		}
		if *a.Scale < p.Low || *a.Scale > p.High || a.Confidence < 1 || a.Confidence > maxConfidence {
			return fitted, refuse(BadScale, "Low", p.Low, "High", p.High, "Sure", maxConfidence)
		}
		number := *a.Scale
		fitted.Scale, fitted.Confidence = &number, a.Confidence
	case PollPoints:
		fitted.Points, err = p.fitPoints(a.Points)
	case PollText:
		fitted.Text, err = plainText(a.Text, MaxPollText)
	case PollMatrix:
		fitted.Row, err = p.fitRow(a.Row)
	case PollCommitment:
		fitted, err = fitCommitment(a)
	}
	if err == nil && len(fitted.Bytes()) > MaxAnswer {
		err = refuse(TooLong, "Limit", MaxPollText)
	}
	return fitted, err
}

func (p *Poll) has(key string) bool {
	return slices.ContainsFunc(p.Options, func(o PollOption) bool { return o.Key == key })
}

// fitChosen puts what was chosen into the order of the options: that in which
// somebody ticked them is nobody's business.
func (p *Poll) fitChosen(chosen []string) ([]string, error) {
	if err := p.known(chosen); err != nil {
		return nil, err
	}
	var all []string
	for _, o := range p.Options {
		if slices.Contains(chosen, o.Key) {
			all = append(all, o.Key)
		}
	}
	least, most := 1, 1
	if p.Kind == PollSeveral {
		least, most = max(p.Least, 1), p.Most
		if most == 0 {
			most = len(p.Options)
		}
	}
	switch {
	case len(all) == 0:
		return nil, refuse(EmptyAnswer, "Task", p.Key)
	case len(all) < least || len(all) > most:
		return nil, refuse(BadChoice, "Least", least, "Most", most)
	}
	return all, nil
}

func (p *Poll) known(keys []string) error {
	for _, key := range keys {
		if !p.has(key) {
			return refuse(UnknownOption, "Task", p.Key, "Option", key)
		}
	}
	return nil
}

func (p *Poll) fitRanking(chosen []string) ([]string, error) {
	if len(chosen) == 0 {
		return nil, refuse(EmptyAnswer, "Task", p.Key)
	}
	if err := p.known(chosen); err != nil {
		return nil, err
	}
	sorted := slices.Sorted(slices.Values(chosen))
	if len(slices.Compact(sorted)) != len(p.Options) || len(chosen) != len(p.Options) {
		return nil, refuse(BadChoice, "Least", len(p.Options), "Most", len(p.Options))
	}
	return slices.Clone(chosen), nil
}

func (p *Poll) fitPoints(points map[string]int) (map[string]int, error) {
	if len(points) == 0 {
		return nil, refuse(EmptyAnswer, "Task", p.Key)
	}
	fitted, sum := map[string]int{}, 0
	for key, n := range points {
		if !p.has(key) {
			return nil, refuse(UnknownOption, "Task", p.Key, "Option", key)
		}
		if n < 0 || n > p.Share {
			return nil, refuse(BadShare, "Share", p.Share)
		}
		if sum += n; n > 0 {
			fitted[key] = n
		}
	}
	if sum != p.Share {
		return nil, refuse(BadShare, "Share", p.Share)
	}
	return fitted, nil
}

func (p *Poll) fitRow(row map[string]string) (map[string]string, error) {
	fitted := map[string]string{}
	for key, text := range row {
		if !p.has(key) {
			return nil, refuse(UnknownOption, "Task", p.Key, "Option", key)
		}
		text, err := plainText(text, MaxPollText)
		if err != nil && !isEmpty(err) {
			return nil, err
		}
		if text != "" {
			fitted[key] = text
		}
	}
	if len(fitted) == 0 {
		return nil, refuse(EmptyAnswer, "Task", p.Key)
	}
	return fitted, nil
}

func fitCommitment(a PollAnswer) (fitted PollAnswer, err error) {
	if fitted.Text, err = plainText(a.Text, MaxPollText); err != nil {
		return fitted, err
	}
	if fitted.Who, err = plainText(a.Who, MaxName); err != nil {
		return fitted, err
	}
	day, err := time.Parse(time.DateOnly, strings.TrimSpace(a.By))
	if err != nil || day.Year() < 2000 || day.Year() > 2200 {
		return fitted, refuse(BadDay)
	}
	fitted.By = day.Format(time.DateOnly)
	return fitted, nil
}

// isEmpty reports whether an error only says that there is nothing.
func isEmpty(err error) bool {
	var refusal *Refusal
	return errors.As(err, &refusal) && refusal.Code == EmptyText
}

// plainText is a text as people mean it: without space around it and in one
// spelling of accents, so that the same words are the same bytes.
func plainText(text string, limit int) (string, error) {
	text = strings.TrimSpace(norm.NFC.String(strings.ToValidUTF8(text, "�")))
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	switch {
	case text == "":
		return "", refuse(EmptyText)
	case utf8.RuneCountInString(text) > limit:
		return "", refuse(TooLong, "Limit", limit)
	}
	return text, nil
}

// SortAnswers puts answers into their canonical order: by who gave them where
// that is said, and by their bytes otherwise.
func SortAnswers(all []PollAnswer, attributed bool) {
	slices.SortFunc(all, func(a, b PollAnswer) int {
		if attributed {
			return strings.Compare(a.Unit, b.Unit)
		}
		return bytes.Compare(a.Bytes(), b.Bytes())
	})
}
