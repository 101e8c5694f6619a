package web_test

// boardTable is the routes of the board.
func boardTable() map[string]string {
	return map[string]string{
		"GET /x/{exercise}/board":     "yyyy.....",
		"POST /x/{exercise}/clock":    ".y.......",
		"POST /x/{exercise}/pause":    ".yy......",
		"POST /x/{exercise}/stand-in": ".yy......",
	}
}
