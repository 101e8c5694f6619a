package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"mime"
	"net"
	netmail "net/mail"
	"net/textproto"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"renkei/internal/outbox"
)

// Name is that of the channel.
const Name = "mail"

// Security is how the connection to the server is protected.
type Security string

// Ways to protect it.
const (
	StartTLS Security = "starttls" // before anything else is said, or not at all
	TLS      Security = "tls"      // from the first byte
	None     Security = "none"     // for a server on this machine
)

// Options say how mail is sent.
type Options struct {
	Host         string
	Port         int
	Security     Security
	CA           *x509.CertPool // who signs the server's certificate; nil: whom the system trusts
	User         string         // "" where the server asks for none
	PasswordFile string         // read each time, so that a new one needs no restart
	From         netmail.Address
	ReplyTo      string
	PerMinute    int
	// Mark is what stands before the subject of a mail of an exercise, in a
	// language.
	Mark func(lang string) string
	// Tag is what stands in the address to which somebody replies who got a mail of
	// a scope; "" for nothing. nil for never.
	Tag func(scope, recipient string) string
}

// Channel sends mail. It is safe for use by many goroutines.
type Channel struct {
	o      Options
	domain string // of our Message-IDs
}

var _ outbox.Channel = (*Channel)(nil)

// New returns the channel.
func New(o Options) *Channel {
	return &Channel{o: o, domain: o.From.Address[strings.LastIndexByte(o.From.Address, '@')+1:]}
}

// Bounds of one try.
const (
	parallel     = 4
	tryTime      = 2 * time.Minute
	answerTime   = 30 * time.Second
	refusedPause = 5 * time.Minute // of a server that does not take us as we are
	busyPause    = time.Minute     // of one that wants to be left alone
)

// Name returns that of the channel.
func (c *Channel) Name() string { return Name }

// Limits returns how much may be sent.
func (c *Channel) Limits() outbox.Limits {
	return outbox.Limits{Parallel: parallel, PerMinute: c.o.PerMinute, Timeout: tryTime}
}

// Send hands a mail to the server and returns its Message-ID, which is the same
// at every try.
func (c *Channel) Send(ctx context.Context, out *outbox.Outgoing) (remote string, err error) {
	m, err := c.compose(out)
	if err != nil {
		return "", &outbox.Failure{Reason: err.Error(), Final: true}
	}
	client, err := c.client(ctx)
	if err != nil {
		return "", &outbox.Failure{Reason: line(err.Error()), Channel: true, After: refusedPause}
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return "", away(err)
	}
	err = client.SendWithSMTPClient(session, m)
	_ = client.CloseWithSMTPClient(session) // the mail is there, or it is not
	if err != nil && !m.IsDelivered() {
		return "", failure(ctx, err)
	}
	return m.GetMessageID(), nil
}

// client is made for one mail, so that a new password or certificate counts.
func (c *Channel) client(ctx context.Context) (*gomail.Client, error) {
	config := &tls.Config{ServerName: c.o.Host, MinVersion: tls.VersionTLS12, RootCAs: c.o.CA}
	options := []gomail.Option{
		gomail.WithPort(c.o.Port), gomail.WithTimeout(answerTime), gomail.WithTLSConfig(config), gomail.WithoutNoop(),
		// A server further on that does not know SMTPUTF8 would return what needs none.
		gomail.WithoutSMTPUTF8(), gomail.WithDialContextFunc(c.dialer(ctx, config)),
	}
	switch c.o.Security {
	case TLS:
		options = append(options, gomail.WithSSL())
	case None:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if c.o.User != "" {
		word, err := os.ReadFile(c.o.PasswordFile)
		if err != nil {
			return nil, fmt.Errorf("password for the mail server: %w", err)
		}
		options = append(options, gomail.WithOpportunisticSMTPAuth(mechanisms()...), gomail.WithUsername(c.o.User), gomail.WithPassword(strings.TrimRight(string(word), "\r\n")))
	}
	return gomail.NewClient(c.o.Host, options...)
}

// mechanisms are the ways to sign in, the best first. A password goes in the
// clear through TLS only, or to this machine.
func mechanisms() []gomail.SMTPAuthType {
	return []gomail.SMTPAuthType{
		gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthCramMD5, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin,
	}
}

// dialer connects, and breaks the connection off once ctx ends: what waits for
// an answer then waits no longer.
func (c *Channel) dialer(ctx context.Context, config *tls.Config) gomail.DialContextFunc {
	return func(dialCtx context.Context, network, address string) (net.Conn, error) {
		var conn net.Conn
		var err error
		if c.o.Security == TLS {
			conn, err = (&tls.Dialer{Config: config}).DialContext(dialCtx, network, address)
		} else {
			conn, err = (&net.Dialer{}).DialContext(dialCtx, network, address)
		}
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = conn.Close() }) // it may be closed already
		return conn, nil
	}
}

