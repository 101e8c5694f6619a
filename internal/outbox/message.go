package outbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Message is what an area has to say to one or more recipients.
type Message struct {
	// Key names the message among all, whoever sends it: a message that is put in
	// twice is there once.
	Key string `json:"-"`
	// Scope is to what it belongs, with slashes: "x/<exercise>",
	// "community/comcheck/2026-12". It says who may see it and what a hold holds.
	Scope string `json:"-"`
	// Conversation keeps order: of one conversation a recipient gets the messages
	// as they were put in. "" for a message of which no order is asked.
	Conversation string `json:"-"`
	// Expires is when it is of no use any more; zero for LongestWait after it was
	// put in.
	Expires time.Time   `json:"-"`
	To      []Recipient `json:"-"`

	// Thread is the key of the message that it follows on the channel; "" where
	// it begins a thread.
	Thread string `json:"thread,omitempty"`
	// Under is what the channel calls a message of somebody else's that it answers,
	// where it has no Thread.
	Under string `json:"under,omitempty"`
	// About is for who hears on the channel of what comes in answer: readers may see it.
	About string `json:"about,omitempty"`
	// Label stands before everything else, such as TLP:AMBER.
	Label    string `json:"label,omitempty"`
	Exercise bool   `json:"exercise,omitempty"` // marked as exercise
	Notice   bool   `json:"notice,omitempty"`   // one may ask for no more of them
	Lang     string `json:"lang,omitempty"`
	From     string `json:"from,omitempty"` // who writes, as a name; "" for the installation
	Subject  string `json:"subject"`
	Text     string `json:"text"` // plain, lines end with \n
	Files    []File `json:"files,omitempty"`
	// Actions are what a reader can do at once, where the channel has buttons.
	Actions []Action `json:"actions,omitempty"`
}

// Action is a button: what it does, for who takes in what comes of it, and what it
// says.
type Action struct {
	Do   string `json:"do"`
	Name string `json:"name"`
}

// Recipient is to whom a message goes, on which channel.
type Recipient struct {
	ID      string // names them within the scope: a contact, a unit
	Name    string // as people read it; may be ""
	Channel string
	Address string // on the channel
	// Refused is why it cannot be reached there: Put finds it out.
	Refused string `json:"-"`
}

// File goes with a message.
type File struct {
	Name  string `json:"name"`
	Media string `json:"media"`
	Hash  string `json:"hash"` // SHA-256 in hexadecimal; Body makes it
	Data  []byte `json:"-"`
}

// Bounds of a message, and of what waits.
const (
	MaxKey        = 300 // bytes of key, scope, conversation, and of a recipient's fields
	MaxSubject    = 300 // characters
	MaxText       = 128 << 10
	MaxFiles      = 20
	MaxActions    = 10
	MaxFileBytes  = 20 << 20 // of a message together
	MaxRecipients = 2000
	MaxWaiting    = 100_000 // deliveries
)

// LongestWait is how long delivery is tried where the message says nothing else:
// RFC 5321, section 4.5.4.1, has four to five days.
const LongestWait = 4 * 24 * time.Hour

// Errors of Put.
var (
	// ErrMessage is a message that no channel could deliver as it is.
	ErrMessage = errors.New("outbox: bad message")
	// ErrKey is the key of a message that was another.
	ErrKey = errors.New("outbox: the key belongs to another message")
	// ErrFull means that too much waits already.
	ErrFull = errors.New("outbox: too much waits")
)

