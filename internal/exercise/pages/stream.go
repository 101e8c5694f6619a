package pages

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"time"

	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/web"
)

// A stream ends when a word is not taken in time: the system takes thousands of them for a
// reader who is slow, so that one is dead, and a living one comes back.
const (
	patience = time.Second
	// The first few words come at once; where they do not end, as in a busy room,
	// they come at a pace, so that a poor link is not kept busy. No two streams
	// keep quite the same pace, or what came to all would have all of them speak
	// in the same moment ever after.
	atOnce = 3
	pace   = 2 * time.Second
	// roomPace is that of a kind of its own, such as a tabletop: few people in one
	// room, who wait for the same moment.
	roomPace = 100 * time.Millisecond
)

// Stream sends the position of its reader whenever that grows, to EXCON also how
// often it was told who comes and goes, and nothing of what happened.
func Stream(r *Request) error {
	news := r.Exercise.Live.Watch(r.Access.Viewer(r.Exercise.ID))
	defer news.Close()
	defer r.Exercise.Presence.Come(r.own.Person, r.own.Units(r.Exercise.ID))()
	h := r.Writer.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(r.Writer)
	if err := out.SetReadDeadline(time.Time{}); err != nil { // what bounds a request would end the stream
		return fmt.Errorf("stream: %w", err)
	}
	beat := time.NewTicker(web.Heartbeat)
	defer beat.Stop()
	words := pacer{pace: pace}
	if r.kind() != nil {
		words.pace = roomPace
	}
	last := r.own
	const beatFrame = "event: beat\ndata:\n\n"
	for frame := ""; ; {
		if !r.stillSees(&last, frame != "") {
			return nil
		}
		if err := r.writeFrame(out, news, &frame); err != nil {
			return nil //nolint:nilerr // the reader has gone
		}
		if frame != beatFrame && !r.rest(words.wait(time.Now())) {
			return nil
		}
		select {
		case <-news.News():
			frame = ""
		case <-beat.C:
			frame = beatFrame
		case <-r.Context().Done():
			return nil
		case <-r.Exercise.Closed():
			return nil
		case <-r.Server.Closing:
			return nil
		}
	}
}

// stillSees asks anew whether the reader may see what they see, and reports
// whether they do: a session ends, and a role is taken away, while a stream is
// open. What changes through this server is known at once, without the
// database; what another process changes, where thorough is set.
func (r *Request) stillSees(last *access.Access, thorough bool) bool {
	c, err := r.Cookie(r.Server.CookieName())
	if err != nil {
		return false // it had one
	}
	if !thorough && r.Server.Auth.Unchanged(c.Value, last.Access) {
		return true
	}
	now, err := access.From(r.Server.Auth.Access(r.Context(), c.Value))
	if err != nil {
		return r.Context().Err() == nil // nobody loses a stream over a busy database
	}
	id := r.Exercise.ID
	same := now == *last || now.Takes(id) && reflect.DeepEqual(r.seenAs(now).Viewer(id), r.Access.Viewer(id))
	*last = now
	return same
}

// writeFrame says one word, "" the position.
func (r *Request) writeFrame(out *http.ResponseController, news *follow.Stream, frame *string) error {
	if *frame == "" {
		at := r.position(news.Position())
		*frame = "id: " + at + "\nevent: news\ndata: " + at + "\n\n"
	}
	if err := out.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return fmt.Errorf("stream: %w", err)
	}
	if _, err := r.Writer.Write([]byte(*frame)); err != nil {
		return fmt.Errorf("stream: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("stream: %w", err)
	}
	return nil
}

// rest waits; false when the stream is to end.
func (r *Request) rest(d time.Duration) bool {
	if d == 0 {
		return true
	}
	select {
	case <-time.After(d):
		return true
	case <-r.Context().Done():
	case <-r.Server.Closing:
	}
	return false
}

// pacer spreads what does not end.
type pacer struct {
	pace time.Duration
	said int       // words since it was quiet
	last time.Time // of the last of them
}

// wait is how long to rest after a word at a time.
func (p *pacer) wait(now time.Time) time.Duration {
	if now.Sub(p.last) > 2*p.pace {
		p.said = 0
	}
	p.said++
	p.last = now
	if p.said < atOnce {
		return 0
	}
	return p.pace*3/4 + rand.N(p.pace/2)
}
