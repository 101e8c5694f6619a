package web

import "net/http"

// Counted notes what is answered.
type Counted struct {
	http.ResponseWriter

	status int
	Bytes  int64
}
