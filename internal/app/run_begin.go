package app

import (
	"context"
	"errors"
	"strconv"

	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
)

// begin brings the exercise to run: simulated teams in their places, ready,
// STARTEX. After an interruption it only goes on. Every command has a key, so
// what was done before is not done twice.
func (r *run) begin(
	ctx context.Context, c *conduct.Conductor, phase exercise.Phase, speed float64, units []scenario.Unit,
) error {
	excon := exercise.Excon()
	if r.o.Bots {
		for _, cmd := range standIns(units) {
			if err := r.do(ctx, c, cmd, phase); err != nil {
				return err
			}
		}
	}
	if phase == exercise.Preparing {
		return r.do(ctx, c, exercise.Command{Key: "startex", Actor: excon, Do: exercise.Start{Speed: r.o.Speed}}, phase)
	}
	seq := strconv.FormatUint(c.Seq(), 10)
	if speed != r.o.Speed {
		cmd := exercise.Command{Key: "speed/" + seq, Actor: excon, Do: exercise.SetSpeed{Speed: r.o.Speed}}
		if err := r.do(ctx, c, cmd, phase); err != nil {
			return err
		}
	}
	return r.goOn(ctx, c, seq)
}

// goOn resumes a paused exercise: whoever runs the command again wants that.
func (r *run) goOn(ctx context.Context, c *conduct.Conductor, seq string) error {
	_, err := c.Do(ctx, exercise.Command{Key: "resume/" + seq, Actor: exercise.Excon(), Do: exercise.Resume{}})
	if refusal := (*exercise.Refusal)(nil); errors.As(err, &refusal) && refusal.Code == exercise.WrongClock {
		return nil // it runs
	}
	return err
}

// do gives a command of the beginning. Ready and attendance are of before
// STARTEX only.
func (r *run) do(ctx context.Context, c *conduct.Conductor, cmd exercise.Command, phase exercise.Phase) error {
	if _, ready := cmd.Do.(exercise.SetReady); ready && phase != exercise.Preparing {
		return nil
	}
	_, err := c.Do(ctx, cmd)
	return err
}

// hold pauses the clock on the way out, so that going on later loses no time.
func (r *run) hold(ctx context.Context, c *conduct.Conductor) error {
	cmd := exercise.Command{
		Key: "pause/" + strconv.FormatUint(c.Seq(), 10), Actor: exercise.Excon(), Do: exercise.Pause{Reason: "interrupted"},
	}
	_, err := c.Do(context.WithoutCancel(ctx), cmd)
	if refusal := (*exercise.Refusal)(nil); errors.As(err, &refusal) {
		return nil // it stands already
	}
	return err
}
