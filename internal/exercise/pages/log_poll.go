package pages

import (
	"strings"

	"renkei/internal/exercise"
)

// pollTitle is how the log names a question of a tabletop.
func (s *Moment) pollTitle(key string) string {
	if v, ok := s.State.PollByKey(key); ok {
		return v.Title.In(s.Request.Printer.Lang(), "en")
	}
	return key
}

func (s *Moment) aboutPoll(body exercise.Body) (About, bool) {
	switch b := body.(type) {
	case *exercise.PollAnnounced:
		return About{What: b.Title.In(s.Request.Printer.Lang(), "en")}, true
	case *exercise.PollOpened:
		return About{What: s.pollTitle(b.Poll)}, true
	case *exercise.PollTaken:
		how := ""
		if b.Paper {
			how = s.Request.T("log.how.poll.paper")
		}
		return About{Unit: b.Unit, What: s.pollTitle(b.Poll), Text: how}, true
	case *exercise.PollConfirmed:
		how := ""
		if b.Withdrawn {
			how = s.Request.T("log.how.poll.unconfirmed")
		}
		return About{Unit: b.Unit, What: s.pollTitle(b.Poll), Text: how}, true
	case *exercise.PollBoxed:
		return About{What: s.pollTitle(b.Poll)}, true
	case *exercise.PollClosed:
		return About{What: s.pollTitle(b.Poll)}, true
	case *exercise.PollReopened:
		return About{What: s.pollTitle(b.Poll)}, true
	case *exercise.PollRevealed:
		return About{What: s.pollTitle(b.Poll)}, true
	case *exercise.PollWithheld:
		return About{What: s.pollTitle(b.Poll), Text: s.Request.T("log.how.poll." + b.Reason)}, true
	case *exercise.PollVoided:
		return About{What: s.pollTitle(b.Poll), Text: s.Request.T("log.how.poll." + b.Reason)}, true
	case *exercise.PollDiscussed:
		return About{What: s.pollTitle(b.Poll)}, true
	case *exercise.PollQuoted:
		return About{What: s.pollTitle(b.Poll), Text: strings.Join(b.Texts, "\n")}, true
	case *exercise.PollEnded:
		return About{What: s.pollTitle(b.Poll)}, true
	}
	return About{}, false
}

func (s *Moment) aboutFloor(body exercise.Body) (About, bool) {
	switch b := body.(type) {
	case *exercise.FloorAsked:
		how := "log.how.floor.asks"
		if b.Withdrawn {
			how = "log.how.floor.withdraws"
		}
		return About{Unit: b.Unit, What: s.Request.T(how)}, true
	case *exercise.FloorGiven:
		return About{Unit: b.Unit}, true
	case *exercise.FloorEnded:
		return About{Unit: b.Unit, What: b.Took.String()}, true
	case *exercise.CommitmentMade:
		return About{Unit: b.Unit, What: b.By, Text: b.What}, true
	case *exercise.CommitmentsRecalled:
		return About{Text: b.Words()}, true
	}
	return About{}, false
}
