package photo

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is how the camera was held, as Exif 2.32, 4.6.4, numbers it: 1 to 8;
// 1 where the file does not say.
func orientation(raw []byte) int {
	const start, exif = 0xd8, 0xe1
	if len(raw) < 4 || raw[0] != 0xff || raw[1] != start {
		return 1
	}
	for rest := raw[2:]; len(rest) >= 4 && rest[0] == 0xff; {
		size := int(binary.BigEndian.Uint16(rest[2:]))
		if size < 2 || 2+size > len(rest) {
			return 1
		}
		body, isExif := bytes.CutPrefix(rest[4:2+size], []byte("Exif\x00\x00"))
		if rest[1] == exif && isExif {
			return tagged(body)
		}
		rest = rest[2+size:]
	}
	return 1
}

// tagged reads the orientation from the first directory of a TIFF.
func tagged(tiff []byte) int {
	const header, entry, tag = 8, 12, 0x0112
	if len(tiff) < header {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	directory := tiff[at:]
	n := int(order.Uint16(directory))
	for directory = directory[2:]; n > 0 && len(directory) >= entry; n-- {
		if order.Uint16(directory) == tag {
			if v := int(order.Uint16(directory[8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
		directory = directory[entry:]
	}
	return 1
}

// turn returns a picture upright that was taken with an orientation.
func turn(from *image.RGBA, orientation int) *image.RGBA {
	if orientation == 1 {
		return from
	}
	w, h := from.Rect.Dx(), from.Rect.Dy()
	upright := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		upright = image.Rect(0, 0, h, w)
	}
	to := image.NewRGBA(upright)
	for y := range h {
		for x := range w {
			toX, toY := x, y
			switch orientation {
			case 2:
				toX = w - 1 - x
			case 3:
				toX, toY = w-1-x, h-1-y
			case 4:
				toY = h - 1 - y
			case 5:
				toX, toY = y, x
			case 6:
				toX, toY = h-1-y, x
			case 7:
				toX, toY = h-1-y, w-1-x
			case 8:
				toX, toY = y, w-1-x
			}
			to.SetRGBA(toX, toY, from.RGBAAt(x, y))
		}
	}
	return to
}
