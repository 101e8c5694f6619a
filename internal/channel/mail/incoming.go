package mail

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/charset"
)

// Bounds of a mail that is read. What is beyond them is left out, and said so.
const (
	MaxMail      = 36 << 20 // bytes as it arrives: 25 MiB of files in base64
	maxHeader    = 256 << 10
	maxDepth     = 12
	maxParts     = 200
	maxSaid      = 256 << 10 // bytes of text
	maxNewFiles  = 10
	maxFileBytes = 25 << 20 // of all files together
	maxRefs      = 100
	maxTo        = 100
)

// errs of mails that cannot be read.
var (
	errTooLarge = errors.New("the mail is too large")
	errTooDeep  = errors.New("the mail has too many parts")
)

// Incoming is a mail that has come.
type Incoming struct {
	ID      string // its Message-ID, without brackets; "" where it has none
	From    netmail.Address
	To      []string // addresses to which it came, tags and all, in lower case
	Refs    []string // Message-IDs to which it answers, the nearest first
	Subject string
	Date    time.Time // as its sender says; zero where that cannot be read
	Arrived time.Time // as the server of the mailbox says

	Said  string // what they wrote, without what they quote and without signatures
	Whole string // all of its text
	Form  []Answer
	Files []InFile
	Left  int // how many files were left out

	// Automatic is why it is taken for a machine's; "" for a person's.
	Automatic string
	// Returned are mails of ours that could not be delivered, or were.
	Returned []Returned
}

// InFile is a file that came with a mail.
type InFile struct {
	Name, Media string
	Data        []byte
}

// Read reads a mail. Whatever it holds, what it returns is valid UTF-8 within
// bounds. Nothing of it is run or rendered; HTML is turned into plain text. It
// fails for what is no mail, or too large, or nested too deep.
func Read(r io.Reader) (*Incoming, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxMail+1))
	if err != nil {
		return nil, fmt.Errorf("read mail: %w", err)
	}
	if len(raw) > MaxMail {
		return nil, errTooLarge
	}
	e, err := message.ReadWithOptions(bytes.NewReader(raw), &message.ReadOptions{MaxHeaderBytes: maxHeader})
	if err != nil && (e == nil || !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err)) {
		return nil, fmt.Errorf("read mail: %w", err)
	}
	if e.Header.Len() == 0 {
		return nil, errors.New("read mail: it has no header")
	}
	in := &Incoming{}
	in.readHeader(&e.Header)
	w := &walk{in: in}
	if err := w.entity(e, 0, false); err != nil {
		return nil, err
	}
	in.Whole = w.whole()
	if len(in.Returned) == 0 && w.report {
		in.Automatic = "report"
	}
	in.Said, in.Form = Cut(in.Whole)
	return in, nil
}

// readHeader takes from the header what counts.
func (in *Incoming) readHeader(h *message.Header) {
	in.ID = id(h.Get("Message-Id"))
	in.Subject = clean(headerText(h.Get("Subject")), 500)
	in.Date, _ = netmail.ParseDate(h.Get("Date"))
	for _, name := range []string{"From", "Sender"} {
		if all := addresses(h.Get(name)); len(all) > 0 && in.From.Address == "" {
			in.From = all[0]
		}
	}
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc"} {
		for _, v := range h.Values(name) {
			for _, a := range addresses(v) {
				if len(in.To) < maxTo {
					in.To = append(in.To, strings.ToLower(a.Address))
				}
			}
		}
	}
	refs := append(strings.Fields(h.Get("In-Reply-To")), reversed(strings.Fields(h.Get("References")))...)
	for _, ref := range refs {
		if ref = id(ref); ref != "" && len(in.Refs) < maxRefs {
			in.Refs = append(in.Refs, ref)
		}
	}
	in.Automatic = automatic(h, &in.From)
}

func reversed(all []string) []string {
	out := make([]string, 0, len(all))
	for i := len(all) - 1; i >= 0; i-- {
		out = append(out, all[i])
	}
	return out
}

// id is a Message-ID without its brackets; "" for what cannot be one.
func id(s string) string {
	_, s, open := strings.Cut(s, "<")
	s, _, closed := strings.Cut(s, ">")
	if !open || !closed || len(s) > 250 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	return s
}

// headerText decodes the words of a header, in whatever charset.
func headerText(s string) string {
	d := mime.WordDecoder{CharsetReader: charset.Reader}
	if out, err := d.DecodeHeader(s); err == nil {
		return out
	}
	return s
}

// addresses are those of a header. Names that cannot be read cost none of them.
func addresses(s string) []netmail.Address {
	if len(s) > maxHeader {
		return nil
	}
	p := netmail.AddressParser{WordDecoder: &mime.WordDecoder{CharsetReader: charset.Reader}}
	all, err := p.ParseList(s)
	if err != nil { // perhaps the name alone is bad
		open, end := strings.LastIndexByte(s, '<'), strings.LastIndexByte(s, '>')
		if open < 0 || end < open {
			return nil
		}
		a, err := netmail.ParseAddress(s[open : end+1])
		if err != nil {
			return nil
		}
		all = []*netmail.Address{a}
	}
	var out []netmail.Address
	for _, a := range all {
		out = append(out, netmail.Address{Name: clean(a.Name, 200), Address: a.Address})
	}
	return out
}

