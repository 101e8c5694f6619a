package mail

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// FileKey is the file in the data folder with the key of the addresses to which
// people reply. The database and its backups never have it.
const FileKey = "mail.key"

// Key makes the tags of addresses.
type Key []byte

const keyBytes = 32

// OpenKey reads the key of a file that is for its owner only, and makes it where
// there is none.
func OpenKey(path string) (Key, error) {
	for range 2 {
		key, err := os.ReadFile(path)
		if err == nil && len(key) != keyBytes {
			return nil, fmt.Errorf("%s: not a key of %d bytes", path, keyBytes)
		}
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return key, err
		}
		fresh := make([]byte, keyBytes)
		_, _ = rand.Read(fresh) // it never fails
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue // another process was quicker
		}
		if err != nil {
			return nil, err
		}
		_, err = f.Write(fresh)
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return nil, err
		}
		return fresh, nil
	}
	return nil, fmt.Errorf("%s: %w", path, fs.ErrExist)
}

var lowerBase32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// sum is a MAC of words, of so many bytes, in small letters and digits.
func (k Key) sum(bytes int, words ...string) string {
	mac := hmac.New(sha256.New, k)
	for _, w := range words {
		_, _ = fmt.Fprintf(mac, "%d:%s", len(w), w) // it never fails
	}
	return strings.ToLower(lowerBase32.EncodeToString(mac.Sum(nil)[:bytes]))
}

// Tag is what stands in the address to which a person replies in an exercise: 80
// bits that say that they got a mail that we sent to them.
func (k Key) Tag(exercise, person string) string { return k.sum(10, "reply", exercise, person) }

// Account names an address that answered in the place of a person, without saying
// which: the log keeps it.
func (k Key) Account(exercise, person, address string) string {
	return k.sum(10, "account", exercise, person, strings.ToLower(address))
}

// Post names a mail, without saying who wrote it: the log keeps it.
func (k Key) Post(exercise string, in *Incoming) string {
	return k.sum(10, "post", exercise, in.ID, in.From.Address, in.Subject, in.Date.UTC().String(), in.Whole)
}

// Tagged is an address with a tag.
func Tagged(address, tag string) string {
	at := strings.LastIndexByte(address, '@')
	if tag == "" || at < 0 {
		return address
	}
	return address[:at] + "+" + tag + address[at:]
}

// TagOf is the tag of an address of ours; "" where it has none.
func TagOf(address, ours string) string {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	ourLocal, ourDomain, _ := strings.Cut(strings.ToLower(ours), "@")
	name, tag, ok := strings.Cut(local, "+")
	if !ok || name != ourLocal || domain != ourDomain {
		return ""
	}
	return tag
}
