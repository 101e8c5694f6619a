package server

import (
	"crypto/sha256"
	"strconv"
	"sync"
	"time"

	"renkei/internal/channel/mail"
	"renkei/internal/exercise/chat"
)

// mailFiles are those of the mail that is being taken in.
type mailFiles struct {
	mu  sync.Mutex
	all map[string][]byte
}

// set keeps the files of a mail in place of those of the one before, and returns
// how exercises name them.
func (f *mailFiles) set(files []mail.InFile) (named []chat.File) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = map[string][]byte{}
	for i, file := range files {
		id := strconv.Itoa(i)
		f.all[id] = file.Data
		named = append(named, chat.File{ID: id, Name: file.Name, Media: file.Media, Size: int64(len(file.Data))})
	}
	return named
}

func (f *mailFiles) get(id string) (data []byte, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	data, ok = f.all[id]
	return data, ok
}

// Bounds of what one account may do by mail: a program that answers by itself, and
// does not say so, is not heeded for long.
const (
	oftenTime  = 10 * time.Minute
	oftenMost  = 20
	sameTime   = 24 * time.Hour
	sameMost   = 3
	oftenKnown = 10_000
)

// often counts what comes from whom.
type often struct {
	mu  sync.Mutex
	all map[string]*accountMails
}

type accountMails struct {
	at    []time.Time // of the latest, at most oftenMost
	texts map[[32]byte][]time.Time
	last  string // the mail that was counted last: it may be asked for again
	said  bool   // what was answered then
}

// tooMuch counts a mail, and reports whether it is not to be heeded: the account
// writes too often, or the same again and again.
func (o *often) tooMuch(account, mail, text string, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.all == nil || len(o.all) > oftenKnown {
		o.all = map[string]*accountMails{}
	}
	a := o.all[account]
	if a == nil {
		a = &accountMails{texts: map[[32]byte][]time.Time{}}
		o.all[account] = a
	}
	if a.last == mail {
		return a.said
	}
	a.at = append(recent(a.at, now.Add(-oftenTime)), now)
	sum := sha256.Sum256([]byte(text))
	if len(a.texts) > oftenMost*10 {
		a.texts = map[[32]byte][]time.Time{}
	}
	a.texts[sum] = append(recent(a.texts[sum], now.Add(-sameTime)), now)
	a.last, a.said = mail, len(a.at) > oftenMost || len(a.texts[sum]) > sameMost
	return a.said
}

func recent(all []time.Time, since time.Time) []time.Time {
	for len(all) > 0 && (all[0].Before(since) || len(all) > 100) {
		all = all[1:]
	}
	return all
}
