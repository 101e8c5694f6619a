package review_test

import (
	"encoding"
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
)

// TestEveryFigureIsRecounted changes every figure of a report, one after the
// other, and wants the recount to notice; of no field of the report may it be
// blind. What is not recounted stands in unrecounted, with its reason.
func TestEveryFigureIsRecounted(t *testing.T) {
	t.Parallel()
	noticed := map[string]bool{}
	many := botPlay(t, 13, 1, nil) // more than an evidence cites
	many.playTo(exercise.Never - 1)
	for _, log := range [][]byte{
		played(t).end(), meddled(t, 3, 2).end(), meddled(t, 4, 6).end(), random(t, 2, 1200, 3).end(), plays(t)["torn 1"], many.end(), story(t, 8, 3).end(),
	} {
		r := report(t, load(t, log), review.Reader{For: review.ForExcon}, "en")
		want := flatten(readLedger(t, log).tree())
		eachLeaf(reflect.ValueOf(r).Elem(), "", func(class string, change func() (undo func())) {
			if noticed[class] || isExempt(class) {
				return
			}
			undo := change()
			defer undo()
			if len(differences(flatten(r), want)) == 0 {
				t.Errorf("a wrong %s goes unnoticed", class)
			}
			noticed[class] = true
		})
	}
	all := map[string]bool{}
	eachClass(reflect.TypeFor[review.Report](), "", all)
	for class := range all {
		if !noticed[class] && !isExempt(class) {
			t.Errorf("%s is in no recounted report, or is not recounted", class)
		}
	}
	if len(noticed) < 200 {
		t.Errorf("only %d figures of the report were tried", len(noticed))
	}
}

// writesItself reports whether a type has a JSON form of its own.
func writesItself(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[json.Marshaler]()) || t.Implements(reflect.TypeFor[encoding.TextMarshaler]())
}

// fieldsOf gives the fields of a struct that stand in JSON, by name; "" for
// what is embedded.
func fieldsOf(t reflect.Type, do func(i int, path string)) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous:
			do(i, "")
		case f.IsExported():
			do(i, "."+name)
		}
	}
}

// eachClass gathers the paths of all values that a type can hold.
func eachClass(t reflect.Type, path string, all map[string]bool) {
	switch {
	case writesItself(t):
		all[strings.TrimPrefix(path, ".")] = true
	case t.Kind() == reflect.Pointer:
		eachClass(t.Elem(), path, all)
	case t.Kind() == reflect.Struct:
		fieldsOf(t, func(i int, name string) { eachClass(t.Field(i).Type, path+name, all) })
	case t.Kind() == reflect.Slice, t.Kind() == reflect.Array:
		eachClass(t.Elem(), path+".*", all)
	case t.Kind() == reflect.Map && t.Elem().Kind() != reflect.Interface: // of which the values tell
		eachClass(t.Elem(), path+".~", all)
	case t.Kind() == reflect.Map:
	default:
		all[strings.TrimPrefix(path, ".")] = true
	}
}

// eachLeaf offers to change every value of a report, and every list's length.
func eachLeaf(v reflect.Value, path string, do func(class string, change func() (undo func()))) {
	class := strings.TrimPrefix(path, ".")
	switch {
	case writesItself(v.Type()) && v.Kind() != reflect.Pointer:
		do(class, func() func() { return replace(v, changed(v)) })
	case v.Kind() == reflect.Pointer:
		if !v.IsNil() {
			eachLeaf(v.Elem(), path, do)
		}
	case v.Kind() == reflect.Struct:
		fieldsOf(v.Type(), func(i int, name string) { eachLeaf(v.Field(i), path+name, do) })
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Array:
		for i := range v.Len() {
			eachLeaf(v.Index(i), path+".*", do)
		}
		if v.Kind() == reflect.Slice && v.Len() > 0 {
			do(class+".#", func() func() { return replace(v, v.Slice(0, v.Len()-1)) })
		}
	case v.Kind() == reflect.Map:
		eachEntry(v, path, do)
	default:
		do(class, func() func() { return replace(v, changed(v)) })
	}
}

// eachEntry offers to change the values of a map. What a map of anything holds
// is told apart by its key.
func eachEntry(v reflect.Value, path string, do func(class string, change func() (undo func()))) {
	for _, key := range v.MapKeys() {
		was, name := v.MapIndex(key), ".~"
		if v.Type().Elem().Kind() == reflect.Interface {
			was, name = was.Elem(), "."+key.String()
		}
		do(strings.TrimPrefix(path+name, "."), func() func() {
			v.SetMapIndex(key, changed(was))
			return func() { v.SetMapIndex(key, was) }
		})
		do(strings.TrimPrefix(path+name, ".")+".#", func() func() {
			v.SetMapIndex(key, reflect.Value{})
			return func() { v.SetMapIndex(key, was) }
		})
	}
}

func replace(v, by reflect.Value) (undo func()) {
	was := reflect.New(v.Type()).Elem()
	was.Set(v)
	v.Set(by)
	return func() { v.Set(was) }
}

// changed is another value of the same type.
func changed(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Bool:
		out.SetBool(!v.Bool())
	case reflect.String:
		out.SetString(v.String() + "x")
	case reflect.Float64:
		out.SetFloat(v.Float() + 1)
	case reflect.Uint8, reflect.Uint64:
		out.SetUint(v.Uint() + 1)
	case reflect.Int64:
		out.SetInt(v.Int() + 1_000_000)
	default:
		out.SetInt(v.Int() + 1)
	}
	return out
}

// TestEveryReasonIsNeeded: what need not be recounted is a field of the report.
func TestEveryReasonIsNeeded(t *testing.T) {
	t.Parallel()
	all := map[string]bool{}
	eachClass(reflect.TypeFor[review.Report](), "", all)
	for pattern, why := range unrecounted {
		field := regexp.MustCompile(`^(` + pattern + `)$`)
		if !slices.ContainsFunc(slices.Collect(maps.Keys(all)), field.MatchString) || why == "" {
			t.Errorf("nothing of a report is called %s", pattern)
		}
	}
}
