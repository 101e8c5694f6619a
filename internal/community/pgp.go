package community

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
)

// maxArmored bounds a public key as it is handed in.
const maxArmored = 64 << 10

// ReadKeys reads public keys of OpenPGP (RFC 9580) in ASCII armour. It returns a
// Refusal for anything else, and for a private key.
func ReadKeys(armored string) ([]Key, error) {
	if len(armored) > maxArmored {
		return nil, refuse("key_large")
	}
	entities, err := openpgp.ReadArmoredKeyRing(strings.NewReader(armored))
	if err != nil || len(entities) == 0 {
		return nil, refuse("key")
	}
	keys := make([]Key, 0, len(entities))
	for _, e := range entities {
		if e.PrivateKey != nil {
			return nil, refuse("key_private")
		}
		k, err := keyOf(e)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// keyOf writes a key anew, so that nothing but the key is kept.
func keyOf(e *openpgp.Entity) (Key, error) {
	var b bytes.Buffer
	w, err := armor.Encode(&b, openpgp.PublicKeyType, nil)
	if err != nil {
		return Key{}, err
	}
	if err := e.Serialize(w); err != nil {
		return Key{}, refuse("key")
	}
	if err := w.Close(); err != nil {
		return Key{}, err
	}
	k := Key{
		Armored: b.String(), Made: e.PrimaryKey.CreationTime.UTC(),
		Fingerprint: strings.ToUpper(hex.EncodeToString(e.PrimaryKey.Fingerprint)),
	}
	for _, id := range e.Identities {
		k.Users = append(k.Users, id.Name)
	}
	slices.Sort(k.Users)
	if sig, _ := e.PrimarySelfSignature(); sig != nil && sig.KeyLifetimeSecs != nil && *sig.KeyLifetimeSecs > 0 {
		k.Expires = k.Made.Add(time.Duration(*sig.KeyLifetimeSecs) * time.Second)
	}
	return k, nil
}

// Expired reports whether the key may no longer be used on a day.
func (k *Key) Expired(day time.Time) bool { return !k.Expires.IsZero() && !day.Before(k.Expires) }

// Spaced returns the fingerprint in groups of four digits, as people compare it.
func (k *Key) Spaced() string {
	var b strings.Builder
	for i, r := range k.Fingerprint {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
