package exchange

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"renkei/internal/bounds"
	"renkei/internal/handbook"
	"renkei/internal/sheet"
	"renkei/internal/sheet/columns"
)

//go:embed schema.json
var schema []byte

// Schema describes the JSON of an edition, or of a member's page (JSON Schema
// 2020-12).
func Schema() []byte { return bytes.Clone(schema) }

// WriteJSON writes an edition, or a member's page, as ReadJSON reads it.
func WriteJSON(w io.Writer, c *handbook.Content) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(c); err != nil {
		return fmt.Errorf("write edition %s: %w", c.Edition.ID, err)
	}
	return nil
}

// Errors of JSON, beside those of tables.
var (
	// ErrJSON means a file that is no JSON of a handbook.
	ErrJSON = errors.New("exchange: no JSON of a handbook")
	// ErrMember means a file without the page of the member.
	ErrMember = errors.New("exchange: not the page of this member")
	// ErrMany means more items than a member may have.
	ErrMany = errors.New("exchange: too many items")
)

// maxItems is how many items a member may have.
const maxItems = 20_000

// What the JSON of a page may hold: a page of 2,000 items with all their texts has
// 60,000 values.
const (
	maxValues = 200_000
	maxDepth  = 12
)

// ReadJSON finds what the JSON of a member's page changes of its items, as Read
// does of a table; other members in the file are passed over. A problem is named
// by its path, such as "items[3].due". It returns an error that wraps ErrJSON for
// what is of another form, ErrMember and ErrMany.
func ReadJSON(v *handbook.Vocabulary, raw []byte, member string, items []handbook.Item, newID func() string) (Plan, error) {
	if err := bounds.JSON(raw, maxValues, maxDepth); err != nil {
		return Plan{}, fmt.Errorf("%w: %w", ErrMany, err)
	}
	var c handbook.Content
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return Plan{}, fmt.Errorf("%w: %w", ErrJSON, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Plan{}, fmt.Errorf("%w: something follows it", ErrJSON)
	}
	if len(c.Items) > maxItems {
		return Plan{}, ErrMany
	}
	if c.Profile(member) == nil {
		return Plan{}, ErrMember
	}
	r := &reading{v: v, member: member, base: map[string]*handbook.Item{}, seen: map[string]bool{}}
	for i := range items {
		r.base[items[i].ID] = &items[i]
	}
	for i := range c.Items {
		if c.Items[i].Member != member {
			continue
		}
		if err := r.object(fmt.Sprintf("items[%d]", i), c.Items[i], newID); err != nil {
			return Plan{}, err
		}
	}
	r.dropMissing(items)
	return r.plan, nil
}

// object reads an item, and keeps it where it differs from what there is.
func (r *reading) object(path string, it handbook.Item, newID func() string) error {
	was := r.base[it.ID]
	if it.ID != "" && (was == nil || r.seen[it.ID]) {
		r.plan.Problems = append(r.plan.Problems, Problem{Cell: path + ".id", Field: "id", Text: it.ID, Err: columns.ErrID})
		return nil
	}
	if it.ID == "" {
		it.ID = newID()
	}
	r.seen[it.ID] = true
	before := len(r.plan.Problems)
	for _, err := range r.v.Check(&it) {
		var fault *handbook.FaultError
		if errors.As(err, &fault) {
			r.plan.Problems = append(r.plan.Problems, Problem{Cell: path + "." + fault.Field, Field: fault.Field, Err: fault.Err})
		}
	}
	same, err := equal(was, &it)
	if err != nil || same || len(r.plan.Problems) > before {
		return err
	}
	r.plan.Put = append(r.plan.Put, it)
	if was == nil {
		r.plan.New++
	}
	return nil
}

// dropMissing drops the items that the file no longer has.
func (r *reading) dropMissing(items []handbook.Item) {
	for i := range items {
		if !r.seen[items[i].ID] {
			r.plan.Drop = append(r.plan.Drop, items[i].ID)
		}
	}
}

// Open reads a member's page from a file: JSON, or a table. Of a workbook the
// first sheet counts.
func Open(v *handbook.Vocabulary, raw []byte, member string, items []handbook.Item, newID func() string) (Plan, error) {
	if head := bytes.TrimLeft(raw, "\ufeff \t\r\n"); bytes.HasPrefix(head, []byte("{")) {
		return ReadJSON(v, head, member, items, newID)
	}
	grids, err := sheet.Open(raw)
	if err != nil {
		return Plan{}, err
	}
	return Read(v, grids[0], member, items, newID)
}
