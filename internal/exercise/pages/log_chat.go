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
	if one, other, ok := exercise.PairOf(room); ok {
		return s.LongName(one) + " + " + s.LongName(other)
	}
	if room == "" {
		room = "all"
	}
	return s.Request.T("chat.room." + room)
}

// chatName is what people call a chat service; "" for our own pages.
func (s *Moment) chatName(on string) string {
	switch chat := exercise.ChatOf(on); chat {
	case "mattermost":
		return "Mattermost"
	case "mail":
		return s.Request.T("chat.by_mail")
	default:
		return chat
	}
}

// ToldAgain reports whether an event is a post on a chat service that did something
// which the log tells too, in the same words: a message, or an answer.
func (s *Moment) ToldAgain(e *exercise.Event) bool {
	post, ok := e.Body.(*exercise.ChatPost)
	if !ok {
		return false
	}
	done := "chat/do/" + strings.TrimPrefix(e.Cmd, "chat/")
	for seq := e.Seq + 1; seq <= min(e.Seq+nearby, s.State.Seq()); seq++ {
		next, ok := s.Event(s.Request.Access.Viewer(s.Request.Exercise.ID), seq)
		if !ok || next.Cmd != done && !strings.HasPrefix(next.Cmd, done+"/") {
			continue
		}
		a := s.AboutEvent(&next)
		said := a.Text
		if a.Message != nil {
			said = a.Message.Text
		}
		if first, _, _ := strings.Cut(strings.TrimSpace(said), "\n"); first != "" && strings.Contains(post.Text, first) {
			return true
		}
	}
	return false
}

// nearby is how far behind a post that is looked for: what a post does follows it,
// but others do things meanwhile.
const nearby = 12
