package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
)

// The cost of a password, after the first recommendation of the OWASP cheat
// sheet on password storage: 19 MiB, two passes, one lane.
const (
	memoryKiB = 19 * 1024
	passes    = 2
	lanes     = 1
	keyBytes  = 32
	saltBytes = 16
)

// maxPassword bounds what is hashed.
const maxPassword = 1024

// queueLimit is how long somebody waits for a processor.
const queueLimit = 10 * time.Second

// Errors of passwords.
var (
	// ErrBusy means that too many sign in at this moment; try again.
	ErrBusy = errors.New("auth: too many sign in at once")
	// ErrPassword means that a password is not the right one, or cannot be one.
	ErrPassword = errors.New("auth: wrong password")
	// ErrPasswordShort means that a new password has too few characters.
	ErrPasswordShort = errors.New("auth: the password is too short")
	// ErrPasswordGuessable means that a new password is the login, the name, or
	// one that is tried first.
	ErrPasswordGuessable = errors.New("auth: the password is easily guessed")
)

// hasher computes as many hashes at once as there are processors, so that a
// crowd that signs in costs time and not memory. Networks take turns, so that
// one from which many come does not make others wait.
type hasher struct{ turns *turns }

func newHasher() *hasher { return &hasher{newTurns(runtime.GOMAXPROCS(0))} }

// take waits for a processor. The caller gives it back.
func (h *hasher) take(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, queueLimit)
	defer cancel()
	if err := h.turns.take(ctx, networkOf(ctx)); err != nil {
		return fmt.Errorf("%w: %w", ErrBusy, err)
	}
	return nil
}

func (h *hasher) give() { h.turns.give() }

// hash gives a password in the string form of the reference implementation of
// Argon2 (PHC), with a salt of its own.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if password == "" || len(password) > maxPassword {
		return "", ErrPassword
	}
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	if err := h.take(ctx); err != nil {
		return "", err
	}
	defer h.give()
	key := argon2.IDKey(normal(password), salt, passes, memoryKiB, lanes, keyBytes)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memoryKiB, passes, lanes, b64(salt), b64(key)), nil
}

// cost is what a hash was made with.
type cost struct {
	memory, passes uint32
	lanes          uint8
	salt, key      []byte
}

// errHash is a stored hash that this program did not write.
var errHash = errors.New("auth: unknown form of a password")

// parseHash reads what hash has given.
func parseHash(s string) (c cost, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.lanes); err != nil {
		return c, fmt.Errorf("%w: %w", errHash, err)
	}
	c.salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	if err == nil {
		c.key, err = base64.RawStdEncoding.DecodeString(parts[5])
	}
	if err != nil || len(c.key) == 0 {
		return c, errHash
	}
	return c, nil
}

// check compares a password with a hash: nil, ErrPassword, or why it could not.
// An empty hash takes as long and fits nothing, so that nobody learns from the
// time who has an account.
func (h *hasher) check(ctx context.Context, hash, password string) error {
	c := cost{memory: memoryKiB, passes: passes, lanes: lanes, salt: make([]byte, saltBytes), key: make([]byte, keyBytes)}
	if hash != "" {
		var err error
		if c, err = parseHash(hash); err != nil {
			return err
		}
	}
	if len(password) > maxPassword {
		return ErrPassword
	}
	if err := h.take(ctx); err != nil {
		return err
	}
	defer h.give()
	key := argon2.IDKey(normal(password), c.salt, c.passes, c.memory, c.lanes, uint32(len(c.key)))
	if hash == "" || subtle.ConstantTimeCompare(key, c.key) != 1 {
		return ErrPassword
	}
	return nil
}
