package server

import (
	mailstore "renkei/internal/channel/mail/store"
	mattermoststore "renkei/internal/channel/mattermost/store"
	"renkei/internal/database"
	"renkei/internal/exercise/archived"
	"renkei/internal/exercise/ballot/ballotstore"
	"renkei/internal/exercise/chat"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/schedule"
	outboxstore "renkei/internal/outbox/store"
	"renkei/internal/tabletop/joining"
)

// BesideExercises is what the program keeps of exercises outside their logs. Who
// may do what in them goes with package auth.
func BesideExercises() []hosting.Beside {
	return []hosting.Beside{
		{Remove: schedule.Remove, Move: schedule.Move},
		{Remove: archived.Remove},
		{Remove: ballotstore.Remove},
		{Remove: joining.Remove, Move: joining.Move},
		{Remove: mailstore.Remove, Move: mailstore.Move},
		{Remove: mattermoststore.Remove},
		{Remove: func(tx *database.Tx, exercise string) error { return outboxstore.Remove(tx, chat.Scope(exercise)) }},
		{Remove: func(tx *database.Tx, exercise string) error {
			return outboxstore.Remove(tx, chat.UrgentScope(exercise))
		}},
	}
}
