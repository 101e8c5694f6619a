package e2e

import (
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"renkei/internal/store"
	"renkei/internal/testkit/crowd"
)

func BenchmarkCrowd(b *testing.B) {
	units, each := 500, 10
	path := filepath.Join(b.TempDir(), "renkei.db")
	db, err := store.Open(b.Context(), path, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	c, err := crowd.Prepare(b.Context(), db, units, each)
	if err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	addr := "127.0.0.1:9090"
	start := func() *exec.Cmd {
		cmd := exec.Command(os.Args[0], "-test.run", "TestCrowdServer", "-test.timeout", "0")
		cmd.Env = append(os.Environ(), "RENKEI_CROWD_DB="+path, "RENKEI_CROWD_ADDR="+addr)
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		for {
			if conn, err := net.Dial("tcp", addr); err == nil {
				conn.Close()
				return cmd
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	server := start()
	defer func() { server.Process.Kill(); server.Wait() }()
	peak := func() {
		raw, _ := os.ReadFile("/proc/" + strconv.Itoa(server.Process.Pid) + "/status")
		b.Logf("memory %s", regexp.MustCompile(`VmHWM:.*`).Find(raw))
	}
	p := crowd.Connect(c, addr)
	if os.Getenv("SIGNIN") != "" {
		t0 := time.Now()
		s, err := p.SignIn(b.Context(), 64)
		b.Logf("sign in: %s in all %s %v", s, time.Since(t0), err)
		peak()
	}
	t0 := time.Now()
	streams, err := p.Open(b.Context(), 64)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("opened in %s", time.Since(t0))
	peak()
	startex := time.Now()
	if err := p.Direct(b.Context(), "/clock", url.Values{"do": {"start"}}); err != nil {
		b.Fatal(err)
	}
	due := startex.Add(crowd.At)
	if _, err := streams.Drain(due.Add(-5 * time.Second)); err != nil {
		b.Fatal(err)
	}
	told, seen, err := streams.Receive(due, func(m crowd.Member) string { return "/x/" + crowd.Exercise + "/desk/" + m.Unit })
	b.Logf("told %s; seen %s; %v", told, seen, err)
	peak()
	done := make(chan struct{})
	go func() {
		defer close(done)
		n, err := streams.Drain(time.Now().Add(22 * time.Second))
		b.Logf("frames %d %v", n, err)
	}()
	a, err := p.Answers(b.Context(), 2000, 20, 200)
	b.Logf("answers %s %v", a, err)
	<-done
	peak()
	server.Process.Kill()
	server.Wait()
	t1 := time.Now()
	server = start()
	b.Logf("started again in %s", time.Since(t1))
	r, err := streams.Reconnect(b.Context(), t1)
	b.Logf("reconnected %s %v", r, err)
	peak()
}
