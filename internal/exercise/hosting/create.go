package hosting

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"renkei/internal/auth"
	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
)

// Create makes an exercise that waits for STARTEX. The same key of the same
// person gives the same exercise, also after a restart, and finishes what a
// killed process left half done.
func (h *Host) Create(ctx context.Context, n CreateOptions) (string, error) {
	id, _, err := h.create(ctx, n, func(string) bool { return n.Bots })
	return id, err
}

// create makes an exercise in which simulated teams stand in for some units, and
// returns its id and its units.
func (h *Host) create(ctx context.Context, n CreateOptions, bot func(unit string) bool) (string, []scenario.Unit, error) {
	if err := h.waitListed(ctx); err != nil {
		return "", nil, err
	}
	h.creating.Lock()
	defer h.creating.Unlock()
	setup, err := h.setup(n)
	if err != nil {
		return "", nil, err
	}
	cast, err := scenario.NewCast(setup.Pack, setup.Teams)
	if err != nil {
		return "", nil, fmt.Errorf("create exercise %s: %w", setup.ID, err)
	}
	if err := h.make(ctx, n, setup); err != nil {
		return "", nil, err
	}
	if n.Carry != nil {
		err = h.carry(ctx, setup.ID, *n.Carry)
	}
	if err == nil {
		err = h.standIn(ctx, setup.ID, slices.DeleteFunc(slices.Clone(cast.Units), func(u scenario.Unit) bool { return !bot(u.Key) }))
	}
	return setup.ID, cast.Units, err
}

// carry brings the improvement plan of an earlier exercise. Its key makes that it
// is brought once.
func (h *Host) carry(ctx context.Context, id string, plan exercise.PlanCarried) error {
	r, err := h.find(ctx, id)
	if err != nil {
		return err
	}
	x, err := r.open(ctx)
	if err != nil {
		return err
	}
	_, err = x.Do(ctx, exercise.Command{Key: "carry", Actor: exercise.Excon(), Do: exercise.CarryPlan{PlanCarried: plan}})
	if refused := (*exercise.Refusal)(nil); errors.As(err, &refused) { // it was brought, or play has begun meanwhile
		return nil
	}
	return err
}

// setup says what the exercise is made of.
func (h *Host) setup(n CreateOptions) (s conduct.Setup, err error) {
	pack := h.library.Find(n.Pack)
	if pack == nil {
		return s, &CreateError{Code: CreatePack}
	}
	teams, err := h.cast(n.Teams, pack.Units.Min)
	if err != nil {
		return s, err
	}
	title, err := titleOf(n.Title, pack.Title)
	if err != nil {
		return s, err
	}
	mark := sha256.Sum256([]byte(n.By + "\x00" + n.Key))
	return conduct.Setup{
		ID: h.idFor(pack.Key, mark), Title: title, Seed: binary.BigEndian.Uint64(mark[8:]), Pack: pack, Teams: teams,
	}, nil
}

// idFor is an id that can be read aloud: pack, day, and some letters that follow
// from the maker's key, by which the exercise is found when it was made already.
func (h *Host) idFor(pack string, mark [sha256.Size]byte) string {
	letters := strings.ToLower(base32.StdEncoding.EncodeToString(mark[:5]))
	for _, r := range h.all() {
		if strings.HasPrefix(r.id, pack+"-") && strings.HasSuffix(r.id, "-"+letters) {
			return r.id
		}
	}
	return pack + "-" + time.Now().UTC().Format("20060102") + "-" + letters
}

// cast finds the members that take part.
func (h *Host) cast(keys []string, least int) ([]scenario.Unit, error) {
	var teams []scenario.Unit
	for i, key := range keys {
		at := slices.IndexFunc(h.o.Teams, func(u scenario.Unit) bool { return u.Key == key })
		if at < 0 || slices.Contains(keys[:i], key) {
			return nil, &CreateError{Code: CreateTeam, Args: map[string]any{"Team": key}}
		}
		teams = append(teams, h.o.Teams[at])
	}
	switch {
	case len(teams) < least:
		return nil, &CreateError{Code: CreateFewTeams, Args: map[string]any{"Min": least}}
	case len(teams) > teamfile.MaxTeams:
		return nil, &CreateError{Code: CreateManyTeams, Args: map[string]any{"Max": teamfile.MaxTeams}}
	}
	return teams, nil
}

// titleOf is the title that the maker gave, else the pack's.
func titleOf(given, pack scenario.Text) (scenario.Text, error) {
	title := scenario.Text{}
	for lang, text := range given {
		text = strings.Join(strings.Fields(text), " ")
		if utf8.RuneCountInString(text) > exercise.MaxTitle || !utf8.ValidString(text) {
			return nil, &CreateError{Code: CreateTitle, Args: map[string]any{"Max": exercise.MaxTitle}}
		}
		if text != "" {
			title[lang] = text
		}
	}
	if len(title) == 0 {
		return pack, nil
	}
	return title, nil
}

// make writes the exercise down. Its director is granted first: an exercise that
// nobody can direct would be worse than a grant without one.
func (h *Host) make(ctx context.Context, n CreateOptions, setup conduct.Setup) error {
	if n.By != "" && h.o.Auth != nil {
		g := auth.Grant{Person: n.By, Scope: access.In(setup.ID, ""), Role: string(access.Director)}
		if err := h.o.Auth.Grant(ctx, n.By, g); err != nil {
			return fmt.Errorf("create exercise %s: %w", setup.ID, err)
		}
	}
	// ErrConflict: it was written down already.
	if err := conduct.Create(ctx, h.deps, setup); err != nil && !errors.Is(err, database.ErrConflict) {
		return err
	}
	return h.refresh(ctx)
}

// standIn puts simulated teams into the place of units, each ready. Every command
// has a key, so nothing is done twice.
func (h *Host) standIn(ctx context.Context, id string, units []scenario.Unit) error {
	if len(units) == 0 {
		return nil
	}
	r, err := h.find(ctx, id)
	if err != nil {
		return err
	}
	x, err := r.open(ctx)
	if err != nil {
		return err
	}
	for _, cmd := range bots.Assign(units) {
		var refused *exercise.Refusal
		if _, err := x.Do(ctx, cmd); err != nil && !errors.As(err, &refused) { // it has begun meanwhile
			return err
		}
	}
	return nil
}
