package config

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// field is a value of Config by its name. Its reader gives the code of what is
// wrong with a text, or "".
type field struct {
	name string
	read func(c *Config, text string) (code string)
	show func(c *Config) string
}

// fields are in the order in which help lists them.
func fields() []field {
	all := []field{
		{"addr", readAddr, func(c *Config) string { return c.Addr }},
		{"public_url", readPublicURL, func(c *Config) string { return c.PublicURL }},
		{"data", readWord(func(c *Config) *string { return &c.Data }), func(c *Config) string { return c.Data }},
		{"db", readDB, func(c *Config) string { return withoutSecret(c.DB) }},
		{"db_patience", readTime(func(c *Config) *time.Duration { return &c.DBPatience }), func(c *Config) string { return c.DBPatience.String() }},
		{"packs", readFolder, func(c *Config) string { return c.Packs }},
		{"community", readFile(func(c *Config) *string { return &c.Community }), func(c *Config) string { return c.Community }},
		{"tls_cert", readFile(func(c *Config) *string { return &c.TLSCert }), func(c *Config) string { return c.TLSCert }},
		{"tls_key", readFile(func(c *Config) *string { return &c.TLSKey }), func(c *Config) string { return c.TLSKey }},
		{"trusted_proxies", readPrefixes(func(c *Config) *[]netip.Prefix { return &c.TrustedProxies }), func(c *Config) string { return list(c.TrustedProxies) }},
		{"trusted_networks", readPrefixes(func(c *Config) *[]netip.Prefix { return &c.TrustedNetworks }), func(c *Config) string { return list(c.TrustedNetworks) }},
		{"second_factor", readSecondFactor, func(c *Config) string { return strings.Join(c.SecondFactor, ", ") }},
		{"check_links", readCheckLinks, func(c *Config) string { return map[bool]string{true: yes, false: no}[c.CheckLinks] }},
	}
	return append(append(append(all, mailFields()...), chatFields()...), []field{
		{"log", readLog, func(c *Config) string { return c.Log }},
		{"log_level", readLevel, func(c *Config) string { return strings.ToLower(c.LogLevel.String()) }},
		{"patience", readTime(func(c *Config) *time.Duration { return &c.Patience }), func(c *Config) string { return c.Patience.String() }},
	}...)
}

// Flags are the names of the flags.
func Flags() []string {
	var names []string
	for _, f := range fields() {
		names = append(names, f.flag())
	}
	return names
}

func (f *field) flag() string     { return strings.ReplaceAll(f.name, "_", "-") }
func (f *field) variable() string { return "RENKEI_" + strings.ToUpper(f.name) }

func splitAddr(text string) (host, port string, err error) { return net.SplitHostPort(text) }

func readAddr(c *Config, text string) string {
	_, port, err := splitAddr(text)
	if err != nil {
		return "addr"
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return "addr"
	}
	c.Addr = text
	return ""
}

func readPublicURL(c *Config, text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" {
		return "public_url"
	}
	if u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "public_url"
	}
	c.PublicURL = u.Scheme + "://" + u.Host
	return ""
}

func readWord(to func(*Config) *string) func(*Config, string) string {
	return func(c *Config, text string) string {
		if text == "" {
			return "empty"
		}
		*to(c) = text
		return ""
	}
}

func readDB(c *Config, text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return "db"
	}
	c.DB = text
	return ""
}

// readTime takes a duration of at least a second and at most an hour.
func readTime(to func(*Config) *time.Duration) func(*Config, string) string {
	return func(c *Config, text string) string {
		d, err := time.ParseDuration(text)
		if err != nil || d < time.Second || d > time.Hour {
			return "time"
		}
		*to(c) = d
		return ""
	}
}

func readFolder(c *Config, text string) string {
	if info, err := os.Stat(text); err != nil || !info.IsDir() {
		return "folder"
	}
	c.Packs = text
	return ""
}

func readFile(to func(*Config) *string) func(*Config, string) string {
	return func(c *Config, text string) string {
		if f, err := os.Open(text); err != nil {
			return "file"
		} else if info, err := f.Stat(); f.Close() != nil || err != nil || info.IsDir() {
			return "file"
		}
		*to(c) = text
		return ""
	}
}

// readPrefixes takes prefixes and addresses, parted by commas or spaces. One
// that holds every address is refused: it would trust the internet.
func readPrefixes(to func(*Config) *[]netip.Prefix) func(*Config, string) string {
	return func(c *Config, text string) string {
		var all []netip.Prefix
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
			p, err := netip.ParsePrefix(word)
			if addr, plain := netip.ParseAddr(word); plain == nil {
				p, err = netip.PrefixFrom(addr, addr.BitLen()), nil
			}
			if err != nil {
				return "prefix"
			}
			if p.Bits() == 0 {
				return "prefix_all"
			}
			all = append(all, p.Masked())
		}
		*to(c) = all
		return ""
	}
}

// secondFactorRoles are the roles that may be required to have a second factor.
func secondFactorRoles() []string { return []string{"secretary", "director"} }

// readSecondFactor takes roles, parted by commas or spaces.
func readSecondFactor(c *Config, text string) string {
	roles := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
	for _, role := range roles {
		if !slices.Contains(secondFactorRoles(), role) {
			return "second_factor"
		}
	}
	c.SecondFactor = roles
	return ""
}

// What a setting of yes or no may be.
const yes, no = "yes", "no"

func readCheckLinks(c *Config, text string) string {
	if text != yes && text != no {
		return "yes_no"
	}
	c.CheckLinks = text == yes
	return ""
}

func readLog(c *Config, text string) string {
	if text != "text" && text != "json" {
		return "log"
	}
	c.Log = text
	return ""
}

func readLevel(c *Config, text string) string {
	for _, l := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		if strings.EqualFold(text, l.String()) {
			c.LogLevel = l
			return ""
		}
	}
	return "log_level"
}

// checkTLS looks at the certificate with its key.
func (c *Config) checkTLS() (name, code string) {
	switch {
	case c.TLSCert == "" && c.TLSKey == "":
		return "", ""
	case c.TLSKey == "":
		return "tls_cert", "no_key"
	case c.TLSCert == "":
		return "tls_key", "no_cert"
	}
	if _, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey); err != nil {
		return "tls_cert", "pair"
	}
	return "", ""
}

// withoutSecret is a URL as it may be shown: without user, password and what
// follows the database.
func withoutSecret(text string) string {
	u, err := url.Parse(text)
	if err != nil || text == "" {
		return ""
	}
	return fmt.Sprintf("%s://%s%s", u.Scheme, u.Host, u.Path)
}

func list(prefixes []netip.Prefix) string {
	var words []string
	for _, p := range prefixes {
		words = append(words, p.String())
	}
	return strings.Join(words, ", ")
}
