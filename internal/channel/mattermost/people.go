package mattermost

import "context"

// Account is somebody on a server who was met in the channels of an exercise.
type Account struct {
	ID, Name string
	Person   string // whose it is here; "" where nobody has said so
}

// Directory keeps whose accounts are, and what was told of an exercise.
type Directory interface {
	// Accounts returns those of an exercise, by name.
	Accounts(ctx context.Context, exercise string) ([]Account, error)
	// Account returns one; of zero where it is not known.
	Account(ctx context.Context, exercise, id string) (Account, error)
	// Meet notes an account and its name, and leaves whose it is.
	Meet(ctx context.Context, exercise, id, name string) error
	// Assign says whose an account is; "" takes it back.
	Assign(ctx context.Context, exercise, id, name, person string) error
	// Told returns up to which event an exercise was told in its channels.
	Told(ctx context.Context, exercise string) (uint64, error)
	// Tell notes that.
	Tell(ctx context.Context, exercise string, seq uint64) error
}
