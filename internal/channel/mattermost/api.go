package mattermost

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// User is an account on the server.
type User struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Email    string `json:"email"`
	Roles    string `json:"roles"`
	IsBot    bool   `json:"is_bot"`
	DeleteAt int64  `json:"delete_at"`
}

// Team holds channels.
type Team struct {
	ID          string `json:"id,omitempty"`
	Name        string `json:"name"` // in addresses
	DisplayName string `json:"display_name"`
	Type        string `json:"type,omitempty"` // I: by invitation
	DeleteAt    int64  `json:"delete_at,omitempty"`
}

// Room is a channel on the server.
type Room struct {
	ID          string `json:"id,omitempty"`
	TeamID      string `json:"team_id,omitempty"`
	Type        string `json:"type,omitempty"` // P: private, O: open to the team
	Name        string `json:"name,omitempty"` // in addresses
	DisplayName string `json:"display_name"`
	Header      string `json:"header"`
	Purpose     string `json:"purpose"`
	DeleteAt    int64  `json:"delete_at,omitempty"`
}

// Member is somebody in a channel or a team.
type Member struct {
	UserID   string `json:"user_id"`
	Roles    string `json:"roles"`
	DeleteAt int64  `json:"delete_at"`
}

// Bot is an account that is nobody's.
type Bot struct {
	UserID      string `json:"user_id,omitempty"`
	Username    string `json:"username"`
	DisplayName string `json:"display_name"`
	Description string `json:"description"`
	DeleteAt    int64  `json:"delete_at,omitempty"`
}

// Post is what somebody has said. Times are milliseconds of the server's clock.
type Post struct {
	ID        string         `json:"id,omitempty"`
	CreateAt  int64          `json:"create_at,omitempty"`
	UpdateAt  int64          `json:"update_at,omitempty"`
	EditAt    int64          `json:"edit_at,omitempty"`
	DeleteAt  int64          `json:"delete_at,omitempty"`
	UserID    string         `json:"user_id,omitempty"`
	ChannelID string         `json:"channel_id"`
	RootID    string         `json:"root_id,omitempty"`
	Original  string         `json:"original_id,omitempty"` // this is an old version of that post
	Message   string         `json:"message"`
	Type      string         `json:"type,omitempty"` // "" for what people say
	Props     map[string]any `json:"props,omitempty"`
	FileIDs   []string       `json:"file_ids,omitempty"`
	Pending   string         `json:"pending_post_id,omitempty"`
	Metadata  *Metadata      `json:"metadata,omitempty"`
}

// Metadata is what belongs to a post.
type Metadata struct {
	Reactions []Reaction `json:"reactions"`
	Files     []FileInfo `json:"files"`
}

// Reaction is an emoji that somebody has put to a post.
type Reaction struct {
	UserID   string `json:"user_id"`
	PostID   string `json:"post_id"`
	Emoji    string `json:"emoji_name"`
	CreateAt int64  `json:"create_at"`
}

// FileInfo describes a file that goes with a post.
type FileInfo struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Size  int64  `json:"size"`
	Media string `json:"mime_type"`
}

// prop returns a property of a post that is a text.
func (p *Post) prop(name string) string {
	text, _ := p.Props[name].(string)
	return text
}

// Settings returns what the server tells everybody of itself.
func (c *Client) Settings(ctx context.Context) (all map[string]string, err error) {
	err = c.get(ctx, "/config/client?format=old", &all, NeedNothing)
	return all, err
}

// Clock returns what time it is on the server, to the second; zero where it does
// not say.
func (c *Client) Clock(ctx context.Context) (at time.Time, err error) {
	err = c.do(ctx, &call{method: http.MethodGet, path: "/system/ping", clock: &at})
	return at, err
}

// Me returns whose token it is.
func (c *Client) Me(ctx context.Context) (u *User, err error) {
	err = c.get(ctx, "/users/me", &u, NeedNothing)
	return u, err
}

// Find returns somebody by their mail address or their name on the server.
func (c *Client) Find(ctx context.Context, who string) (u *User, err error) {
	by := "username"
	if bytes.ContainsRune([]byte(who), '@') {
		by = "email"
	}
	err = c.get(ctx, "/users/"+by+"/"+url.PathEscape(who), &u, NeedViewMembers)
	return u, err
}

// Names returns the names of users by their ids.
func (c *Client) Names(ctx context.Context, ids []string) (map[string]string, error) {
	names := map[string]string{}
	for part := range slices.Chunk(ids, pageSize) {
		var all []User
		if err := c.post(ctx, "/users/ids", part, &all, NeedViewMembers); err != nil {
			return nil, err
		}
		for _, u := range all {
			names[u.ID] = u.Username
		}
	}
	return names, nil
}

