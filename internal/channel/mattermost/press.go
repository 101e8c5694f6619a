package mattermost

import (
	"context"
	"encoding/json"
)

// Buttons stand under a post as the actions of an attachment. Who presses one has
// the server post to Place.Callback and PressPath, with the context of the action,
// which readers never get.

// Paths of callbacks behind Place.Callback.
const (
	PressPath  = "/press"
	DialogPath = "/dialog"
)

// Press is what the server posts when somebody presses a button.
type Press struct {
	UserID    string       `json:"user_id"`
	UserName  string       `json:"user_name"`
	ChannelID string       `json:"channel_id"`
	TeamID    string       `json:"team_id"`
	PostID    string       `json:"post_id"`
	TriggerID string       `json:"trigger_id"`
	Context   PressContext `json:"context"`
}

// PressContext is what a button does, and our code for it.
type PressContext struct {
	About string `json:"about"`
	Do    string `json:"do"`
	Code  string `json:"code"`
}

// sign makes the code of a button: it holds in one channel.
func (c *PressContext) sign(t *Tokens, exercise, room string) (err error) {
	c.Code, err = t.Sign("press", exercise, room, c.About, c.Do)
	return err
}

// IsPress reports whether a press comes from a button of ours in that channel.
func (t *Tokens) IsPress(exercise string, p *Press) bool {
	return t.Signed(p.Context.Code, "press", exercise, p.ChannelID, p.Context.About, p.Context.Do)
}

// buttons are the attachment with the actions of a message; nil for none.
func (s *sending) buttons() (any, error) {
	m := &s.out.Message
	if len(m.Actions) == 0 || s.place.Callback == "" {
		return nil, nil //nolint:nilnil // nothing is attached then
	}
	var all []map[string]any
	for i, a := range m.Actions {
		context := PressContext{About: m.About, Do: a.Do}
		if err := context.sign(s.c.o.Tokens, s.place.Exercise, s.out.Delivery.Address); err != nil {
			return nil, err
		}
		all = append(all, map[string]any{
			"id": "renkei" + string(rune('a'+i)), "name": a.Name, "type": "button",
			"integration": map[string]any{"url": s.place.Callback + PressPath, "context": context},
		})
	}
	return []any{map[string]any{"fallback": "", "text": "", "actions": all}}, nil
}

// Dialog is a window with a few fields, in which somebody answers.
type Dialog struct {
	Title    string  `json:"title"` // 24 characters
	About    string  `json:"introduction_text,omitempty"`
	Fields   []Field `json:"elements"` // five at most
	Submit   string  `json:"submit_label"`
	State    string  `json:"state"` // comes back as it is
	Callback string  `json:"callback_id"`
}

// Bounds of a dialog.
const (
	MaxDialogTitle  = 24 // characters
	MaxDialogFields = 5
	MaxFieldName    = 24
	MaxFieldText    = 3000
	maxFieldHelp    = 150
	maxLine         = 150 // of a field of type text
)

// Field is a field of a dialog: Type is text or textarea.
type Field struct {
	Display  string `json:"display_name"`
	Name     string `json:"name"`
	Type     string `json:"type"`
	Help     string `json:"help_text,omitempty"`
	Optional bool   `json:"optional"`
	Max      int    `json:"max_length,omitempty"`
}

// OpenDialog opens a dialog for who has just pressed a button. A server takes it
// within three seconds of that.
func (c *Client) OpenDialog(ctx context.Context, trigger, address string, d *Dialog) error {
	d.Title, d.About = shorten(d.Title, MaxDialogTitle), plain(shorten(d.About, MaxFieldText))
	for i := range d.Fields {
		f := &d.Fields[i]
		f.Display, f.Help, f.Max = shorten(f.Display, MaxFieldName), shorten(f.Help, maxFieldHelp), MaxFieldText
		if f.Type == "text" {
			f.Max = maxLine
		}
	}
	in := map[string]any{"trigger_id": trigger, "url": address, "dialog": d}
	return c.post(ctx, "/actions/dialogs/open", in, nil, NeedPost)
}

// shorten cuts a text to so many characters.
func shorten(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

// Filled is what the server posts when somebody hands a dialog in.
type Filled struct {
	UserID    string                     `json:"user_id"`
	ChannelID string                     `json:"channel_id"`
	TeamID    string                     `json:"team_id"`
	State     string                     `json:"state"`
	Cancelled bool                       `json:"cancelled"`
	Values    map[string]json.RawMessage `json:"submission"`
}

// Value is what stands in a field.
func (f *Filled) Value(name string) string {
	text := ""
	if json.Unmarshal(f.Values[name], &text) != nil {
		return ""
	}
	return text
}

// FilledState is what a dialog brings back: for whom it was opened, about what, and
// a word that is there once.
type FilledState struct {
	User string `json:"user"`
	Post string `json:"post"`
	Name string `json:"name"`
	Do   string `json:"do"`
	Once string `json:"once"`
	Code string `json:"code"`
}

func (s *FilledState) words(exercise, room string) []string {
	return []string{"dialog", exercise, room, s.User, s.Post, s.Name, s.Do, s.Once}
}

// SignState makes the state of a dialog: it holds for one user in one channel.
func (t *Tokens) SignState(exercise, room string, s *FilledState) (string, error) {
	code, err := t.Sign(s.words(exercise, room)...)
	if err != nil {
		return "", err
	}
	s.Code = code
	raw, err := json.Marshal(s)
	return string(raw), err
}

// IsFilled returns the state of a dialog that we opened for who has handed it in;
// false for another.
func (t *Tokens) IsFilled(exercise string, f *Filled) (s FilledState, ok bool) {
	if json.Unmarshal([]byte(f.State), &s) != nil || s.User != f.UserID || s.Once == "" {
		return s, false
	}
	return s, t.Signed(s.Code, s.words(exercise, f.ChannelID)...)
}
