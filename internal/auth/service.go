package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"renkei/internal/auth/authstore"
	"renkei/internal/auth/limit"
	"renkei/internal/database"
)

// Store keeps what the service knows.
type Store interface {
	accountStore
	deviceStore
	deviceCodeStore
	factorStore
	grantStore
	linkStore
	sessionStore
	tokenStore
	Who(ctx context.Context, person string) (authstore.Who, error)
	People(ctx context.Context, ids []string) ([]authstore.Person, error)
	Note(ctx context.Context, a authstore.Audit) error
	ForgetAddresses(ctx context.Context, before int64) error
	Audited(ctx context.Context, before int64, n int) ([]authstore.Audited, error)
}

var _ Store = (*authstore.Store)(nil)

// What is granted where, as it is stored.
type (
	// Scope is where a role counts.
	Scope = authstore.Scope
	// Grant is a role that somebody has somewhere.
	Grant = authstore.Grant
	// Holder is somebody who has a grant.
	Holder = authstore.Holder
)

// Errors that a person is told.
var (
	// ErrSignIn means that login and password do not belong together.
	ErrSignIn = errors.New("auth: login or password is wrong")
	// ErrLink means that a link was taken already, is over, or never was.
	ErrLink = errors.New("auth: the link is not good")
	// ErrAccount means that something needs an account: a link that makes one
	// cannot be taken without. Or that somebody has one, and signs in with it.
	ErrAccount = errors.New("auth: an account is needed")
	// ErrName means that a name is empty or too long.
	ErrName = errors.New("auth: no name")
	// ErrLogin means that a login is empty or too long.
	ErrLogin = errors.New("auth: no login")
	// ErrRole means that a role cannot be granted there, or that somebody does
	// not have the role that is needed.
	ErrRole = errors.New("auth: no such role there")
	// ErrLast means that nobody would be left with a role that somebody needs to
	// have: of the community, a secretary who can sign in.
	ErrLast = authstore.ErrLast
	// ErrNotFound means that there is nothing of that name.
	ErrNotFound = database.ErrNotFound
	// ErrExists means that a login is somebody else's.
	ErrExists = database.ErrExists
)

// Service signs people in and out, and gives them what they may do.
type Service struct {
	store    Store
	now      func() time.Time
	areas    []Area
	required []Role // of which one needs a second factor
	hasher   *hasher
	sessions *cache
	tokens   *cache
	failed   *limit.Limiter
	imports  sync.Mutex // one import sees what the one before has made
	names    names
	ended    func(ctx context.Context, of Scope) (time.Time, error) // nil: nothing has ended
}

// New returns a service on a store, with the clock of the machine or of a test,
// that grants the roles of the community and of areas.
func New(s Store, now func() time.Time, areas ...Area) *Service {
	return &Service{
		store: s, now: now, areas: areas, hasher: newHasher(),
		sessions: newCache(), tokens: newCache(), failed: newFailed(now),
	}
}

// secret draws 256 random bits, and gives them as text and as they are stored.
func secret() (string, authstore.Token) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails
	text := base64.RawURLEncoding.EncodeToString(raw)
	return text, tokenOf(text)
}

func tokenOf(text string) authstore.Token { return sha256.Sum256([]byte(text)) }

// idOf names a token in a form or an address.
func idOf(t authstore.Token) string {
	id := t.ID()
	return hex.EncodeToString(id[:])
}

// tokenID reads what idOf has given. It returns ErrNotFound for anything
// else, as for a name that nothing has.
func tokenID(id string) (t authstore.TokenID, err error) {
	raw, err := hex.DecodeString(id)
	if err != nil || len(raw) != len(t) {
		return t, ErrNotFound
	}
	return authstore.TokenID(raw), nil
}

// newID is a person id: the log holds it for ever and it means nothing.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// storable leaves out of a text what no database takes: bytes that are no UTF-8,
// and zeros.
func storable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
}

// FoldLogin makes logins equal that look alike.
func FoldLogin(login string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(storable(login))))
}

// cleanLogin takes a login as people type it.
func cleanLogin(login string) (string, error) {
	login = FoldLogin(login)
	if login == "" || len([]rune(login)) > 100 || strings.ContainsFunc(login, unicode.IsControl) {
		return "", ErrLogin
	}
	return login, nil
}

// cleanName takes a name as people type it: one line, of at most 100 letters.
func cleanName(name string) (string, error) {
	name = oneLine(name)
	if name == "" || len([]rune(name)) > 100 {
		return "", ErrName
	}
	return name, nil
}

// oneLine makes every run of spaces and controls one space.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(norm.NFC.String(storable(text)), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}

// clip shortens a text to n bytes of whole letters.
func clip(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "")
}

// timeOf is a moment as the store has it; the zero time for 0.
func timeOf(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
