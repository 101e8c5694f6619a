// Package group runs the parts of a program that live and end together. It is
// errgroup with every error kept: what fails while others are being stopped is
// told as well.
package group

import (
	"context"
	"errors"
)

// Run runs parts until ctx ends or one of them returns; then it ends the
// others, waits for them, and returns their errors joined.
func Run(ctx context.Context, parts ...func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, len(parts))
	for _, part := range parts {
		go func() { ended <- part(ctx) }()
	}
	var errs []error
	for range parts {
		errs = append(errs, IgnoreCanceled(<-ended))
		cancel()
	}
	return errors.Join(errs...)
}

// IgnoreCanceled returns nil for the error of being stopped, which is how a
// part is meant to end, and any other error as it is.
func IgnoreCanceled(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
