//go:build unix

// Package mailserver starts real mail servers for tests: Postfix, which takes
// mail over TLS from who has signed in and keeps it in folders, and Dovecot, which
// knows who may. It is for tests alone, and needs root, as the servers do. Missing
// programs fail a test and do not skip it; `make deps` installs them. Start
// reading at [Start].
package mailserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/smtp"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// User and Password are those of the account that may send.
const (
	User     = "renkei"
	Password = "se cret/ü" //nolint:gosec // of servers that live as long as a test
)

// patience is how long a server may take to start, or a mail to arrive.
const patience = 30 * time.Second

// Server is a mail server that takes mail for every address: what begins with
// "gone" is refused for good, "later" until the next Accept, "bounce" is taken and
// comes back, and everything else is kept. Its methods are for one goroutine.
type Server struct {
	// Host and Ports are where it listens: with STARTTLS, and with TLS from the
	// first byte.
	Host         string
	Port, TLS    int
	IMAP         int    // with STARTTLS, for the mailbox of Sender
	CA           string // file with the certificate that signs for it
	PasswordFile string
	dir          string
	capability   string // of IMAP, where it is not what the server has
}

// Sender is the address whose mail is in the mailbox of User, with or without a
// tag. Bounces to it come there too.
const Sender = "renkei@sender.internal"

// Start starts a server, which ends with the test.
func Start(tb testing.TB) *Server {
	tb.Helper()
	return start(tb, "")
}

// StartPolled starts one that cannot tell by itself that mail has come.
func StartPolled(tb testing.TB) *Server {
	tb.Helper()
	return start(tb, "imap_capability = IMAP4rev1 LITERAL+ UIDPLUS\n")
}

func start(tb testing.TB, capability string) *Server {
	tb.Helper()
	dir, err := os.MkdirTemp("", "mail-") //nolint:usetesting // the parents of tb.TempDir are closed to the servers
	if err != nil {
		tb.Fatal(err)
	}
	s := &Server{Host: "127.0.0.1", dir: dir, capability: capability}
	tb.Cleanup(func() {
		s.stop()
		_ = os.RemoveAll(dir)
	})
	if err := s.lay(); err != nil {
		tb.Fatal(err)
	}
	s.StartIMAP(tb)
	s.Start(tb)
	return s
}

func (s *Server) in(path ...string) string { return filepath.Join(append([]string{s.dir}, path...)...) }

// lay writes everything that the servers read.
func (s *Server) lay() error {
	postfix, err := user.Lookup("postfix")
	if err != nil {
		return fmt.Errorf("postfix is not installed: %w", err)
	}
	uid, _ := strconv.Atoi(postfix.Uid)
	gid, _ := strconv.Atoi(postfix.Gid)
	if err := os.Chmod(s.dir, 0o755); err != nil { //nolint:gosec // the servers have users of their own
		return err
	}
	for _, d := range []string{"queue", "queue/pid", "data", "mail", "run", "state", "etc"} {
		if err := os.Mkdir(s.in(d), 0o755); err != nil {
			return err
		}
	}
	for _, d := range []string{"data", "mail"} {
		if err := os.Chown(s.in(d), uid, gid); err != nil {
			return err
		}
	}
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	s.Port, s.TLS, s.IMAP = ports[0], ports[1], ports[2]
	if err := s.certify(); err != nil {
		return err
	}
	s.CA, s.PasswordFile = s.in("cert.pem"), s.in("password")
	for name, text := range map[string]string{
		"password": Password + "\n", "users": User + ":{PLAIN}" + Password + ":::::\n",
		"dovecot.conf": s.dovecot(), "etc/main.cf": s.main(uid), "etc/master.cf": s.master(), "etc/refuse": refusing,
		"etc/domains": "/./ OK\n", "etc/boxes": "/^renkei(\\+[^@]*)?@sender\\.internal$/ renkei/\n/./ all/\n",
		"etc/transport": "/^bounce/ error:5.1.1 The mailbox was closed\n",
	} {
		mode := os.FileMode(0o644)
		if name == "password" {
			mode = 0o600
		}
		if err := os.WriteFile(s.in(name), []byte(text), mode); err != nil {
			return err
		}
	}
	return nil
}

// refusing are the answers to addresses.
const refusing = `/^gone/ 550 5.1.1 No such user
/^full/ 552 5.2.2 Mailbox full
/^later/ 450 4.7.1 Greylisted, come again
`

// Accept lets mail to "later" in from now on.
func (s *Server) Accept(tb testing.TB) {
	tb.Helper()
	kept := slices.DeleteFunc(strings.SplitAfter(refusing, "\n"), func(l string) bool { return strings.HasPrefix(l, "/^later") })
	if err := os.WriteFile(s.in("etc/refuse"), []byte(strings.Join(kept, "")), 0o644); err != nil {
		tb.Fatal(err)
	}
	s.run(tb, "postfix", "-c", s.in("etc"), "reload")
}

