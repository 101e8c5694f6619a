package bounds_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"renkei/internal/bounds"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	for text, fits := range map[string]bool{
		`{"a":[1,2,"x,y"]}`:                 true,
		`"` + strings.Repeat(",", 99) + `"`: true,
		`"\"` + strings.Repeat("[", 99):     true,
		`[1,2,3,4,5,6,7,8,9,10,11]`:         false,
		`[[[[1]]]]`:                         false,
		strings.Repeat(`{"a":`, 4):          false,
		strings.Repeat(`{},`, 20):           false,
	} {
		if err := bounds.JSON([]byte(text), 10, 3); (err == nil) != fits || err != nil && !errors.Is(err, bounds.ErrValues) {
			t.Errorf("%.30s: %v", text, err)
		}
	}
}

// FuzzJSON: what passes has no more values than it may, and nests no deeper.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":null}]}`, `["\\",",["]`, `[[[[]]]]`, `{}`, `"`, `[1,2,3,4,5,6,7,8,9,10]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var v any
		if bounds.JSON(raw, 10, 3) != nil || json.Unmarshal(raw, &v) != nil {
			return
		}
		if values, depth := size(v); values > 10 || depth > 3 {
			t.Errorf("%q has %d values and nests %d deep", raw, values, depth)
		}
	})
}

// size counts values, and how deeply they nest.
func size(v any) (values, depth int) {
	values = 1
	add := func(inner any) {
		n, d := size(inner)
		values, depth = values+n, max(depth, d)
	}
	switch v := v.(type) {
	case []any:
		for _, inner := range v {
			add(inner)
		}
		return values, depth + 1
	case map[string]any:
		for _, inner := range v {
			add(inner)
		}
		return values, depth + 1
	}
	return values, 0
}
