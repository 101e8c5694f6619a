package server_test

// deskTable is the routes of everything that a unit has.
func deskTable() map[string]string {
	const reads, plays = "yyyyyy.y.", "....yy..."
	return map[string]string{
		"GET /x/{exercise}/desk/{unit...}":                     reads,
		"POST /x/{exercise}/ready/{unit...}":                   plays,
		"POST /x/{exercise}/attend/{unit...}":                  plays,
		"GET /x/{exercise}/inject/{inject}/{unit...}":          reads,
		"POST /x/{exercise}/acknowledge/{unit...}":             plays,
		"GET /x/{exercise}/attachment/{inject}/{unit...}":      reads,
		"GET /x/{exercise}/attachment-text/{inject}/{unit...}": reads,
		"GET /x/{exercise}/handed-in/{file}/{unit...}":         ".........", // none was
		"POST /x/{exercise}/answer/{unit...}":                  plays,
		"POST /x/{exercise}/upload/{unit...}":                  plays,
		"POST /x/{exercise}/hint/{unit...}":                    plays,
		"GET /x/{exercise}/talk/{unit...}":                     reads,
		"POST /x/{exercise}/message/{unit...}":                 plays,
		"GET /x/{exercise}/contacts/{unit...}":                 reads,
		"POST /x/{exercise}/call/{unit...}":                    plays,
		"POST /x/{exercise}/confirm/{unit...}":                 plays,
		"GET /x/{exercise}/unitlog/{unit...}":                  reads,
		"GET /x/{exercise}/unitlog-file/{unit...}":             reads,
		"POST /x/{exercise}/entry/{unit...}":                   plays,
		"POST /x/{exercise}/real/{unit...}":                    plays,
	}
}
