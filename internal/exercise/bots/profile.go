package bots

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

// Trait is a range from which every unit's share is drawn, evenly.
type Trait struct{ Low, High float64 }

// Traits are the ranges of a profile.
type Traits struct{ Skill, Pace, Acks, Shares, Asks, Helps, Relays, Hints, Revises, Careful Trait }

// DefaultTraits are what simulated teams are drawn from: between a team that
// does most things right and one that has much to learn. They are assumptions;
// nobody has measured them.
func DefaultTraits() Traits {
	return Traits{
		Skill: Trait{0.55, 0.98}, Pace: Trait{0.7, 1.5}, Acks: Trait{0.88, 1},
		Shares: Trait{0.55, 0.98}, Asks: Trait{0.6, 1}, Helps: Trait{0.6, 1}, Relays: Trait{0.85, 1},
		Hints: Trait{0.1, 0.6}, Revises: Trait{0, 0.4}, Careful: Trait{0.8, 1},
	}
}

// NewProfile draws the character of a unit.
func NewProfile(seed uint64, unit string) Profile {
	d, t := roll(seed, "profile", unit), DefaultTraits()
	draw := func(t Trait) float64 { return t.Low + d.unit()*(t.High-t.Low) }
	return Profile{
		Skill: draw(t.Skill), Pace: draw(t.Pace), Acks: draw(t.Acks),
		Shares: draw(t.Shares), Asks: draw(t.Asks), Helps: draw(t.Helps), Relays: draw(t.Relays),
		Hints: draw(t.Hints), Revises: draw(t.Revises), Careful: draw(t.Careful),
	}
}
