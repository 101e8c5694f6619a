package server

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// lookAgain is how often it is looked whether a certificate was renewed.
const lookAgain = time.Minute

// certificate is read again when its file changes, so that a renewal needs no
// restart.
type certificate struct {
	cert, key string

	mu     sync.Mutex
	have   *tls.Certificate
	of     time.Time // change of the file that have is from
	looked time.Time
}

// tlsConfig is how TLS is spoken with a certificate.
func tlsConfig(cert, key string) (*tls.Config, error) {
	c := &certificate{cert: cert, key: key}
	if err := c.read(); err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.get(time.Now()), nil },
	}, nil
}

func (c *certificate) read() error {
	info, err := os.Stat(c.cert)
	if err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	have, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	c.have, c.of, c.looked = &have, info.ModTime(), time.Now()
	return nil
}

// get gives the newest certificate that can be read: of one that is being
// written the old one stays.
func (c *certificate) get(now time.Time) *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Sub(c.looked) < lookAgain {
		return c.have
	}
	c.looked = now
	if info, err := os.Stat(c.cert); err == nil && !info.ModTime().Equal(c.of) {
		_ = c.read() // looked at again in a while
	}
	return c.have
}
