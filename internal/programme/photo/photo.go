// Package photo makes of a picture that somebody hands in one that can be shown: a
// JPEG of a bounded size, upright, and without what the camera has noted in it,
// such as where it was taken. It knows nothing of the programme.
//
// Start reading at [Make].
package photo

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // pictures come as PNG too
)

// Bounds of pictures.
const (
	MaxPixels = 13_000_000 // of one that is taken in
	MaxSide   = 1600       // of the longer side of one that is shown
	quality   = 85
)

// Errors of pictures that are not taken.
var (
	ErrFormat = errors.New("neither JPEG nor PNG, or damaged")
	ErrLarge  = errors.New("more pixels than a picture may have")
)

// Photo is a JPEG with its sides in pixels.
type Photo struct {
	Data          []byte
	Width, Height int
}

// Make returns the picture of a JPEG or PNG. It returns ErrFormat and ErrLarge.
func Make(raw []byte) (*Photo, error) {
	head, format, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil || head.Width < 1 || head.Height < 1 {
		return nil, ErrFormat
	}
	if head.Width > MaxPixels/head.Height {
		return nil, ErrLarge
	}
	full, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, ErrFormat
	}
	small := shrink(full)
	if format == "jpeg" {
		small = turn(small, orientation(raw))
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: quality}); err != nil {
		return nil, err
	}
	return &Photo{b.Bytes(), small.Rect.Dx(), small.Rect.Dy()}, nil
}

// shrink returns a picture whose longer side is at most MaxSide, on white where it
// is transparent: each of its pixels is the mean of those that it stands for.
func shrink(full image.Image) *image.RGBA {
	from := full.Bounds()
	w, h := from.Dx(), from.Dy()
	if long := max(w, h); long > MaxSide {
		w, h = max(1, w*MaxSide/long), max(1, h*MaxSide/long)
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			area := image.Rect(
				from.Min.X+x*from.Dx()/w, from.Min.Y+y*from.Dy()/h,
				from.Min.X+(x+1)*from.Dx()/w, from.Min.Y+(y+1)*from.Dy()/h,
			)
			small.SetRGBA(x, y, mean(full, area))
		}
	}
	return small
}

func mean(full image.Image, area image.Rectangle) color.RGBA {
	var red, green, blue uint64
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			r, g, b, a := full.At(x, y).RGBA()
			white := 0xffff - a
			red, green, blue = red+uint64(r+white), green+uint64(g+white), blue+uint64(b+white)
		}
	}
	n := uint64(area.Dx()*area.Dy()) * 257
	return color.RGBA{uint8(red / n), uint8(green / n), uint8(blue / n), 255}
}
