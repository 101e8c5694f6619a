package photo_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"testing"

	"renkei/internal/programme/photo"
)

// sample is a picture whose corner at the top left is red, the rest blue.
func sample(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetRGBA(x, y, color.RGBA{B: 255, A: 255})
			if x < w/2 && y < h/2 {
				m.SetRGBA(x, y, color.RGBA{R: 255, A: 255})
			}
		}
	}
	return m
}

// held is the sample as a camera writes it that was held in some way, with a place.
func held(t *testing.T, orientation uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, sample(64, 32), nil); err != nil {
		t.Fatal(err)
	}
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	tiff = binary.BigEndian.AppendUint16(tiff, orientation)
	tiff = append(tiff, "\x00\x00\x00\x00\x00\x00GPS 35.68N"...)
	exif := append([]byte("Exif\x00\x00"), tiff...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return slices.Insert(b.Bytes(), 2, append(segment, exif...)...)
}

// TestUpright turns a picture as the camera was held, and leaves out what it noted.
func TestUpright(t *testing.T) {
	t.Parallel()
	for orientation, red := range map[uint16]image.Point{1: {8, 4}, 2: {56, 4}, 3: {56, 28}, 4: {8, 28}, 5: {4, 8}, 6: {28, 8}, 7: {28, 56}, 8: {4, 56}, 99: {8, 4}} {
		made, err := photo.Make(held(t, orientation))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(made.Data, []byte("GPS")) || bytes.Contains(made.Data, []byte("Exif")) {
			t.Errorf("%d: it still says where it was taken", orientation)
		}
		m, err := jpeg.Decode(bytes.NewReader(made.Data))
		if err != nil {
			t.Fatal(err)
		}
		if size := m.Bounds().Size(); size.X != made.Width || size.Y != made.Height || (size.X < size.Y) != (orientation >= 5 && orientation <= 8) {
			t.Errorf("%d: %v", orientation, size)
		}
		if r, _, b, _ := m.At(red.X, red.Y).RGBA(); r < 0xc000 || b > 0x4000 {
			t.Errorf("%d: the corner is not at %v", orientation, red)
		}
	}
}

// TestBounds shrinks a large picture, puts a transparent one on white, and refuses
// what is none or has too many pixels before it is decoded.
func TestBounds(t *testing.T) {
	t.Parallel()
	encode := func(m image.Image) []byte {
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	made, err := photo.Make(encode(image.NewNRGBA(image.Rect(0, 0, 2*photo.MaxSide, 100))))
	if err != nil || made.Width != photo.MaxSide || made.Height != 50 {
		t.Fatalf("%+v, %v", made, err)
	}
	m, err := jpeg.Decode(bytes.NewReader(made.Data))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := m.At(5, 5).RGBA(); min(r, g, b) < 0xf000 {
		t.Error("what is transparent is not white")
	}
	whole := encode(sample(40, 20))
	bomb := slices.Clone(whole)
	binary.BigEndian.PutUint32(bomb[16:], 60_000) // its width, in the head
	for want, raw := range map[error][][]byte{
		photo.ErrFormat: {nil, []byte("GIF89a"), whole[:60], held(t, 6)[:50]},
		photo.ErrLarge:  {encode(image.NewGray(image.Rect(0, 0, photo.MaxPixels+1, 1)))},
	} {
		for _, one := range raw {
			if _, err := photo.Make(one); !errors.Is(err, want) {
				t.Errorf("%q: %v, want %v", one[:min(8, len(one))], err, want)
			}
		}
	}
	if _, err := photo.Make(bomb); err == nil {
		t.Error("a picture with a false head is taken")
	}
}

func FuzzMake(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x1aExif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		made, err := photo.Make(raw)
		if err == nil && (max(made.Width, made.Height) > photo.MaxSide || len(made.Data) == 0) {
			t.Fatalf("%d × %d", made.Width, made.Height)
		}
	})
}
