package community

// Refusal is a change that cannot be, with what to do about it.
type Refusal struct {
	Code string // key of the text, below "community.refused."
	Args map[string]any
}

// Error is for the log.
func (r *Refusal) Error() string { return "refused: " + r.Code }

// UserText returns the key of the sentence for a person, and its arguments.
func (r *Refusal) UserText(...string) (key string, args map[string]any) {
	return "community.refused." + r.Code, r.Args
}

func refuse(code string, pairs ...string) error {
	r := &Refusal{Code: code, Args: map[string]any{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		r.Args[pairs[i]] = pairs[i+1]
	}
	return r
}