// Permissions returns what roles allow, by the names of roles with spaces
// between, as the server writes them.
func (c *Client) Permissions(ctx context.Context, roles []string) (map[Permission]bool, error) {
	var all []struct {
		Permissions []Permission `json:"permissions"`
	}
	if err := c.post(ctx, "/roles/names", roles, &all, NeedNothing); err != nil {
		return nil, err
	}
	may := map[Permission]bool{}
	for _, r := range all {
		for _, p := range r.Permissions {
			may[p] = true
		}
	}
	return may, nil
}

// TeamNamed returns a team by its name in addresses.
func (c *Client) TeamNamed(ctx context.Context, name string) (t *Team, err error) {
	err = c.get(ctx, "/teams/name/"+url.PathEscape(name), &t, NeedNothingButLook)
	return t, err
}

// Team returns a team.
func (c *Client) Team(ctx context.Context, id string) (t *Team, err error) {
	err = c.get(ctx, "/teams/"+id, &t, NeedNothingButLook)
	return t, err
}

// MakeTeam makes a team, into which people come by invitation.
func (c *Client) MakeTeam(ctx context.Context, name, display string) (t *Team, err error) {
	err = c.post(ctx, "/teams", Team{Name: name, DisplayName: display, Type: "I"}, &t, NeedTeam)
	return t, err
}

// RenameTeam changes the name that people read.
func (c *Client) RenameTeam(ctx context.Context, id, display string) error {
	return c.put(ctx, "/teams/"+id+"/patch", map[string]string{"display_name": display}, NeedManageTeam)
}

// ArchiveTeam archives a team with all that is in it.
func (c *Client) ArchiveTeam(ctx context.Context, id string) error {
	return c.delete(ctx, "/teams/"+id, NeedManageTeam)
}

// JoinTeam adds somebody to a team.
func (c *Client) JoinTeam(ctx context.Context, team, user string) error {
	return c.post(ctx, "/teams/"+team+"/members", map[string]string{"team_id": team, "user_id": user}, nil, NeedTeamMember)
}

// TeamRoles returns the roles of the client's user in a team.
func (c *Client) TeamRoles(ctx context.Context, team string) (string, error) {
	var m Member
	err := c.get(ctx, "/teams/"+team+"/members/me", &m, NeedNothingButLook)
	return m.Roles, err
}

// TeamMembers returns who is in a team.
func (c *Client) TeamMembers(ctx context.Context, team string) (map[string]bool, error) {
	return c.members(ctx, "/teams/"+team+"/members")
}

// RoomMembers returns who is in a channel.
func (c *Client) RoomMembers(ctx context.Context, room string) (map[string]bool, error) {
	return c.members(ctx, "/channels/"+room+"/members")
}

// maxMembers bounds how many members of a channel are looked at.
const maxMembers = 20_000

func (c *Client) members(ctx context.Context, path string) (map[string]bool, error) {
	in := map[string]bool{}
	for page := 0; page*pageSize < maxMembers; page++ {
		var all []Member
		if err := c.get(ctx, path+"?per_page="+strconv.Itoa(pageSize)+"&page="+strconv.Itoa(page), &all, NeedRead); err != nil {
			return nil, err
		}
		for _, m := range all {
			if m.DeleteAt == 0 {
				in[m.UserID] = true
			}
		}
		if len(all) < pageSize {
			break
		}
	}
	return in, nil
}

// RoomNamed returns a channel by its name in addresses, archived ones too.
func (c *Client) RoomNamed(ctx context.Context, team, name string) (r *Room, err error) {
	err = c.get(ctx, "/teams/"+team+"/channels/name/"+url.PathEscape(name)+"?include_deleted=true", &r, NeedRead)
	return r, err
}

// Room returns a channel.
func (c *Client) Room(ctx context.Context, id string) (r *Room, err error) {
	err = c.get(ctx, "/channels/"+id, &r, NeedRead)
	return r, err
}

// MakeRoom makes a channel.
func (c *Client) MakeRoom(ctx context.Context, r *Room) (made *Room, err error) {
	err = c.post(ctx, "/channels", r, &made, NeedChannel)
	return made, err
}

// ChangeRoom writes name and texts of a channel.
func (c *Client) ChangeRoom(ctx context.Context, r *Room) error {
	in := map[string]string{"display_name": r.DisplayName, "header": r.Header, "purpose": r.Purpose}
	return c.put(ctx, "/channels/"+r.ID+"/patch", in, NeedChannelText)
}

// ArchiveRoom archives a channel; its posts stay.
func (c *Client) ArchiveRoom(ctx context.Context, id string) error {
	return c.delete(ctx, "/channels/"+id, NeedArchive)
}

// RestoreRoom brings back a channel that was archived.
func (c *Client) RestoreRoom(ctx context.Context, id string) error {
	return c.post(ctx, "/channels/"+id+"/restore", nil, nil, NeedManageTeam)
}

// JoinRoom adds somebody to a channel.
func (c *Client) JoinRoom(ctx context.Context, room, user string) error {
	return c.post(ctx, "/channels/"+room+"/members", map[string]string{"user_id": user}, nil, NeedChannelMember)
}