// Stop stops taking mail.
func (s *Server) Stop(tb testing.TB) {
	tb.Helper()
	s.run(tb, "postfix", "-c", s.in("etc"), "stop")
}

// Start takes mail, again.
func (s *Server) Start(tb testing.TB) {
	tb.Helper()
	s.run(tb, "postfix", "-c", s.in("etc"), "start")
	s.until(tb, "it listens", func() bool {
		dial := net.Dialer{Timeout: time.Second}
		conn, err := dial.DialContext(tb.Context(), "tcp", fmt.Sprint(s.Host, ":", s.Port))
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

// Deliver sends a mail as anybody's program does, whoever it says it is from.
func (s *Server) Deliver(tb testing.TB, from, to, raw string) {
	tb.Helper()
	if err := s.deliver(from, to, raw); err != nil {
		tb.Fatalf("deliver to %s: %v\n%s", to, err, s.log())
	}
}

func (s *Server) deliver(from, to, raw string) error {
	pem, err := os.ReadFile(s.CA)
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	c, err := smtp.Dial(fmt.Sprint(s.Host, ":", s.Port))
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // Quit has answered
	if err := c.StartTLS(&tls.Config{ServerName: s.Host, RootCAs: pool, MinVersion: tls.VersionTLS12}); err != nil {
		return err
	}
	if err := c.Auth(smtp.PlainAuth("", User, Password, s.Host)); err != nil {
		return err
	}
	if err := errors.Join(c.Mail(from), c.Rcpt(to)); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err = w.Write([]byte(raw)); err != nil {
		return err
	}
	return errors.Join(w.Close(), c.Quit())
}

// StopIMAP ends the server of the mailbox, and StartIMAP starts it again.
func (s *Server) StopIMAP(tb testing.TB) {
	tb.Helper()
	s.run(tb, "doveadm", "-c", s.in("dovecot.conf"), "stop")
}

// StartIMAP starts the server of the mailbox.
func (s *Server) StartIMAP(tb testing.TB) {
	tb.Helper()
	s.run(tb, "dovecot", "-c", s.in("dovecot.conf"))
}

func (s *Server) stop() {
	for _, c := range [][]string{{"postfix", "-c", s.in("etc"), "stop"}, {"doveadm", "-c", s.in("dovecot.conf"), "stop"}} {
		_ = exec.Command(c[0], c[1:]...).Run() //nolint:gosec,noctx // it may have stopped; the test's context has ended
	}
}

// Mails are what has arrived for whoever has that before the @, in the order of
// its arrival, once there are at least so many.
func (s *Server) Mails(tb testing.TB, who string, least int) []string {
	tb.Helper()
	var all []string
	s.until(tb, fmt.Sprint(least, " mails for ", who), func() bool {
		all = nil
		names, _ := filepath.Glob(s.in("mail", "all", "new", "*")) // the pattern is good
		slices.SortFunc(names, func(a, b string) int { return arrived(a).Compare(arrived(b)) })
		for _, name := range names {
			raw, err := os.ReadFile(name)
			if err != nil {
				return false
			}
			if strings.Contains(string(raw), "\nDelivered-To: "+who+"@") {
				all = append(all, string(raw))
			}
		}
		return len(all) >= least
	})
	return all
}

// arrived is when a file was made.
func arrived(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// until waits for something.
func (s *Server) until(tb testing.TB, what string, done func() bool) {
	tb.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); !done(); <-tick.C {
		if time.Now().After(end) {
			tb.Fatalf("%s does not come\n%s", what, s.log())
		}
	}
}

func (s *Server) log() string {
	var all []string
	for _, name := range []string{"log", "dovecot.log"} {
		raw, _ := os.ReadFile(s.in(name)) // for the message alone
		all = append(all, string(raw))
	}
	return strings.Join(all, "\n")
}

// run runs a command. What stays behind of it holds its output, so that is a file.
func (s *Server) run(tb testing.TB, name string, args ...string) {
	tb.Helper()
	out, err := os.Create(s.in("said"))
	if err != nil {
		tb.Fatal(err)
	}
	defer out.Close()                                       //nolint:errcheck // read below
	cmd := exec.CommandContext(tb.Context(), name, args...) //nolint:gosec // programs of the mail server
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name()) // for the message alone
		tb.Fatalf("%s: %v\n%s\n%s", name, err, said, s.log())
	}
}

// freePorts are some on which nobody listens.
func freePorts(n int) (found []int, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // at once
		if err != nil {
			return nil, err
		}
		defer l.Close() //nolint:errcheck // it has done its work
		if at, ok := l.Addr().(*net.TCPAddr); ok {
			found = append(found, at.Port)
		}
	}
	return found, nil
}

// certify makes a certificate that signs for itself.
func (s *Server) certify() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	like := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.internal"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	cert, err := x509.CreateCertificate(rand.Reader, like, like, &key.PublicKey, key)
	if err != nil {
		return err
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.in("key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), 0o600); err != nil {
		return err
	}
	return os.WriteFile(s.in("cert.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), 0o644)
}
