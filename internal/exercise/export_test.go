package exercise

import (
	"fmt"
	"reflect"
	"strings"
)

// Differ tells in what two states of one play differ; "" for nothing. What the clock owes is compared without what is stale.
func Differ(a, b *State) string {
	x, y := *a, *b
	x.queue, y.queue = a.owed(), b.owed()
	x.scratch, y.scratch = decision{}, decision{}
	x.changed, y.changed = append([]int32{}, a.changed...), append([]int32{}, b.changed...)
	if reflect.DeepEqual(x, y) {
		return ""
	}
	v, w := reflect.ValueOf(x), reflect.ValueOf(y)
	for i := range v.NumField() {
		if p, q := fmt.Sprintf("%+v", v.Field(i)), fmt.Sprintf("%+v", w.Field(i)); p != q {
			return fmt.Sprintf("%s:\n%s\n%s", v.Type().Field(i).Name, p, q)
		}
	}
	return "something behind a pointer"
}

// Shape lists every field of a state and of what it is made of, but for what is
// fixed in the play or in an event.
func Shape() []string {
	var out []string
	seen := map[reflect.Type]bool{reflect.TypeFor[Play](): true, reflect.TypeFor[decision](): true}
	var walk func(t reflect.Type)
	walk = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array:
			walk(t.Elem())
		case reflect.Map:
			walk(t.Key())
			walk(t.Elem())
		case reflect.Struct:
			isEvent := reflect.PointerTo(t).Implements(reflect.TypeFor[Body]())
			if seen[t] || isEvent || !strings.HasSuffix(t.PkgPath(), "internal/exercise") {
				return
			}
			seen[t] = true
			for i := range t.NumField() {
				f := t.Field(i)
				out = append(out, t.Name()+"."+f.Name+" "+f.Type.String())
				walk(f.Type)
			}
		}
	}
	walk(reflect.TypeFor[State]())
	return out
}

// DecodeAny is Decode without its short cut.
func (t Bodies) DecodeAny(b []byte) (Event, error) { return t.decodeAny(b) }
