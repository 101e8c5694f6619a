package pages

import (
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// aboutChat finds what an event of a chat service speaks of.
func (s *Moment) aboutChat(body exercise.Body) (About, bool) {
	switch b := body.(type) {
	case *exercise.ChatPost:
		return About{Unit: b.Unit, What: s.RoomName(b.Room), Text: s.postText(b), tlp: b.TLP}, true
	case *exercise.ChatEdit:
		how := "log.how.edited"
		if b.Deleted {
			how = "log.how.deleted"
		}
		return About{What: s.Request.T(how, i18n.Args{"Room": s.RoomName(b.Room)}), Text: b.Text}, true
	case *exercise.ChatReaction:
		how := "log.how.reacted"
		if b.Removed {
			how = "log.how.unreacted"
		}
		return About{What: s.Request.T(how, i18n.Args{"Room": s.RoomName(b.Room)}), Text: ":" + b.Emoji + ":"}, true
	case *exercise.ChatMember:
		how := "log.how.came"
		if b.Left {
			how = "log.how.went"
		}
		return About{What: s.Request.T(how, i18n.Args{"Room": s.RoomName(b.Room)})}, true
	case *exercise.ChatGap:
		return About{What: s.RoomName(b.Room), Text: s.Request.T("chat.gap." + b.Reason)}, true
	case *exercise.ChatAssigned:
		return About{person: b.Person, What: b.Account}, true
	}
	return About{}, false
}

// postText is what was posted, with the names of its files.
func (s *Moment) postText(b *exercise.ChatPost) string {
	lines := []string{b.Text}
	if b.Lost {
		lines[0] = s.Request.T("chat.lost")
	}
	for _, f := range b.Files {
		name := f.Name
		if f.Left != "" {
			name = s.Request.T("chat.left."+f.Left, i18n.Args{"Name": f.Name})
		}
		lines = append(lines, name)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// RoomName names a room of a chat service; "" stands for all of them.
func (s *Moment) RoomName(room string) string {
	if unit, ok := strings.CutPrefix(room, exercise.RoomUnit); ok {
		return s.LongName(unit)
	}
	if room == "" {
		room = "all"
	}
	return s.Request.T("chat.room." + room)
}

// ChatName is what people call a chat service; "" for our own pages.
func ChatName(on string) string {
	switch chat := exercise.ChatOf(on); chat {
	case "mattermost":
		return "Mattermost"
	default:
		return chat
	}
}
