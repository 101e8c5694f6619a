package community

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Difference is a field in which two records differ.
type Difference struct {
	Field string // of the record: "names"
	Path  string // below the field: "1 full ja"; "" for the field itself
	Was   string // "" where there was nothing
	Is    string
}

// Differences returns in what two records of a kind differ, in the order of their
// fields; either may be nil.
func Differences(was, is Record) ([]Difference, error) {
	a, err := flatten(was)
	if err != nil {
		return nil, err
	}
	b, err := flatten(is)
	if err != nil {
		return nil, err
	}
	var all []Difference
	both := maps.Clone(a)
	maps.Copy(both, b)
	for _, key := range slices.SortedFunc(maps.Keys(both), place.compare) {
		if a[key] != b[key] {
			all = append(all, Difference{Field: key.field, Path: key.path, Was: a[key], Is: b[key]})
		}
	}
	return all, nil
}

// place is where a value stands in a record.
type place struct{ field, path string }

func (p place) compare(other place) int {
	if c := fieldOrder(p.field) - fieldOrder(other.field); c != 0 {
		return c
	}
	switch {
	case p.path < other.path:
		return -1
	case p.path > other.path:
		return 1
	}
	return 0
}

// fieldOrder is the order of fields on pages.
func fieldOrder(field string) int {
	return slices.Index([]string{
		"code", "name", "names", "type", "member", "organisation", "parent", "role", "person", "posts", "channels", "hours", "zone",
		"languages", "order", "joined", "left", "until", "web", "domain", "keys", "rfc2350", "note", "tlp", "erased",
	}, field)
}

// flatten returns the values of a record by where they stand. Its key and the
// bytes of public keys are left out.
func flatten(r Record) (map[place]string, error) {
	all := map[place]string{}
	if r == nil {
		return all, nil
	}
	body, err := Encode(r)
	if err != nil {
		return nil, err
	}
	var fields map[string]any
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, err
	}
	delete(fields, "id")
	for field, v := range fields {
		flattenInto(all, field, "", v)
	}
	return all, nil
}

func flattenInto(all map[place]string, field, path string, v any) {
	below := func(key string) string {
		if path == "" {
			return key
		}
		return path + " " + key
	}
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if key != "armored" {
				flattenInto(all, field, below(key), inner)
			}
		}
	case []any:
		for i, inner := range v {
			flattenInto(all, field, below(strconv.Itoa(i+1)), inner)
		}
	case nil:
	default:
		if text := fmt.Sprint(v); text != "" {
			all[place{field, path}] = text
		}
	}
}
