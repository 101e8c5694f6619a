package conduct

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"renkei/internal/exercise"
	"renkei/internal/journal"
	"renkei/internal/store"
)

// keyID is an (actor, key) pair, shortened: an exercise of a million events
// must fit in memory.
type keyID [16]byte

// keyed is what the command under a key was and brought about.
type keyed struct {
	hash        [8]byte
	first, last uint64
}

// keyTable remembers every idempotency key of one exercise.
type keyTable map[keyID]keyed

func idOf(actor, key string) keyID {
	sum := sha256.Sum256([]byte(actor + "\x00" + key))
	return keyID(sum[:16])
}

// hashOf identifies what a command asks for, apart from when.
func hashOf(do exercise.Action) (journal.Hash, error) {
	body, err := json.Marshal(do)
	if err != nil {
		return journal.Hash{}, fmt.Errorf("hash command %T: %w", do, err)
	}
	return journal.HashOf(append([]byte(fmt.Sprintf("%T ", do)), body...)), nil
}

func (t keyTable) load(k store.Key) {
	t[idOf(k.Actor, k.Key)] = keyed{hash: [8]byte(k.Hash[:8]), first: k.First, last: k.Last}
}
