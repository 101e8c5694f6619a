package comcheck

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"renkei/internal/community"
)

// Store keeps rounds. BeginRound returns ErrBegun for one that has begun.
type Store interface {
	Registry(ctx context.Context) (*community.Registry, error)
	Rounds(ctx context.Context) ([]Round, error)
	Round(ctx context.Context, id string) (*Round, []Ask, error)
	BeginRound(ctx context.Context, r *Round, asks []Ask) error
	MoreAsks(ctx context.Context, r *Round, asks []Ask) error
	Answer(ctx context.Context, a Ask) error
	Bounce(ctx context.Context, a Ask) error
	Schedule(ctx context.Context) (Schedule, error)
}

// ErrBegun means that a round has begun already: in this minute, or for the month
// of the schedule.
var ErrBegun = errors.New("comcheck: the round has begun already")

// Service begins rounds and lets them go on.
type Service struct {
	Store   Store
	Now     func() time.Time
	Mailing Mailing // zero: nothing is sent

	mu    sync.Mutex
	heard map[int64]time.Time // failures of mails that were noted, by delivery; guarded by mu
}

// Start begins a round and sends its mails. It returns ErrPlan, ErrNobody, and ErrBegun where one
// began in the same minute, as by a form that was sent twice.
func (s *Service) Start(ctx context.Context, plan Plan, author string) (*Round, []Ask, error) {
	return s.start(ctx, s.Now().UTC().Format("2006-01-02-1504"), plan, author)
}

func (s *Service) start(ctx context.Context, id string, plan Plan, author string) (*Round, []Ask, error) {
	reg, err := s.Store.Registry(ctx)
	if err != nil {
		return nil, nil, err
	}
	r, asks, err := Begin(reg, id, plan, author, s.Now().UTC().Truncate(time.Microsecond))
	if err != nil {
		return nil, nil, err
	}
	if err := s.Store.BeginRound(ctx, r, asks); err != nil {
		return nil, nil, err
	}
	_ = s.mail(ctx, r, asks, reg) // the round has begun; Advance puts in what could not be now, and tells
	return r, asks, nil
}

// Advance begins the round that the schedule owes, and asks whoever is next where
// nobody has answered in time. It should be called every minute.
func (s *Service) Advance(ctx context.Context) error {
	rounds, err := s.Store.Rounds(ctx)
	if err != nil {
		return err
	}
	if err := s.scheduled(ctx, rounds); err != nil {
		return err
	}
	for i := range rounds {
		if err := s.goOn(ctx, &rounds[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) scheduled(ctx context.Context, rounds []Round) error {
	schedule, err := s.Store.Schedule(ctx)
	if err != nil {
		return err
	}
	owed := schedule.Owed(s.Now())
	for _, r := range rounds {
		if r.ID == owed {
			return nil
		}
	}
	if owed == "" {
		return nil
	}
	_, _, err = s.start(ctx, owed, schedule.Plan, "")
	if errors.Is(err, ErrBegun) || errors.Is(err, ErrNobody) { // another process was quicker; or there is nobody yet
		return nil
	}
	return err
}

func (s *Service) escalate(ctx context.Context, id string) error {
	r, asks, err := s.Store.Round(ctx, id)
	if err != nil {
		return err
	}
	reg, err := s.Store.Registry(ctx)
	if err != nil {
		return err
	}
	if more := r.Next(reg, asks, s.Now().UTC().Truncate(time.Microsecond)); len(more) > 0 {
		return s.Store.MoreAsks(ctx, r, more)
	}
	return nil
}

// maxWord bounds what somebody says with an answer.
const maxWord = 200

// Word takes a few words as somebody has written them: one line of at most 200
// characters.
func Word(text string) string {
	runes := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " "))
	return string(runes[:min(len(runes), maxWord)])
}
