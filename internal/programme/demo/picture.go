package demo

import (
	_ "embed"
	"time"

	"renkei/internal/programme"
	"renkei/internal/programme/photo"
)

// meetingPicture is a drawing of a meeting, made for the demonstration.
//
//go:embed meeting.png
var meetingPicture []byte

// Picture returns what stands in the demonstration for a photograph of the meeting
// that was held, and the bytes of its file; keep gives them their hash.
func Picture(now time.Time, keep func(data []byte) (hash string, err error)) (p programme.Photo, err error) {
	made, err := photo.Make(meetingPicture)
	if err != nil {
		return p, err
	}
	hash, err := keep(made.Data)
	return programme.Photo{
		Caption: say("Illustration, drawn for the demonstration: the first meeting of the working group.", "イラスト（デモ用に作成）：第1回作業部会の様子"),
		Alt: say(
			"Drawing: four people sit at a table with papers and laptops; a fifth stands at a screen with a bar chart and points at it.",
			"イラスト：資料とノートパソコンを置いた机に4人が座り、もう1人が棒グラフの映った画面を指し示して説明している。",
		),
		Rights: "Renkei, Apache-2.0", At: now.UTC(), Width: made.Width, Height: made.Height,
		File: programme.File{Name: "meeting.jpg", Media: "image/jpeg", Hash: hash, Size: int64(len(made.Data))},
	}, err
}
