package review_test

import (
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// played is a short exercise of two teams, one of which reads Japanese, with
// something of everything in it.
func played(tb testing.TB) *stage {
	tb.Helper()
	s := newStage(tb, demo(tb, 1, 8), nil)
	ast, hin := player("asteria"), player("hinomoto")
	astCell, excon := player("asteria/hospital"), exercise.Excon()

	s.do("0s", ast, exercise.SetReady{Unit: "asteria", Ready: true})
	s.do("0s", ast, exercise.Attend{Unit: "asteria", Present: 4, Expected: 5})
	s.do("0s", excon, exercise.SetStandIn{Unit: "hinomoto/hospital", Bot: true})
	s.do("0s", excon, exercise.Start{Speed: 1})

	s.do("1:40", ast, exercise.Acknowledge{Inject: "I01", Unit: "asteria"})
	s.do("2:00", ast, exercise.Submit{Task: "T1", Unit: "asteria", Items: []string{"a"}})
	s.do("2:30", hin, exercise.Acknowledge{Inject: "I01", Unit: "hinomoto"})
	s.do("3:00", ast, exercise.Send{
		From: "asteria", Ends: []string{"unit:hinomoto"}, TLP: scenario.TLPAmber,
		Text: "Do you see the same at your hospitals? \x1b[31mWe have connections every 60 seconds.\nThe proxy log is all that we have so far.",
	})
	s.do("3:30", ast, exercise.TakeHint{Task: "T2", Unit: "asteria"})
	s.do("3:40", hin, exercise.TakeHint{Task: "T2", Unit: "hinomoto"})
	s.do("4:00", ast, exercise.Submit{Task: "T2", Unit: "asteria", Items: []string{"192.0.2.1"}})
	s.do("4:30", ast, exercise.Submit{Task: "T2", Unit: "asteria", Items: []string{"203.0.113[.]11"}})
	s.do("5:30", hin, exercise.Submit{Task: "T1", Unit: "hinomoto", Items: []string{"b"}})
	s.do("7:00", ast, exercise.Share{
		Send:       exercise.Send{From: "asteria", Ends: []string{"liaison"}, Text: "Control server, please check your logs.", TLP: scenario.TLPGreen},
		Indicators: []string{"203.0.113.11"}, Task: "T3",
	})
	s.do("7:10", ast, exercise.Acknowledge{Inject: "I03", Unit: "asteria"})
	s.do("8:00", ast, exercise.RelayTo{
		Inject: "I03", From: "asteria", Unit: "asteria/hospital", Text: "Please tell us which computers to take off the network.",
	})
	s.do("8:20", astCell, exercise.Acknowledge{Inject: "I03", Unit: "asteria/hospital"})
	s.do("9:05", astCell, exercise.Submit{Task: "T5", Unit: "asteria/hospital", Text: "192.0.2.21"})
	s.do("9:30", astCell, exercise.Send{From: "asteria/hospital", Ends: []string{"excon"}, Text: "May we call?"})
	s.do("9:40", excon, exercise.Send{From: "persona:it-manager", Ends: []string{"unit:asteria", "unit:hinomoto"}, Text: "Any news?"})
	s.do("10:00", ast, exercise.Submit{Task: "T4", Unit: "asteria", Text: "203.0.113.11: isolate the computers."})
	s.do("11:30", hin, exercise.Send{
		From: "hinomoto", Ends: []string{"liaison"}, TLP: scenario.TLPAmber,
		Text: "日之本の病院でも、60秒間隔の不審な通信を確認しました。宛先は 203.0.113.18 です。各チームにおかれましては、同様の通信の有無をご確認のうえ、結果を連絡室までお知らせください。",
	})
	s.do("12:00", excon, exercise.AddNote{Unit: "hinomoto", Text: "Shares late, but well."})
	s.do("12:10", ast, exercise.AddNote{Unit: "asteria", Text: "Called the hospital.", Own: true})
	s.do("13:00", excon, exercise.SetStatus{Unit: "hinomoto", Status: exercise.UnitPause, Reason: "line down"})
	s.do("14:00", excon, exercise.Pause{Reason: "lunch"})
	s.drift += 3_600_000_000_000
	s.do("14:00", excon, exercise.Resume{})
	s.do("15:00", excon, exercise.SetStatus{Unit: "hinomoto", Status: exercise.Present})
	s.do("15:30", hin, exercise.Acknowledge{Inject: "I03", Unit: "hinomoto"})
	s.do("16:00", excon, exercise.AddInject{
		Title: scenario.Text{"en": "A journalist calls", "ja": "記者からの電話"}, From: "it-manager", Units: []string{"teams"},
		Texts: scenario.Text{"en": "# A journalist calls\n\nWhat do you say?", "ja": "# 記者から電話がありました\n\n何と答えますか。"},
		Phase: "inform", Tasks: []exercise.AddedTask{{Prompt: scenario.Text{"": "Answer."}, Within: 300 * exercise.Second, Points: 5}},
	})
	added := "#" + itoa(s.state.Seq())
	s.do("17:00", ast, exercise.Submit{Task: added + ".1", Unit: "asteria", Text: "No comment."})
	s.do("18:00", evaluator("e1"), exercise.Mark{Task: "T4", Unit: "asteria", Points: points(5)})
	s.do("18:30", evaluator("e2"), exercise.Mark{Task: "T4", Unit: "asteria", Points: points(7)})
	s.until(exercise.Never - 1)
	return s
}
