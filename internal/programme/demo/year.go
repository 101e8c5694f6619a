package demo

import (
	"time"

	"renkei/internal/community"
	"renkei/internal/programme"
)

// Year returns the plan of a report of the year of a moment, of what the
// demonstration has invented: it shows what all areas hand in.
func Year(now time.Time) *programme.Edition {
	shows := func(id, en, ja string, blocks ...programme.Block) programme.Section {
		return programme.Section{ID: id, Title: say(en, ja), Blocks: blocks}
	}
	series := []string{group}
	return &programme.Edition{
		Head: programme.Head{ID: now.Format("2006") + "-demo", Title: say("Outcome report of the demonstration", "デモの成果レポート"), Note: invented()},
		AsOf: community.Date(now.Format("2006") + "-12-31"), Handbook: "2024",
		Notice: say(
			"Invented for the demonstration: it shows what a report takes from the records of all areas.",
			"デモのための架空のレポートです。全ての領域の記録から何が掲載されるかを示します。",
		),
		Sections: []programme.Section{
			shows("meetings", "Meetings", "会合", programme.Block{Show: programme.ShowMeetings, Of: series}, programme.Block{Show: programme.ShowDuties, Of: series}),
			shows("photographs", "Photographs", "写真", programme.Block{Show: programme.ShowPhotos}),
			shows("courses", "Courses and participants", "研修と参加者", programme.Block{Show: programme.ShowHeads}),
			shows("exercises", "Exercises", "演習", programme.Block{Show: programme.ShowExercises}),
			shows("contacts", "Contacts", "連絡先", programme.Block{Show: programme.ShowComchecks}),
			shows("handbook", "Handbook", "便覧", programme.Block{Show: programme.ShowChanges}),
			shows("support", "Training and support", "研修・支援", programme.Block{Show: programme.ShowNeeds}, programme.Block{Show: programme.ShowDeals}),
			shows("plans", "Plans of the last report", "前年のレポートの計画", programme.Block{Show: programme.ShowPlans}),
		},
	}
}
