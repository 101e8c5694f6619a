package mattermost

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"

	"renkei/internal/outbox"
)

// DirectName is the name in the outbox of messages to single people.
const DirectName = "mattermost-direct"

// Direct writes to people by name: an address is the name of an account, with or
// without @, or a mail address that the server knows. It speaks as one account of
// one server, and is safe for use by many goroutines.
type Direct struct {
	client *Client

	mu sync.Mutex
	me string // id of the account that speaks; "" until it is known
}

var _ outbox.Channel = (*Direct)(nil)

// NewDirect returns the channel to a server. It returns ErrURL and ErrPlain.
func NewDirect(server string, token func() (string, error)) (*Direct, error) {
	client, err := NewClient(server, token)
	if err != nil {
		return nil, err
	}
	return &Direct{client: client}, nil
}

// Name returns that of the channel.
func (d *Direct) Name() string { return DirectName }

// Limits returns how much may be sent: the server's own limit is obeyed as it says
// so.
func (d *Direct) Limits() outbox.Limits {
	return outbox.Limits{Parallel: parallel, Timeout: tryTime}
}

// Check returns why an address can be nobody; nil where it may be somebody.
func (d *Direct) Check(address string) error {
	if who := account(address); who == "" || len(who) > 128 || strings.ContainsAny(who, " /\\\t\r\n") {
		return errAddress
	}
	return nil
}

// account is the name of an account as the server has it.
func account(address string) string {
	return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(address), "@"))
}

// Send writes to somebody and returns the id of the post. What may have been sent
// before is looked for first.
func (d *Direct) Send(ctx context.Context, out *outbox.Outgoing) (remote string, err error) {
	room, err := d.room(ctx, account(out.Delivery.Address))
	if err != nil {
		if f := failure(err, false); !is(err, http.StatusNotFound) {
			return "", f
		}
		return "", &outbox.Failure{Reason: outbox.ReasonAddress, Final: true}
	}
	if out.Delivery.Doubt {
		there, err := d.sent(ctx, room, out.ID)
		if err != nil {
			return "", inDoubt(failure(err, false))
		}
		if there != "" {
			return there, nil
		}
	}
	m := &out.Message
	text := "**" + plain(m.Subject) + "**\n\n" + plain(strings.TrimRight(m.Text, "\n"))
	post := &Post{ChannelID: room, Message: split(text, partSize)[0], Pending: out.ID + ":1", Props: map[string]any{PropKey: out.ID, PropPart: 1}}
	if isID(out.ThreadRemote) {
		post.RootID = out.ThreadRemote
	}
	made, err := d.client.CreatePost(ctx, post)
	if noRoot(err) { // it was deleted
		post.RootID = ""
		made, err = d.client.CreatePost(ctx, post)
	}
	if err != nil {
		return "", failure(err, true)
	}
	return made.ID, nil
}

// room is the channel between the account that speaks and somebody.
func (d *Direct) room(ctx context.Context, who string) (string, error) {
	me, err := d.account(ctx)
	if err != nil {
		return "", err
	}
	user, err := d.client.Find(ctx, who)
	if err != nil {
		return "", err
	}
	if user.DeleteAt != 0 {
		return "", &Error{Status: http.StatusNotFound, Message: "the account is closed", What: "GET /users"}
	}
	return d.client.DirectRoom(ctx, me, user.ID)
}

func (d *Direct) account(ctx context.Context) (string, error) {
	d.mu.Lock()
	me := d.me
	d.mu.Unlock()
	if me != "" {
		return me, nil
	}
	user, err := d.client.Me(ctx)
	if err != nil {
		return "", err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.me = user.ID
	return user.ID, nil
}

// sent finds the post of a key among the last that were said; "" for none.
func (d *Direct) sent(ctx context.Context, room, key string) (string, error) {
	me, err := d.account(ctx)
	if err != nil {
		return "", err
	}
	all, err := d.client.Posts(ctx, room, 0)
	if err != nil {
		return "", err
	}
	for i := range all {
		if all[i].UserID == me && all[i].prop(PropKey) == key && all[i].Original == "" {
			return all[i].ID, nil
		}
	}
	return "", nil
}

// errDirect is a server that answers with no channel.
var errDirect = errors.New("mattermost: the server made no channel")

// DirectRoom returns the id of the channel between two users, which is made where
// there is none.
func (c *Client) DirectRoom(ctx context.Context, a, b string) (string, error) {
	var made Room
	if err := c.post(ctx, "/channels/direct", []string{a, b}, &made, NeedPost); err != nil {
		return "", err
	}
	if !isID(made.ID) {
		return "", errDirect
	}
	return made.ID, nil
}
