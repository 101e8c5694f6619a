package config

import (
	"net/netip"
	"net/url"
	"strings"
)

// Chat is the Mattermost server on which contacts are asked in a comcheck. Servers
// of exercises are set up by themselves.
type Chat struct {
	// URL (mattermost_url) is the address of the server. Default: none, and nobody
	// is asked there. Danger: it sees everything that is sent.
	URL string
	// TokenFile (mattermost_token_file) is a file with the token of the account
	// that asks, a bot, readable by the server's user only; it is read each time.
	// Default: none; with an address it is needed. Danger: who reads it can write
	// in the name of the account.
	TokenFile string
}

// chatFields are those of Chat.
func chatFields() []field {
	return []field{
		{"mattermost_url", readChatURL, func(c *Config) string { return c.Chat.URL }},
		{"mattermost_token_file", readSecretFile(func(c *Config) *string { return &c.Chat.TokenFile }), func(c *Config) string { return c.Chat.TokenFile }},
	}
}

// readChatURL takes an address over which a token cannot be read on the way.
func readChatURL(c *Config, text string) string {
	u, err := url.Parse(strings.TrimRight(text, "/"))
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "mattermost_url"
	}
	addr, err := netip.ParseAddr(u.Hostname())
	here := u.Hostname() == "localhost" || err == nil && addr.IsLoopback()
	if u.Scheme != "https" && (u.Scheme != "http" || !here) {
		return "mattermost_url"
	}
	c.Chat.URL = u.String()
	return ""
}

// checkChat looks at what only makes sense together.
func (c *Config) checkChat() (name, code string) {
	switch {
	case c.Chat.URL == "" && c.Chat.TokenFile != "":
		return "mattermost_token_file", "mattermost_no_server"
	case c.Chat.URL == "":
		return "", ""
	case c.Chat.TokenFile == "":
		return "mattermost_url", "mattermost_no_token"
	case c.PublicURL == "":
		return "mattermost_url", "mail_no_url"
	}
	return "", ""
}
