package auth

import (
	"context"
	"strings"
	"time"

	"renkei/internal/auth/authstore"
	"renkei/internal/auth/limit"
)

// Deed is what the audit log says was done.
type Deed string

// Deeds.
const (
	SignedIn        Deed = "signed_in"
	SignInFailed    Deed = "sign_in_failed"
	SignedOut       Deed = "signed_out"
	SessionEnded    Deed = "session_ended"
	SessionsEnded   Deed = "sessions_ended"
	Invited         Deed = "invited"
	LinkTaken       Deed = "took_link"
	LinkRevoked     Deed = "link_revoked"
	Granted         Deed = "granted"
	Revoked         Deed = "revoked"
	HandedOver      Deed = "handed_over"
	AccountMade     Deed = "account_made"
	AccountDisabled Deed = "account_disabled"
	AccountEnabled  Deed = "account_enabled"
	PasswordSet     Deed = "password_set"
	PasswordReset   Deed = "password_reset"
	ResetInvited    Deed = "reset_invited"
	TokenMade       Deed = "token_made"
	TokenDropped    Deed = "token_dropped"
	LanguageSet     Deed = "language_set"
	PasswordFailed  Deed = "password_failed"
	SecondAdded     Deed = "second_added"
	SecondNamed     Deed = "second_named"
	SecondDropped   Deed = "second_dropped"
	SecondReset     Deed = "second_reset"
	SecondFailed    Deed = "second_failed"
	CodesMade       Deed = "codes_made"
	CodeUsed        Deed = "code_used"
	Imported        Deed = "imported"
	DeviceCodeMade  Deed = "device_code_made"
	DeviceCodeWrong Deed = "device_code_wrong"
	DeviceAdded     Deed = "device_added"
	LinkRenewed     Deed = "link_renewed"
	LinksClosed     Deed = "links_closed"

	MessageRetried   Deed = "message_retried"
	MessageDropped   Deed = "message_dropped"
	MessageSwitched  Deed = "message_switched"
	MessagesHeld     Deed = "messages_held"
	MessagesReleased Deed = "messages_released"

	ExerciseArchived Deed = "exercise_archived"
	ExerciseRestored Deed = "exercise_restored"
	ExerciseDeleted  Deed = "exercise_deleted"
	ExerciseRecast   Deed = "exercise_recast"
	ViewedAsUnit     Deed = "viewed_as_unit"
	PersonErased     Deed = "person_erased"
)

// Deeds lists everything that the audit log may say.
func Deeds() []Deed {
	return []Deed{
		SignedIn, SignInFailed, SignedOut, SessionEnded, SessionsEnded, Invited, LinkTaken, LinkRevoked, Granted, Revoked,
		HandedOver, AccountMade, AccountDisabled, AccountEnabled, PasswordSet, PasswordReset, ResetInvited,
		TokenMade, TokenDropped, LanguageSet, Imported, PasswordFailed,
		DeviceCodeMade, DeviceCodeWrong, DeviceAdded, LinkRenewed, LinksClosed,
		SecondAdded, SecondNamed, SecondDropped, SecondReset, SecondFailed, CodesMade, CodeUsed,
		MessageRetried, MessageDropped, MessageSwitched, MessagesHeld, MessagesReleased,
		ExerciseArchived, ExerciseRestored, ExerciseDeleted, ExerciseRecast, ViewedAsUnit, PersonErased,
	}
}

// Entry is one line of the audit log.
type Entry struct {
	Number    int64 // the latest has the greatest
	At        time.Time
	Actor     string // a person id, or the program's own command
	ActorName string // "" where nothing is known of the actor
	Deed      Deed
	Whom      string // the person to whom it was done, or ""
	WhomName  string
	About     string // role, object and part; or the login that failed; or what a token is for
	Address   string // from where; "" for the program itself, and once the entry is older than AddressTime
}

// Audit returns n entries of the audit log, the latest first: those before the
// entry of a number, or with 0 the last.
func (s *Service) Audit(ctx context.Context, before int64, n int) ([]Entry, error) {
	all, err := s.store.Audited(ctx, before, n)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, len(all))
	for i, a := range all {
		entries[i] = Entry{
			Number: a.Number, At: timeOf(a.At), Actor: a.Actor, ActorName: a.ActorName, Deed: Deed(a.What),
			Whom: a.Whom, WhomName: a.WhomName, About: a.About, Address: a.Address,
		}
	}
	return entries, nil
}

// AddressTime is how long the audit log keeps addresses. The entries stay.
const AddressTime = 90 * 24 * time.Hour

// note is an entry of now, with the address of who asks.
func (s *Service) note(ctx context.Context, actor string, what Deed, whom, about string) authstore.Audit {
	return authstore.Audit{
		At: s.now().UnixMicro(), Actor: actor, What: string(what), Whom: whom, About: about, Address: limit.Plain(addressOf(ctx)),
	}
}

// Record writes down what somebody has done in an area that keeps no history of
// its own.
func (s *Service) Record(ctx context.Context, by string, what Deed, about string) error {
	return s.store.Note(ctx, s.note(ctx, by, what, "", about))
}

// where says in the audit log what a grant is about.
func where(g Grant) string { return strings.TrimSpace(g.Role + " " + g.Object + " " + g.Part) }

// Failures to sign in that are written down: one a minute for each login from
// each network, and so many of all, so that nobody fills the log from outside.
const (
	failedLogin limit.Kind = iota
	failedAll
)

func newFailed(now func() time.Time) *limit.Limiter {
	return limit.New(now, limit.Options{Keys: 10_000, Rates: map[limit.Kind]limit.Rate{
		failedLogin: {Count: 1, Per: time.Minute, Burst: 1},
		failedAll:   {Count: 60, Per: time.Minute, Burst: 300},
	}})
}

// noteFailed writes down that somebody could not sign in. The login is clipped:
// some type their password there.
func (s *Service) noteFailed(ctx context.Context, login, person string) error {
	if ok, _ := s.failed.Allow(failedLogin, login+"\x00"+networkOf(ctx)); !ok {
		return nil
	}
	if ok, _ := s.failed.Allow(failedAll, ""); !ok {
		return nil
	}
	return s.store.Note(ctx, s.note(ctx, "", SignInFailed, person, clip(oneLine(login), 60)))
}