// LeaveRoom takes somebody out of a channel.
func (c *Client) LeaveRoom(ctx context.Context, room, user string) error {
	return c.delete(ctx, "/channels/"+url.PathEscape(room)+"/members/"+url.PathEscape(user), NeedChannelMember)
}

// BotNamed returns a bot by its name; a person of that name is none.
func (c *Client) BotNamed(ctx context.Context, name string) (*Bot, error) {
	u, err := c.Find(ctx, name)
	if err != nil {
		return nil, err
	}
	var b *Bot
	err = c.get(ctx, "/bots/"+u.ID+"?include_deleted=true", &b, NeedManageBots)
	return b, err
}

// MakeBot makes a bot.
func (c *Client) MakeBot(ctx context.Context, b *Bot) (made *Bot, err error) {
	err = c.post(ctx, "/bots", b, &made, NeedBot)
	return made, err
}

// ChangeBot writes the names of a bot.
func (c *Client) ChangeBot(ctx context.Context, b *Bot) error {
	return c.put(ctx, "/bots/"+b.UserID, map[string]string{"username": b.Username, "display_name": b.DisplayName, "description": b.Description}, NeedManageBots)
}

// SwitchBot switches a bot on or off. Its tokens go when it is switched off.
func (c *Client) SwitchBot(ctx context.Context, id string, on bool) error {
	what := "/disable"
	if on {
		what = "/enable"
	}
	return c.post(ctx, "/bots/"+id+what, nil, nil, NeedManageBots)
}

// MakeToken makes a token of a user.
func (c *Client) MakeToken(ctx context.Context, user, about string) (string, error) {
	var made struct {
		Token string `json:"token"`
	}
	err := c.post(ctx, "/users/"+user+"/tokens", map[string]string{"description": about}, &made, NeedToken)
	return made.Token, err
}

// CreatePost says something.
func (c *Client) CreatePost(ctx context.Context, p *Post) (made *Post, err error) {
	err = c.post(ctx, "/posts", p, &made, NeedPost)
	return made, err
}

// Upload hands over a file and returns its id, for a post.
func (c *Client) Upload(ctx context.Context, room, name string, data []byte) (string, error) {
	var made struct {
		Infos []FileInfo `json:"file_infos"`
	}
	q := url.Values{"channel_id": {room}, "filename": {name}}
	k := &call{
		method: http.MethodPost, path: "/files?" + q.Encode(), in: bytes.NewReader(data), size: int64(len(data)),
		out: &made, limit: uploadTime, needs: NeedUpload,
	}
	if err := c.do(ctx, k); err != nil {
		return "", err
	}
	if len(made.Infos) != 1 {
		return "", &Error{Status: http.StatusBadRequest, Message: "the file was not taken", What: "POST /files"}
	}
	return made.Infos[0].ID, nil
}

// File returns the content of a file, of at most most bytes.
func (c *Client) File(ctx context.Context, id string, most int64) (data []byte, err error) {
	err = c.do(ctx, &call{method: http.MethodGet, path: "/files/" + url.PathEscape(id), raw: &data, most: most, needs: NeedRead})
	return data, err
}

// Posts returns a page of what was said in a channel, from the oldest to the
// newest: the newest page is 0.
func (c *Client) Posts(ctx context.Context, room string, page int) ([]Post, error) {
	return c.posts(ctx, room, "page="+strconv.Itoa(page)+"&per_page="+strconv.Itoa(pageSize))
}

// PostsAfter returns what was said next after a post, from the oldest to the
// newest.
func (c *Client) PostsAfter(ctx context.Context, room, post string) ([]Post, error) {
	return c.posts(ctx, room, "after="+post+"&per_page="+strconv.Itoa(pageSize))
}

// PostsSince returns what was said, edited, deleted or reacted to since a time of
// the server's clock. A server gives about a thousand of them at most, and not
// always the first.
func (c *Client) PostsSince(ctx context.Context, room string, ms int64) ([]Post, error) {
	return c.posts(ctx, room, "since="+strconv.FormatInt(ms, 10))
}

func (c *Client) posts(ctx context.Context, room, query string) ([]Post, error) {
	var list struct {
		Order []string        `json:"order"`
		Posts map[string]Post `json:"posts"`
	}
	if err := c.get(ctx, "/channels/"+room+"/posts?"+query, &list, NeedRead); err != nil {
		return nil, err
	}
	all := make([]Post, 0, len(list.Order))
	for _, id := range list.Order {
		if p, ok := list.Posts[id]; ok {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b Post) int {
		if a.CreateAt != b.CreateAt {
			return int(a.CreateAt - b.CreateAt)
		}
		return bytes.Compare([]byte(a.ID), []byte(b.ID))
	})
	return all, nil
}

// moment is a time of a server.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// decode reads what a server has written as JSON in a text.
func decode(text string, to any) error { return json.Unmarshal([]byte(text), to) }