// Check returns ErrMessage, with what is wrong, for a message that is out of
// bounds, or in which something would end a line where none ends.
func (m *Message) Check() error {
	for name, text := range map[string]string{"key": m.Key, "scope": m.Scope, "conversation": m.Conversation, "thread": m.Thread, "from": m.From, "subject": m.Subject, "under": m.Under, "about": m.About, "label": m.Label} {
		if !oneLine(text) || len(text) > MaxKey && name != "subject" {
			return fmt.Errorf("%w: %s", ErrMessage, name)
		}
	}
	switch {
	case m.Key == "" || m.Scope == "":
		return fmt.Errorf("%w: no key or scope", ErrMessage)
	case m.Subject == "" || utf8.RuneCountInString(m.Subject) > MaxSubject:
		return fmt.Errorf("%w: subject", ErrMessage)
	case len(m.Text) > MaxText || !utf8.ValidString(m.Text) || strings.ContainsFunc(m.Text, forbidden):
		return fmt.Errorf("%w: text", ErrMessage)
	case len(m.To) == 0 || len(m.To) > MaxRecipients:
		return fmt.Errorf("%w: %d recipients", ErrMessage, len(m.To))
	}
	for _, a := range m.Actions {
		if a.Do == "" || a.Name == "" || !oneLine(a.Do+a.Name) || len(a.Do) > MaxKey || len(a.Name) > MaxKey {
			return fmt.Errorf("%w: action %q", ErrMessage, a.Name)
		}
	}
	if len(m.Actions) > MaxActions {
		return fmt.Errorf("%w: %d actions", ErrMessage, len(m.Actions))
	}
	if err := m.checkFiles(); err != nil {
		return err
	}
	for i, r := range m.To {
		for _, text := range []string{r.ID, r.Name, r.Channel, r.Address} {
			if !oneLine(text) || len(text) > MaxKey {
				return fmt.Errorf("%w: recipient %d", ErrMessage, i+1)
			}
		}
		same := func(o Recipient) bool { return o.ID == r.ID }
		if r.ID == "" || r.Channel == "" || r.Address == "" || slices.ContainsFunc(m.To[:i], same) {
			return fmt.Errorf("%w: recipient %d", ErrMessage, i+1)
		}
	}
	return nil
}

func (m *Message) checkFiles() error {
	bytes := 0
	for _, f := range m.Files {
		bytes += len(f.Data)
		if _, _, err := mime.ParseMediaType(f.Media); err != nil {
			return fmt.Errorf("%w: type of file %q", ErrMessage, f.Name)
		}
		if f.Name == "" || len(f.Name) > MaxKey || !oneLine(f.Name) || !oneLine(f.Media) || strings.ContainsAny(f.Name, `/\`) {
			return fmt.Errorf("%w: file %q", ErrMessage, f.Name)
		}
	}
	if len(m.Files) > MaxFiles || bytes > MaxFileBytes {
		return fmt.Errorf("%w: %d files of %d bytes", ErrMessage, len(m.Files), bytes)
	}
	return nil
}

// oneLine reports whether a text can stand in a header: valid, and without
// anything that a mail program takes for the end of a line.
func oneLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	})
}

// forbidden are characters that no text of ours has.
func forbidden(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

// Body returns what is said, as it is stored, and its hash, in which whom it
// goes to counts too. It names the files by their hashes.
func (m *Message) Body() (body string, hash []byte, err error) {
	for i := range m.Files {
		sum := sha256.Sum256(m.Files[i].Data)
		m.Files[i].Hash = hex.EncodeToString(sum[:])
	}
	if body, err = encode(m); err != nil {
		return "", nil, fmt.Errorf("write message %q: %w", m.Key, err)
	}
	whole, err := encode([]any{m.Scope, m.Conversation, m.To, body})
	if err != nil {
		return "", nil, fmt.Errorf("write message %q: %w", m.Key, err)
	}
	sum := sha256.Sum256([]byte(whole))
	return body, sum[:], nil
}

// encode writes JSON in which no character takes more room than it has to.
func encode(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// Lane names what keeps its order with what: "" for nothing.
func (m *Message) Lane(to Recipient) string {
	if m.Conversation == "" {
		return ""
	}
	return strings.Join([]string{m.Scope, m.Conversation, to.ID}, "\x1f")
}

// IDOf is that of the delivery of a message to a recipient, for an installation
// with that salt: 128 bits, as 26 letters and digits.
func IDOf(salt []byte, key, recipient string) string {
	mac := hmac.New(sha256.New, salt)
	mac.Write([]byte(key + "\x00" + recipient))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(mac.Sum(nil)[:16]))
}
