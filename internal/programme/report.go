package programme

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"renkei/internal/community"
)

// Report is an edition as it is read in one language.
type Report struct {
	Edition  string         `json:"edition"`
	Language string         `json:"language"`
	Title    string         `json:"title"`
	Theme    string         `json:"theme,omitempty"`
	Notice   string         `json:"notice,omitempty"`
	AsOf     community.Date `json:"as_of"`
	Parts    []Part         `json:"parts"`
	Figures  []Cited        `json:"figures,omitempty"` // in the order in which they are cited
	States   map[State]int  `json:"states"`            // how many pieces are how far
	// Hash is the SHA-256 of all above as JSON, in hexadecimal.
	Hash string `json:"hash"`
	// Errata are what was found to be wrong since it was frozen.
	Errata []Correction `json:"errata,omitempty"`
}

// Part is a section.
type Part struct {
	ID     string  `json:"id"`
	Title  string  `json:"title"`
	Pieces []Piece `json:"pieces,omitempty"`
	Parts  []Part  `json:"parts,omitempty"`
}

// Piece is a paragraph, a list or a table, with how far it has come and the
// records behind it.
type Piece struct {
	State     State       `json:"state"`
	Title     string      `json:"title,omitempty"`
	Text      []Span      `json:"text,omitempty"`
	List      []string    `json:"list,omitempty"`
	Table     *Table      `json:"table,omitempty"`
	Photos    []Picture   `json:"photos,omitempty"`
	Note      string      `json:"note,omitempty"`
	Uncertain bool        `json:"uncertain,omitempty"`
	Source    string      `json:"source,omitempty"` // an address
	Records   []Reference `json:"records,omitempty"`

	untitled bool // its title only says what the section says, where it is alone in it
}

// Span is some words, or a figure.
type Span struct {
	Text   string `json:"text"`
	Figure string `json:"figure,omitempty"` // its id
}

// Table has a head where its columns need one; without one the first cell of
// each row is what the second is of.
type Table struct {
	Head []string   `json:"head,omitempty"`
	Rows [][][]Span `json:"rows"`
}

// Cited is a figure of a report: its value, how it was counted or who stated it,
// as of when, and the records behind it.
type Cited struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Value   string         `json:"value"`
	Number  int64          `json:"number"`
	Least   int64          `json:"least,omitempty"` // of persons, where some are undecided
	Most    int64          `json:"most,omitempty"`
	Rule    string         `json:"rule"`
	AsOf    community.Date `json:"as_of,omitempty"`
	Records []Counted      `json:"records"`
}

// Counted is a record behind a figure, with what it was called when the report
// was made.
type Counted struct {
	Reference
	Name string `json:"name"`
}

// seal counts the states and computes the hash.
func (r *Report) seal() error {
	r.States = map[State]int{}
	var count func([]Part)
	count = func(parts []Part) {
		for _, p := range parts {
			for _, piece := range p.Pieces {
				r.States[piece.State]++
			}
			count(p.Parts)
		}
	}
	count(r.Parts)
	r.Hash = ""
	raw, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("seal report: %w", err)
	}
	sum := sha256.Sum256(raw)
	r.Hash = hex.EncodeToString(sum[:])
	return nil
}
