package server

import (
	"crypto/x509"
	"fmt"
	netmail "net/mail"
	"os"

	"renkei/internal/channel/mail"
	"renkei/internal/channel/mattermost"
	"renkei/internal/config"
	"renkei/internal/i18n"
	"renkei/internal/outbox"
)

// channels are those that are configured.
func channels(c *config.Config, texts *i18n.Catalogue) ([]outbox.Channel, error) {
	all, err := chatChannels(c)
	if c.Mail.Server == "" || err != nil {
		return all, err
	}
	m := &c.Mail
	o := mail.Options{
		Security: mail.Security(m.Security), User: m.User, PasswordFile: m.PasswordFile, ReplyTo: m.ReplyTo, PerMinute: m.PerMinute,
		Mark: func(lang string) string { return texts.For(lang).T("outbox.mark") },
	}
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

// senderOf is the address that mail is from; "" where none is sent.
func senderOf(c *config.Config) string {
	from, err := netmail.ParseAddress(c.Mail.From)
	if err != nil || c.Mail.Server == "" {
		return ""
	}
	return from.Address
}
