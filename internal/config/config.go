// Package config is what an operator can set of the server: the values of
// `renkei serve`, from defaults, a file, the environment and flags, the later
// going before the earlier. It starts nothing and keeps nothing: Load gives one
// struct, or every mistake at once with its place.
//
// Start reading at [Config], which says of each value what it does and what its
// danger is, and [Load].
package config

import (
	"log/slog"
	"net/netip"
	"net/url"
	"path/filepath"
	"time"
)

// Config is how a server runs. In the file a field is named as in the comment,
// in the environment by that in capitals after RENKEI_, as a flag with hyphens.
type Config struct {
	// Addr (addr) is where the server listens, host:port; port 0 takes a free
	// one. Default 127.0.0.1:8080, which only this machine reaches. Danger: on
	// an address that others reach, without TLS here or in a proxy before it,
	// passwords and links can be read on the way.
	Addr string
	// PublicURL (public_url) is how people reach the server, such as
	// https://exercise.example.org, without a path. Invitations begin with it,
	// and with https cookies are sent over TLS only. Default: the address that
	// the browser of who invites names, where it is certainly this machine's; by
	// any other name no link is made. Danger: with https where people really come over
	// http, nobody stays signed in; with http where they come over the internet,
	// sessions can be stolen.
	PublicURL string
	// Data (data) is the folder for the database of SQLite and for packs that
	// people add. Default "renkei-data" where the server is started. Danger: who
	// can read it reads every exercise, so it is made for its owner only; it must
	// be on a local disk.
	Data string
	// DB (db) is the URL of a PostgreSQL database, postgres://user@host/database,
	// in place of SQLite. Default: none. Danger: a password in a flag can be read
	// by everybody on the machine; PGPASSWORD or the file keeps it. One server a
	// database: others would not see at once what happened here.
	DB string
	// DBPatience (db_patience) is how long writes wait for a PostgreSQL server
	// that went away, before commands fail and the exercise is opened anew.
	// Default 2m. Danger: when long, people wait long for an answer.
	DBPatience time.Duration
	// Packs (packs) is a folder of scenario packs, each a folder or a zip, that
	// can be played beside those that come with the program. Default: none.
	// Danger: directors see all of them, with their answers.
	Packs string
	// Community (community) is the file that lists the members. Default: eleven
	// fictional ones. Danger: an exercise keeps the members as they were when it
	// was made.
	Community string
	// TLSCert and TLSKey (tls_cert, tls_key) are PEM files with the certificate
	// chain and its key. Both or neither. They are read again when they change.
	// Default: none, the server speaks http. Danger: the key must be readable by
	// the server's user only.
	TLSCert string
	TLSKey  string
	// TrustedProxies (trusted_proxies) are the addresses of the reverse proxies
	// before the server, as prefixes such as 10.0.0.0/8, or single addresses.
	// From them X-Forwarded-For and X-Forwarded-Proto are believed. Default:
	// none. Danger: whoever sends from there can pretend to be anybody for the
	// limits by address; without the proxy's address here, all people have that
	// of the proxy, and share one limit.
	TrustedProxies []netip.Prefix
	// TrustedNetworks (trusted_networks) are addresses without limits on how
	// often they may sign in, take links or upload, as where many people of an
	// exercise are in one building behind one address. Default: none. Danger:
	// from there passwords can be tried as fast as the server computes.
	TrustedNetworks []netip.Prefix
	// SecondFactor (second_factor) are the roles, of secretary and director, that
	// need a second factor to sign in: an authenticator app or a passkey. Whoever
	// has one of them and no second factor is led to set it up and can do nothing
	// else until then. Default: none; everybody with an account may have one.
	// Danger: who has lost theirs, and their recovery codes, waits for a
	// secretary, or for the operator with "renkei account rescue".
	SecondFactor []string
	// Mail is how mail is sent.
	Mail Mail
	// Chat is where contacts are asked by chat.
	Chat Chat
	// CheckLinks (check_links) has the server look now and then whether the pages
	// are still there that the handbook's evidence names: yes or no. Default no.
	// Danger: the sites that are asked learn the server's address. It connects to
	// public addresses only, on the ports 80 and 443.
	CheckLinks bool
	// Log (log) is the form of the log on standard error: text or json.
	// Default text.
	Log string
	// LogLevel (log_level) is the least that is logged: debug, info, warn or
	// error. Default info. Danger: debug logs every request with the address it
	// came from; secrets are never logged.
	LogLevel slog.Level
	// Patience (patience) is how long the server takes to stop: to answer what
	// was asked and to commit what was decided. Default 20s. Danger: none for
	// what was acknowledged, which is on the disk at once; who has not been
	// answered by then is told nothing.
	Patience time.Duration
}

// What is in the data folder.
const (
	FileDB      = "renkei.db"
	FolderPacks = "packs"
)

// Default returns the values that hold where nothing else is said.
func Default() Config {
	return Config{
		Addr: "127.0.0.1:8080", Data: "renkei-data", DBPatience: 2 * time.Minute,
		Mail: Mail{Security: "starttls", PerMinute: 60, InboxSecurity: "tls"},
		Log:  "text", LogLevel: slog.LevelInfo, Patience: 20 * time.Second,
	}
}

// Database is where exercises are kept: a URL, or a file in the data folder.
func (c *Config) Database() string {
	if c.DB != "" {
		return c.DB
	}
	return filepath.Join(c.Data, FileDB)
}

// AddedPacks is the folder of the packs that people add.
func (c *Config) AddedPacks() string { return filepath.Join(c.Data, FolderPacks) }

// Secure reports whether people come over TLS.
func (c *Config) Secure() bool {
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && err == nil {
		return u.Scheme == "https"
	}
	return c.TLSCert != ""
}

// Warnings are the codes of what can be, and is perhaps not meant.
func (c *Config) Warnings() []string {
	var codes []string
	host, _, _ := splitAddr(c.Addr)
	addr, err := netip.ParseAddr(host)
	open := host != "localhost" && (err != nil || !addr.IsLoopback())
	if open && !c.Secure() {
		codes = append(codes, "no_tls")
	}
	if c.TLSCert == "" && c.Secure() && len(c.TrustedProxies) == 0 {
		codes = append(codes, "no_proxy")
	}
	if c.PublicURL == "" && c.TLSCert == "" && (open || len(c.TrustedProxies) > 0) {
		codes = append(codes, "no_public_url")
	}
	return codes
}
