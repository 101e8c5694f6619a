package config

import (
	"crypto/x509"
	"net"
	"net/mail"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// Mail is how the program sends mail, and reads what comes back.
type Mail struct {
	// Server (mail_server) is the mail server that takes what is sent, host:port.
	// Default: none, and no mail is sent. Danger: it sees everything that is sent.
	Server string
	// Security (mail_tls) is starttls, tls (from the first byte, as on port 465),
	// or none, which is for a server on this machine alone. Default starttls.
	Security string
	// CA (mail_ca) is a PEM file with the certificate that signs that of the
	// server, where it is not one that the system trusts. Default: none.
	CA string
	// User (mail_user) is the account on the server. Default: none, where the
	// server asks for none.
	User string
	// PasswordFile (mail_password_file) is a file with the password of the
	// account, readable by the server's user only; it is read each time, so that a
	// new password needs no restart. The database never has it. Default: none.
	// Danger: who reads it can send in the name of the account.
	PasswordFile string
	// From (mail_from) is who sends, an address or "Name <address>". Default: none;
	// with a server it is needed. Danger: where SPF, DKIM and DMARC of its domain
	// do not name the server, mails are lost or land among the unwanted.
	From string
	// ReplyTo (mail_reply_to) is the address that answers go to. Default: that of
	// From.
	ReplyTo string
	// PerMinute (mail_rate) is how many mails go out a minute at most, 1 to 6,000.
	// Default 60. Danger: a provider may refuse or block who sends more than it
	// allows.
	PerMinute int
	// Inbox (mail_inbox) is the IMAP server with the mailbox of mail_reply_to, or
	// of mail_from, host:port: answers are read there. The mailbox is to take
	// addresses with a tag (name+tag@domain) too. Default: none, and no mail is read.
	// Danger: everybody who can write into the mailbox is read, and counts where they
	// were sent a mail of an exercise.
	Inbox string
	// InboxSecurity (mail_inbox_tls) is as mail_tls. Default tls.
	InboxSecurity string
	// InboxUser and InboxPasswordFile (mail_inbox_user, mail_inbox_password_file)
	// are the account of the mailbox. Default: mail_user and mail_password_file.
	InboxUser, InboxPasswordFile string
}

// mailFields are those of Mail.
func mailFields() []field {
	return []field{
		{"mail_server", readMailServer(func(c *Config) *string { return &c.Mail.Server }), func(c *Config) string { return c.Mail.Server }},
		{"mail_tls", readMailSecurity(func(c *Config) *string { return &c.Mail.Security }), func(c *Config) string { return c.Mail.Security }},
		{"mail_ca", readMailCA, func(c *Config) string { return c.Mail.CA }},
		{"mail_user", readWord(func(c *Config) *string { return &c.Mail.User }), func(c *Config) string { return c.Mail.User }},
		{"mail_password_file", readSecretFile(func(c *Config) *string { return &c.Mail.PasswordFile }), func(c *Config) string { return c.Mail.PasswordFile }},
		{"mail_from", readMailAddress(func(c *Config) *string { return &c.Mail.From }, true), func(c *Config) string { return c.Mail.From }},
		{"mail_reply_to", readMailAddress(func(c *Config) *string { return &c.Mail.ReplyTo }, false), func(c *Config) string { return c.Mail.ReplyTo }},
		{"mail_rate", readMailRate, func(c *Config) string { return strconv.Itoa(c.Mail.PerMinute) }},
		{"mail_inbox", readMailServer(func(c *Config) *string { return &c.Mail.Inbox }), func(c *Config) string { return c.Mail.Inbox }},
		{"mail_inbox_tls", readMailSecurity(func(c *Config) *string { return &c.Mail.InboxSecurity }), func(c *Config) string { return c.Mail.InboxSecurity }},
		{"mail_inbox_user", readWord(func(c *Config) *string { return &c.Mail.InboxUser }), func(c *Config) string { return c.Mail.InboxUser }},
		{"mail_inbox_password_file", readSecretFile(func(c *Config) *string { return &c.Mail.InboxPasswordFile }), func(c *Config) string { return c.Mail.InboxPasswordFile }},
	}
}

func readMailServer(to func(*Config) *string) func(*Config, string) string {
	return func(c *Config, text string) string {
		host, port, err := splitAddr(text)
		if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n == 0 || host == "" {
			return "mail_server"
		}
		*to(c) = text
		return ""
	}
}

func readMailSecurity(to func(*Config) *string) func(*Config, string) string {
	return func(c *Config, text string) string {
		if text != "starttls" && text != "tls" && text != "none" {
			return "mail_tls"
		}
		*to(c) = text
		return ""
	}
}

func readMailCA(c *Config, text string) string {
	raw, err := os.ReadFile(text)
	if err != nil {
		return "file"
	}
	if !x509.NewCertPool().AppendCertsFromPEM(raw) {
		return "mail_ca"
	}
	c.Mail.CA = text
	return ""
}

// readSecretFile takes a file that others on the machine cannot read.
func readSecretFile(to func(*Config) *string) func(*Config, string) string {
	return func(c *Config, text string) string {
		if code := readFile(to)(c, text); code != "" {
			return code
		}
		if info, err := os.Stat(text); err != nil || runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 {
			return "secret_open"
		}
		return ""
	}
}

func readMailAddress(to func(*Config) *string, named bool) func(*Config, string) string {
	return func(c *Config, text string) string {
		a, err := mail.ParseAddress(text)
		if err != nil || !named && a.Address != text {
			return "mail_address"
		}
		*to(c) = text
		return ""
	}
}

func readMailRate(c *Config, text string) string {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 6000 {
		return "mail_rate"
	}
	c.Mail.PerMinute = n
	return ""
}

// checkMail looks at what only makes sense together.
func (c *Config) checkMail() (name, code string) {
	m := &c.Mail
	if m.Server == "" {
		for name, value := range map[string]string{"mail_from": m.From, "mail_user": m.User, "mail_password_file": m.PasswordFile, "mail_inbox": m.Inbox} {
			if value != "" {
				return name, "mail_no_server"
			}
		}
		return "", ""
	}
	switch {
	case m.From == "":
		return "mail_server", "mail_no_from"
	case c.PublicURL == "":
		return "mail_server", "mail_no_url"
	case m.User != "" && m.PasswordFile == "":
		return "mail_user", "mail_no_password"
	case m.User == "" && m.PasswordFile != "":
		return "mail_password_file", "mail_no_user"
	case m.Security == "none" && !onThisMachine(m.Server):
		return "mail_tls", "mail_plain"
	}
	return c.checkInbox()
}

// checkInbox looks at what only makes sense with a mailbox.
func (c *Config) checkInbox() (name, code string) {
	m := &c.Mail
	if m.Inbox == "" {
		if m.InboxUser != "" || m.InboxPasswordFile != "" {
			return "mail_inbox_user", "mail_no_inbox"
		}
		return "", ""
	}
	switch user, file := m.InboxAccount(); {
	case user == "" || file == "":
		return "mail_inbox", "mail_no_account"
	case m.InboxSecurity == "none" && !onThisMachine(m.Inbox):
		return "mail_inbox_tls", "mail_plain"
	}
	return "", ""
}

// InboxAccount returns the account of the mailbox, and the file with its password.
func (m *Mail) InboxAccount() (user, passwordFile string) {
	if m.InboxUser != "" || m.InboxPasswordFile != "" {
		return m.InboxUser, m.InboxPasswordFile
	}
	return m.User, m.PasswordFile
}

// onThisMachine reports whether an address is one that only this machine has.
func onThisMachine(server string) bool {
	host, _, _ := net.SplitHostPort(server)
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}
