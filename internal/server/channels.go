package server

import (
	"crypto/x509"
	"fmt"
	netmail "net/mail"
	"os"

	"renkei/internal/channel/mail"
	"renkei/internal/config"
	"renkei/internal/i18n"
	"renkei/internal/outbox"
)

// channels are those that are configured.
func channels(c *config.Config, texts *i18n.Catalogue) ([]outbox.Channel, error) {
	if c.Mail.Server == "" {
		return nil, nil
	}
	m := &c.Mail
	o := mail.Options{
		Security: mail.Security(m.Security), User: m.User, PasswordFile: m.PasswordFile, ReplyTo: m.ReplyTo, PerMinute: m.PerMinute,
		Mark: func(lang string) string { return texts.For(lang).T("outbox.mark") },
	}
	var err error
	if o.Host, o.Port, err = mail.SplitServer(m.Server); err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	from, err := netmail.ParseAddress(m.From)
	if err != nil {
		return nil, fmt.Errorf("sender of mail: %w", err)
	}
	o.From = *from
	if m.CA != "" {
		raw, err := os.ReadFile(m.CA)
		if err != nil {
			return nil, fmt.Errorf("certificate of the mail server: %w", err)
		}
		if o.CA, err = x509.SystemCertPool(); err != nil {
			o.CA = x509.NewCertPool() // the system has none
		}
		o.CA.AppendCertsFromPEM(raw)
	}
	return []outbox.Channel{mail.New(o)}, nil
}

// senderOf is the address that mail is from; "" where none is sent.
func senderOf(c *config.Config) string {
	from, err := netmail.ParseAddress(c.Mail.From)
	if err != nil || c.Mail.Server == "" {
		return ""
	}
	return from.Address
}
