package server_test

// tabletopTable is the routes of tabletops. The exercise of the test is none, so
// none of them is there; TestTabletopRoutes asks those of one.
func tabletopTable() map[string]string {
	none := "........."
	return map[string]string{
		"GET /t/{code}":                              none,
		"GET /join":                                  "yyyyyyyyy",
		"GET /join/{code}":                           "yyyyyyyyy",
		"POST /join/{code}":                          "yyyyyyyyy",
		"POST /x/{exercise}/table/joining":           none,
		"GET /x/{exercise}/position":                 "yyyyyyyyy",
		"GET /x/{exercise}/table":                    none,
		"POST /x/{exercise}/table/step":              none,
		"POST /x/{exercise}/table/floor":             none,
		"POST /x/{exercise}/table/quote":             none,
		"POST /x/{exercise}/table/tick":              none,
		"POST /x/{exercise}/table/recall":            none,
		"POST /x/{exercise}/table/news":              none,
		"POST /x/{exercise}/outcome/actions":         none,
		"GET /x/{exercise}/paper/{poll}":             none,
		"POST /x/{exercise}/paper/{poll}":            none,
		"GET /x/{exercise}/projector":                none,
		"GET /x/{exercise}/material/{module}/{file}": none,
		"GET /x/{exercise}/outcome":                  none,
		"GET /x/{exercise}/outcome/{reader}/{form}":  none,
		"GET /x/{exercise}/phone/{unit...}":          none,
		"POST /x/{exercise}/reply/{unit...}":         none,
		"POST /x/{exercise}/stands/{unit...}":        none,
		"POST /x/{exercise}/speak/{unit...}":         none,
		"POST /x/{exercise}/handover/{unit...}":      none,
		"POST /x/{exercise}/commit/{unit...}":        none,
	}
}
