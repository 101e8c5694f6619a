package mattermost

import (
	"context"
	"crypto/subtle"
	"net/url"
	"strings"
)

// SlashCommand is a command of a team, that people type after a slash. The server
// posts it to URL, with Token, which nobody else knows.
type SlashCommand struct {
	ID           string `json:"id,omitempty"`
	Token        string `json:"token,omitempty"`
	TeamID       string `json:"team_id"`
	Trigger      string `json:"trigger"`
	Method       string `json:"method"` // P: by POST
	URL          string `json:"url"`
	DisplayName  string `json:"display_name"`
	Description  string `json:"description"`
	AutoComplete bool   `json:"auto_complete"`
	Hint         string `json:"auto_complete_hint"`
	AutoText     string `json:"auto_complete_desc"`
	DeleteAt     int64  `json:"delete_at,omitempty"`
}

// Trigger is what people type after the slash.
const Trigger = "renkei"

// Commands returns the commands that were made for a team.
func (c *Client) Commands(ctx context.Context, team string) (all []SlashCommand, err error) {
	err = c.get(ctx, "/commands?custom_only=true&team_id="+url.QueryEscape(team), &all, NeedCommand)
	return all, err
}

// MakeCommand makes a command.
func (c *Client) MakeCommand(ctx context.Context, in *SlashCommand) (*SlashCommand, error) {
	made := &SlashCommand{}
	err := c.post(ctx, "/commands", in, made, NeedCommand)
	return made, err
}

// DropCommand takes one away.
func (c *Client) DropCommand(ctx context.Context, id string) error {
	return c.delete(ctx, "/commands/"+url.PathEscape(id), NeedCommand)
}

// commandUser is under what the token of the command of a team is kept.
func commandUser(team string) string { return "command/" + team }

// IsCommand reports whether a token is that of the command of a team.
func (t *Tokens) IsCommand(server, team, token string) bool {
	word, err := t.Of(server, commandUser(team))()
	return err == nil && word != "" && subtle.ConstantTimeCompare([]byte(word), []byte(token)) == 1
}

// makeCommand has the server tell us what is typed after /renkei, where it is told
// how to reach us. One of ours that points elsewhere is made anew; without an
// address what there is stays.
func (w *walker) makeCommand(ctx context.Context) error {
	if w.b.Callback == "" || w.p.TeamID == "" {
		return nil
	}
	want := &SlashCommand{
		TeamID: w.p.TeamID, Trigger: Trigger, Method: "P", URL: w.b.Callback, DisplayName: "Renkei", Description: w.b.About,
		AutoComplete: true, Hint: w.b.CommandHint, AutoText: w.b.About,
	}
	var there []SlashCommand
	done, err := w.allow("command", func() (err error) {
		there, err = w.Client.Commands(ctx, w.p.TeamID)
		return err
	})
	if err != nil || !done {
		return err
	}
	for i := range there {
		old := &there[i]
		switch {
		case old.Trigger != Trigger || old.DeleteAt > 0:
		case old.URL == want.URL && old.Token != "":
			return w.keepCommand(old)
		case !strings.HasSuffix(old.URL, callbackEnd(want.URL)): // another's
			w.lack(&Error{ID: "api.command.duplicate_trigger.app_error", Message: old.URL}, "command")
			return nil
		case !w.dry:
			if done, err := w.allow("command", func() error { return w.Client.DropCommand(ctx, old.ID) }); err != nil || !done {
				return err
			}
		}
	}
	w.step(Create, TheCommand, "/"+Trigger)
	if w.dry {
		return nil
	}
	var made *SlashCommand
	done, err = w.allow("command", func() (err error) {
		made, err = w.Client.MakeCommand(ctx, want)
		return err
	})
	if err != nil || !done {
		return err
	}
	return w.keepCommand(made)
}

// callbackEnd is the part of a callback that tells it from those of others.
func callbackEnd(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Path
	}
	return address
}

func (w *walker) keepCommand(c *SlashCommand) error {
	if w.dry {
		return nil
	}
	w.p.Callback = w.b.Callback
	return w.Tokens.Set(w.Client.Server(), commandUser(w.p.TeamID), c.Token)
}

// dropCommand takes ours away, where it was made.
func (w *walker) dropCommand(ctx context.Context) error {
	if !w.Tokens.Has(w.p.Server, commandUser(w.p.TeamID)) {
		return nil
	}
	_, err := w.allow("archive", func() error {
		all, err := w.Client.Commands(ctx, w.p.TeamID)
		for i := range all {
			if err == nil && all[i].Trigger == Trigger && w.Tokens.IsCommand(w.p.Server, w.p.TeamID, all[i].Token) {
				if err = w.Client.DropCommand(ctx, all[i].ID); err == nil {
					w.step(Archive, TheCommand, "/"+Trigger)
				}
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return w.Tokens.Set(w.p.Server, commandUser(w.p.TeamID), "")
}
