package server

import (
	"crypto/x509"
	"fmt"
	netmail "net/mail"
	"os"
	"strings"

	"renkei/internal/channel/mail"
	"renkei/internal/channel/mattermost"
	"renkei/internal/config"
	"renkei/internal/i18n"
	"renkei/internal/outbox"
)

// channels are those that are configured.
func channels(c *config.Config, texts *i18n.Catalogue, tag func(scope, recipient string) string) ([]outbox.Channel, error) {
	all, err := chatChannels(c)
	if c.Mail.Server == "" || err != nil {
		return all, err
	}
	m := &c.Mail
	o := mail.Options{
		Security: mail.Security(m.Security), User: m.User, PasswordFile: m.PasswordFile, ReplyTo: m.ReplyTo, PerMinute: m.PerMinute,
		Mark: func(lang string) string { return texts.For(lang).T("outbox.mark") }, Tag: tag,
	}
	if o.Host, o.Port, err = mail.SplitServer(m.Server); err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	from, err := netmail.ParseAddress(m.From)
	if err != nil {
		return nil, fmt.Errorf("sender of mail: %w", err)
	}
	o.From = *from
	if o.CA, err = mailAuthority(m); err != nil {
		return nil, err
	}
	return append(all, mail.New(o)), nil
}

// chatChannels are those to single people on a chat service.
func chatChannels(c *config.Config) ([]outbox.Channel, error) {
	if c.Chat.URL == "" {
		return nil, nil
	}
	direct, err := mattermost.NewDirect(c.Chat.URL, mattermost.TokenFile(c.Chat.TokenFile))
	if err != nil {
		return nil, fmt.Errorf("chat server: %w", err)
	}
	return []outbox.Channel{direct}, nil
}

// mailAuthority is who signs the certificates of mail servers; nil for whom the
// system trusts.
func mailAuthority(m *config.Mail) (*x509.CertPool, error) {
	if m.CA == "" {
		return nil, nil //nolint:nilnil // the system's
	}
	raw, err := os.ReadFile(m.CA)
	if err != nil {
		return nil, fmt.Errorf("certificate of the mail server: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // the system has none
	}
	pool.AppendCertsFromPEM(raw)
	return pool, nil
}

// inbox is where answers are read; nil for nowhere.
func inbox(c *config.Config) (*mail.InboxOptions, error) {
	m := &c.Mail
	if m.Inbox == "" {
		return nil, nil //nolint:nilnil // none is configured
	}
	o := &mail.InboxOptions{Security: mail.Security(m.InboxSecurity)}
	o.User, o.PasswordFile = m.InboxAccount()
	var err error
	if o.Host, o.Port, err = mail.SplitServer(m.Inbox); err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	o.CA, err = mailAuthority(m)
	return o, err
}

// tagger makes the tags of mails of exercises.
func tagger(key mail.Key) func(scope, recipient string) string {
	return func(scope, recipient string) string {
		for _, prefix := range []string{"x/", "x-now/"} {
			if id, ok := strings.CutPrefix(scope, prefix); ok && !strings.Contains(id, "/") {
				return key.Tag(id, recipient)
			}
		}
		return ""
	}
}

// answersTo is the address to which people answer; "" where no mail is sent.
func answersTo(c *config.Config) string {
	if c.Mail.Server != "" && c.Mail.ReplyTo != "" {
		return c.Mail.ReplyTo
	}
	return senderOf(c)
}

// senderOf is the address that mail is from; "" where none is sent.
func senderOf(c *config.Config) string {
	from, err := netmail.ParseAddress(c.Mail.From)
	if err != nil || c.Mail.Server == "" {
		return ""
	}
	return from.Address
}