// clean is a text as one line without control characters, of at most n runes.
func clean(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	runes := []rune(strings.TrimSpace(s))
	return string(runes[:min(len(runes), n)])
}

// walk reads the parts of a mail.
type walk struct {
	in     *Incoming
	texts  []string
	size   int // of texts
	files  int // bytes
	parts  int
	report bool // it is about a mail of ours, and says nothing of its own
}

func (w *walk) whole() string { return strings.TrimSpace(strings.Join(w.texts, "\n\n")) }

// entity reads a part. aside is for what is not said to us: a part of a report.
func (w *walk) entity(e *message.Entity, depth int, aside bool) error {
	if w.parts++; depth > maxDepth || w.parts > maxParts {
		return errTooDeep
	}
	media, params, err := e.Header.ContentType()
	if err != nil || media == "" {
		media = "text/plain"
	}
	media = strings.ToLower(media)
	if parts := e.MultipartReader(); parts != nil {
		return w.multipart(parts, media, depth, aside)
	}
	switch {
	case media == "message/delivery-status":
		w.status(e.Body)
		return nil
	case (media == "message/rfc822" || media == "text/rfc822-headers" || media == "message/global") && aside:
		w.original(e.Body)
		return nil
	}
	disposition, named, _ := e.Header.ContentDisposition()
	name := headerText(firstOf(named["filename"], params["name"]))
	if strings.HasPrefix(media, "text/") && disposition != "attachment" && (name == "" || disposition == "inline" && media == "text/plain") {
		return w.text(e.Body, media, params, aside)
	}
	return w.file(e, media, clean(name, 200), disposition)
}

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// multipart reads parts: of alternatives the plain one, where there is one.
func (w *walk) multipart(parts message.MultipartReader, media string, depth int, aside bool) error {
	report := media == "multipart/report"
	w.report = w.report || report
	before := len(w.texts)
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && (p == nil || !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err)) {
			return nil //nolint:nilerr // a mail that was cut off counts as far as it goes
		}
		kind, _, _ := p.Header.ContentType()
		if media == "multipart/alternative" && len(w.texts) > before && strings.HasPrefix(kind, "text/") && kind != "text/calendar" {
			continue // it says the same again
		}
		if err := w.entity(p, depth+1, aside || report); err != nil {
			return err
		}
	}
}

// text takes in a part that people read.
func (w *walk) text(body io.Reader, media string, params map[string]string, aside bool) error {
	if media != "text/plain" && media != "text/html" {
		return nil // a calendar entry, a signature's card
	}
	raw, err := io.ReadAll(io.LimitReader(body, 4*maxSaid))
	if err != nil && len(raw) == 0 {
		return nil //nolint:nilerr // its encoding is broken: nothing is said
	}
	text := strings.ToValidUTF8(string(raw), "\uFFFD")
	if media == "text/html" {
		text = plainOf(text)
	} else if strings.EqualFold(params["format"], "flowed") {
		text = unflow(text, strings.EqualFold(params["delsp"], "yes"))
	}
	text = tidy(text)
	if room := maxSaid - w.size; len(text) > room {
		for room > 0 && !utf8.RuneStart(text[room]) {
			room--
		}
		text = text[:room]
	}
	if strings.TrimSpace(text) != "" && !aside {
		w.texts = append(w.texts, text)
		w.size += len(text)
	}
	return nil
}

// tidy ends lines as we do, and takes away what nobody sees.
func tidy(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u00a0", " ", "\u2028", "\n", "\u2029", "\n", "\ufeff", "", "\u200b", "").Replace(text)
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
}

// unflow joins the lines of a text that was sent as flowing (RFC 3676).
func unflow(text string, delSp bool) string {
	var out strings.Builder
	open, was := false, 0
	for line := range strings.Lines(strings.ReplaceAll(text, "\r\n", "\n")) {
		line = strings.TrimSuffix(line, "\n")
		depth := len(line) - len(strings.TrimLeft(line, ">"))
		line = strings.TrimPrefix(line[depth:], " ")
		if open && depth != was {
			out.WriteByte('\n')
			open = false
		}
		if !open && depth > 0 {
			out.WriteString(strings.Repeat(">", depth) + " ")
		}
		soft := strings.HasSuffix(line, " ") && line != "-- "
		if soft && delSp {
			line = line[:len(line)-1]
		}
		out.WriteString(line)
		if open, was = soft, depth; !soft {
			out.WriteByte('\n')
		}
	}
	return out.String()
}

// file takes in a part that is a file. Signatures, and pictures of a page, say
// nothing.
func (w *walk) file(e *message.Entity, media, name, disposition string) error {
	switch media {
	case "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "text/calendar", "text/x-vcard", "text/vcard", "message/disposition-notification":
		return nil
	}
	if e.Header.Get("Content-Id") != "" && disposition != "attachment" && strings.HasPrefix(media, "image/") {
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(e.Body, int64(maxFileBytes-w.files)+1))
	if err != nil && len(data) == 0 || len(w.in.Files) == maxNewFiles || w.files+len(data) > maxFileBytes {
		w.in.Left++
		return nil //nolint:nilerr // a file whose encoding is broken is left out, and told
	}
	w.files += len(data)
	if name == "" {
		name = "file"
	}
	w.in.Files = append(w.in.Files, InFile{Name: strings.NewReplacer("/", "_", `\`, "_").Replace(name), Media: media, Data: data})
	return nil
}
