package crew

// Profile is the character of a simulated team. Shares are from 0 to 1.
type Profile struct {
	Skill   float64 // how often it is right on a task of no difficulty
	Pace    float64 // factor on every time it needs; 1 is usual, 2 half as fast
	Acks    float64 // share of injects that it acknowledges
	Shares  float64 // share of what it knows that it passes on unasked
	Asks    float64 // share of cases in which it asks when another team knows
	Helps   float64 // share of requests that it answers
	Relays  float64 // share of injects that it passes on to its cells
	Hints   float64 // share of wrong answers after which it takes a hint
	Revises float64 // share of reports that it sends again, better
	Careful float64 // share of messages that carry the right label
}

// NewProfile draws the character of a unit.
func NewProfile(seed uint64, unit string) Profile {
	d := roll(seed, "profile", unit)
	span := func(lo, hi float64) float64 { return lo + d.unit()*(hi-lo) }
	return Profile{
		Skill: span(0.55, 0.98), Pace: span(0.7, 1.5), Acks: span(0.88, 1),
		Shares: span(0.55, 0.98), Asks: span(0.6, 1), Helps: span(0.6, 1), Relays: span(0.85, 1),
		Hints: span(0.1, 0.6), Revises: span(0, 0.4), Careful: span(0.8, 1),
	}
}
