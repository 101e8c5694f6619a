package web

import (
	"fmt"
	"net/http"
	"time"
)

// A stream says something at least this often, so that proxies keep it, and
// gives up on a reader who takes this long for a word.
const (
	heartbeat = 15 * time.Second
	patience  = 30 * time.Second
	// pace is how far apart words are at least, so that a busy room does not keep
	// a poor link busy: the first comes at once, the next together.
	pace = time.Second
)

// stream sends the position of its reader whenever that grows, and nothing of
// what happened.
func stream(r *request) error {
	news := r.hall.Live.Watch(r.access.Viewer(r.hall.ID))
	defer news.Close()
	h := r.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(r.w)
	if err := out.SetReadDeadline(time.Time{}); err != nil { // what bounds a request would end the stream
		return fmt.Errorf("stream: %w", err)
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for frame := ""; ; {
		if frame == "" {
			at := news.Position()
			frame = fmt.Sprintf("id: %d\nevent: news\ndata: %d\n\n", at, at)
		}
		if err := out.SetWriteDeadline(time.Now().Add(patience)); err != nil {
			return fmt.Errorf("stream: %w", err)
		}
		if _, err := r.w.Write([]byte(frame)); err != nil {
			return nil //nolint:nilerr // the reader has gone
		}
		if err := out.Flush(); err != nil {
			return nil //nolint:nilerr // the reader has gone
		}
		if frame[0] != ':' && !r.rest(pace) {
			return nil
		}
		select {
		case <-news.News():
			frame = ""
		case <-beat.C:
			frame = ": \n\n"
		case <-r.Context().Done():
			return nil
		case <-r.hall.Closed:
			return nil
		case <-r.s.Closing:
			return nil
		}
	}
}

// rest waits; false when the stream is to end.
func (r *request) rest(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-r.Context().Done():
	case <-r.s.Closing:
	}
	return false
}
