package auth

import (
	"context"

	"renkei/internal/auth/limit"
)

type addressKey struct{}

// WithAddress returns a context of somebody who asks from an address, with a
// port or without. It stands in the audit log then, and those of its network
// wait for one another when passwords are hashed.
func WithAddress(ctx context.Context, address string) context.Context {
	return context.WithValue(ctx, addressKey{}, address)
}

// addressOf is the address from which somebody asks; "" for the program itself.
func addressOf(ctx context.Context) string {
	address, _ := ctx.Value(addressKey{}).(string)
	return address
}

func networkOf(ctx context.Context) string { return limit.Network(addressOf(ctx)) }