// compose writes the mail.
func (c *Channel) compose(out *outbox.Outgoing) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(encodingFor(out.Message.Text)))
	to, err := parse(out.Delivery.Address)
	if err != nil {
		return nil, err
	}
	from := c.o.From
	if out.Message.From != "" {
		from.Name = out.Message.From
	}
	m.FromMailAddress(&from)
	m.ToMailAddress(&netmail.Address{Name: out.Delivery.Name, Address: to})
	if to := c.replyTo(out); to != "" {
		m.ReplyToMailAddress(&netmail.Address{Address: to})
	}
	subject := out.Message.Subject
	if out.Message.Exercise {
		subject = c.o.Mark(out.Message.Lang) + " " + subject
	}
	if out.Message.Label != "" {
		subject = out.Message.Label + " " + subject
	}
	m.Subject(subject)
	m.SetDate()
	m.SetMessageIDWithValue(out.ID + "@" + c.domain)
	if under := id("<" + out.Message.Under + ">"); under != "" && out.ThreadID == "" {
		m.SetGenHeader(gomail.HeaderInReplyTo, "<"+under+">")
		m.SetGenHeader(gomail.HeaderReferences, "<"+under+">")
	}
	if out.ThreadID != "" {
		first := "<" + out.ThreadID + "@" + c.domain + ">"
		m.SetGenHeader(gomail.HeaderInReplyTo, first)
		m.SetGenHeader(gomail.HeaderReferences, first)
	}
	m.SetGenHeader("Auto-Submitted", "auto-generated")           // RFC 3834: no automatic reply
	m.SetGenHeader("X-Auto-Response-Suppress", "OOF, AutoReply") // the same for Exchange
	if out.Message.Lang != "" {
		m.SetGenHeader("Content-Language", out.Message.Lang)
	}
	if out.Message.Notice {
		m.SetListUnsubscribe(c.unsubscribe())
	}
	m.SetBodyString(gomail.TypeTextPlain, out.Message.Text)
	for _, f := range out.Message.Files {
		if err := m.AttachReader(f.Name, bytes.NewReader(f.Data), gomail.WithFileContentType(mediaOf(f.Media))); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// replyTo is to where somebody replies; "" for the sender.
func (c *Channel) replyTo(out *outbox.Outgoing) string {
	if c.o.Tag != nil {
		if tag := c.o.Tag(out.Delivery.Scope, out.Delivery.ID); tag != "" {
			return Tagged(c.ours(), tag)
		}
	}
	return c.o.ReplyTo
}

// ours is the address that reads what comes back.
func (c *Channel) ours() string {
	if c.o.ReplyTo != "" {
		return c.o.ReplyTo
	}
	return c.o.From.Address
}

// mediaOf is the type of a file as a header can hold it: the library takes any
// text, line ends too.
func mediaOf(media string) gomail.ContentType {
	kind, params, err := mime.ParseMediaType(media)
	if err != nil {
		return gomail.TypeAppOctetStream
	}
	if media = mime.FormatMediaType(kind, params); media == "" {
		return gomail.TypeAppOctetStream
	}
	return gomail.ContentType(media)
}

// unsubscribe is the address to which somebody writes who wants no more notices.
func (c *Channel) unsubscribe() string {
	return (&url.URL{Scheme: "mailto", Opaque: c.ours(), RawQuery: "subject=unsubscribe"}).String()
}

// encodingFor is that in which a text is shorter.
func encodingFor(text string) gomail.Encoding {
	foreign := 0
	for i := range len(text) {
		if text[i] >= 0x80 {
			foreign++
		}
	}
	if foreign > len(text)/6 {
		return gomail.EncodingB64
	}
	return gomail.EncodingQP
}

// away is why a server could not be spoken to.
func away(err error) *outbox.Failure {
	f := &outbox.Failure{Reason: line(err.Error()), Channel: true}
	var said *textproto.Error
	var sign *tls.CertificateVerificationError
	if errors.As(err, &said) && said.Code >= 500 || errors.As(err, &sign) {
		f.After = refusedPause
	}
	return f
}

// failure says what the server's refusal of a mail means.
func failure(ctx context.Context, err error) *outbox.Failure {
	f := &outbox.Failure{Reason: line(err.Error())}
	var send *gomail.SendError
	if !errors.As(err, &send) {
		f.Channel, f.Doubt = true, true
		return f
	}
	code := send.ErrorCode()
	refused, stopped := code >= 500, ctx.Err() != nil
	switch {
	case code == 0: // the connection broke; after the end of the data the server may have the mail
		f.Channel, f.Doubt = true, send.Reason == gomail.ErrSMTPDataClose || send.Reason == gomail.ErrAmbiguous || stopped
	case code == 421: // the service is closing
		f.Channel, f.After = true, busyPause
	case send.Reason == gomail.ErrSMTPMailFrom && refused:
		f.Channel, f.After = true, refusedPause
	case send.Reason == gomail.ErrSMTPMailFrom:
		f.Channel, f.After = true, busyPause
	default:
		f.Final = refused
	}
	return f
}

// maxReason bounds what is kept of a server's words.
const maxReason = 300

// line is a server's answer in one line.
func line(s string) string {
	s, _, _ = strings.Cut(s, ", affected ")
	for _, step := range []string{"sending SMTP ", "closing SMTP "} { // what the library was doing
		if _, said, ok := strings.Cut(s, " command: "); ok && strings.HasPrefix(s, step) {
			s = said
		}
	}
	s = strings.ReplaceAll(s, `"`, "")
	runes := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " "))
	return string(runes[:min(len(runes), maxReason)])
}

// SplitServer reads host:port.
func SplitServer(text string) (host string, port int, err error) {
	host, text, err = net.SplitHostPort(text)
	if err != nil {
		return "", 0, err
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n == 0 || host == "" {
		return "", 0, fmt.Errorf("port %q", text)
	}
	return host, int(n), nil
}
