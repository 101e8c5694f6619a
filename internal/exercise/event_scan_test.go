package exercise_test

import (
	"reflect"
	"testing"

	"renkei/internal/exercise"
)

// FuzzDecode: the short cut for events as they are written reads them as the
// decoder for any spelling does, and refuses nothing and takes nothing that
// this does not.
func FuzzDecode(f *testing.F) {
	seen := map[exercise.Type]int{}
	for _, e := range playedThrough(f, shippedPlay(f, 3), 9).log[1:] {
		if seen[e.Body.Type()]++; seen[e.Body.Type()] > 3 {
			continue // the fuzzer takes its time over every one
		}
		raw, err := e.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	for _, s := range []string{
		`{"seq":007,"clock":"","at":0,"wall":0,"actor":"","to":[],"cmd":"","type":"clock.resumed","body":{}}`,
		`{"seq":-1,"clock":"","at":-0,"wall":1,"actor":"","to":[],"cmd":"","type":"clock.resumed","body":{}}`,
		`{"seq":1,"clock":"","at":-5,"wall":1,"actor":"a","to":["x","y"],"cmd":"","type":"clock.resumed","body":{},"seq":2}`,
		`{"seq":1,"clock":"","at":-,"wall":1,"actor":"a","to":["x",],"cmd":"","type":"clock.resumed","body":null}`,
		`{"seq":1,"clock":"","at":1,"wall":1,"actor":"\u0061","to":["x"],"cmd":"","type":"clock.paused","body":{"reason":"é"}}`,
	} {
		f.Add([]byte(s))
	}
	bodies := exercise.NewBodies()
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := bodies.Decode(raw)
		want, wantErr := bodies.DecodeAny(raw)
		if (err == nil) != (wantErr == nil) || !reflect.DeepEqual(got, want) {
			t.Errorf("%s\ngives %+v, %v\nwant  %+v, %v", raw, got, err, want, wantErr)
		}
	})
}

// BenchmarkDecode reads the log of the shipped pack as it is stored.
func BenchmarkDecode(b *testing.B) {
	var raws [][]byte
	for _, e := range playedThrough(b, shippedPlay(b, 11), 9).log[1:] {
		raw, err := e.Encode()
		if err != nil {
			b.Fatal(err)
		}
		raws = append(raws, raw)
	}
	bodies := exercise.NewBodies()
	for name, decode := range map[string]func([]byte) (exercise.Event, error){"short": bodies.Decode, "any": bodies.DecodeAny} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := decode(raws[i%len(raws)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
