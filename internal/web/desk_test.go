package web_test

// deskTable is the routes of the desk.
func deskTable() map[string]string {
	return map[string]string{
		"GET /x/{exercise}/desk/{unit...}":         "yyyyyy.y.",
		"POST /x/{exercise}/acknowledge/{unit...}": "....yy...",
		"POST /x/{exercise}/answer/{unit...}":      "....yy...",
		"POST /x/{exercise}/message/{unit...}":     "....yy...",
	}
}
