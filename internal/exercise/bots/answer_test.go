package bots_test

import (
	"testing"

	"renkei/internal/exercise"
)

// TestEveryTypeIsAnsweredRightAndWrong, by one simulated team or another, and
// nothing that it files is refused (see playPack).
func TestEveryTypeIsAnsweredRightAndWrong(t *testing.T) {
	t.Parallel()
	right, wrong := map[string]int{}, map[string]int{}
	parts, media := map[string]int{}, map[string]int{}
	for seed := range uint64(12) {
		for _, e := range playPack(t, "../scenario/testdata/full", seed, nothing) {
			switch b := e.Body.(type) {
			case *exercise.Scored:
				if b.Correct {
					right[b.Task]++
				} else {
					wrong[b.Task]++
				}
			case *exercise.Submitted:
				for key := range b.Parts {
					parts[key]++
				}
				if b.File != nil {
					media[b.File.Media]++
				}
			}
		}
	}
	for _, task := range []string{"T1", "T2", "T3", "T4", "T5", "T6", "T9"} {
		if right[task] == 0 || wrong[task] == 0 {
			t.Errorf("%s is right %d times and wrong %d times", task, right[task], wrong[task])
		}
	}
	for _, key := range []string{"summary", "hosts", "since", "iocs", "severity"} {
		if parts[key] == 0 {
			t.Errorf("nobody fills in %s", key)
		}
	}
	if media["text/csv"] == 0 || media["text/plain"] == 0 {
		t.Errorf("handed in: %v", media)
	}
}
