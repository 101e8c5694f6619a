//go:build unix

package e2e

import (
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/testkit/load"
)

// The crowd of BenchmarkCrowd, and what it does.
const (
	crowdUnits, crowdPeople      = 500, 10
	crowdAnswers, crowdSeconds   = 2000, 20
	crowdConnections, crowdDials = 200, 64
)

// BenchmarkCrowd sends 5,000 people in 500 units to a server: they sign in,
// open their streams, get an inject all at once, hand in 2,000 answers a second,
// and come back after the server was killed. One of them never reads.
func BenchmarkCrowd(b *testing.B) {
	for range b.N {
		c := newCrowdBench(b)
		c.signIn()
		streams := c.open()
		c.receive(streams)
		c.answer(streams)
		c.comeBack(streams)
		streams.Close()
	}
	b.ReportMetric(0, "ns/op")
}

type crowdBench struct {
	*testing.B
	data, addr string
	server     *exec.Cmd
	people     *load.People
}

func newCrowdBench(b *testing.B) *crowdBench {
	b.Helper()
	c := &crowdBench{B: b, data: b.TempDir()}
	db, err := storage.Open(b.Context(), filepath.Join(c.data, "renkei.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		b.Fatal(err)
	}
	all, err := load.Prepare(b.Context(), db, crowdUnits, crowdPeople)
	if err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	free, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	c.addr = free.Addr().String()
	free.Close()
	c.people = load.Connect(all, c.addr)
	c.start()
	b.Cleanup(func() {
		_ = c.server.Process.Kill() // nothing is lost with it
		_ = c.server.Wait()
	})
	return c
}

// start starts the server, and waits until all is open.
func (c *crowdBench) start() {
	c.Helper()
	c.server = exec.CommandContext(c.Context(), binary, "serve", "--addr", c.addr, "--data", c.data, "--trusted-networks", "127.0.0.0/8")
	c.server.Stderr = os.Stderr
	if err := c.server.Start(); err != nil {
		c.Fatal(err)
	}
	if err := c.people.WaitReady(c.Context()); err != nil {
		c.Fatal(err)
	}
}

// memory is the most that the server has held.
func (c *crowdBench) memory(name string) {
	c.Helper()
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(c.server.Process.Pid) + "/status")
	if err != nil {
		return // not on this system
	}
	if m := regexp.MustCompile(`VmHWM:\s+(\d+)`).FindSubmatch(raw); m != nil {
		kb, _ := strconv.Atoi(string(m[1]))
		c.ReportMetric(float64(kb)/1024, name)
	}
}

func (c *crowdBench) report(s load.Spread, name string) {
	c.Helper()
	c.Logf("%s: %s", name, s)
	c.ReportMetric(float64(s.P99.Microseconds())/1000, name+"-p99-ms")
}

func (c *crowdBench) signIn() {
	c.Helper()
	began := time.Now()
	s, err := c.people.SignIn(c.Context(), crowdDials)
	if err != nil {
		c.Fatal(err)
	}
	c.Logf("signing in: %s", s)
	c.ReportMetric(time.Since(began).Seconds(), "all-signed-in-s")
	c.memory("signed-in-MB")
}

func (c *crowdBench) open() *load.Streams {
	c.Helper()
	streams, err := c.people.Open(c.Context(), crowdDials)
	if err != nil {
		c.Fatal(err)
	}
	c.memory("streams-MB")
	return streams
}

// receive lets play begin, and waits for what falls due for all at once.
func (c *crowdBench) receive(streams *load.Streams) {
	c.Helper()
	due := time.Now().Add(load.At)
	if err := c.people.Direct(c.Context(), "/clock", url.Values{"do": {"start"}, "sure": {"yes"}}); err != nil {
		c.Fatal(err)
	}
	if _, err := streams.Drain(due.Add(-5 * time.Second)); err != nil {
		c.Fatal(err)
	}
	told, seen, err := streams.Receive(due, func(m load.Member) string { return "/x/" + load.Exercise + "/desk/" + m.Unit })
	if err != nil {
		c.Fatal(err)
	}
	c.report(told, "received")
	c.report(seen, "fetched")
	c.memory("inject-MB")
}

// answer hands answers in while the streams are read, all but one.
func (c *crowdBench) answer(streams *load.Streams) {
	c.Helper()
	streams.Neglect()
	read := make(chan error, 1)
	go func() {
		n, err := streams.Drain(time.Now().Add((crowdSeconds + 2) * time.Second))
		c.Logf("frames: %d", n)
		read <- err
	}()
	s, err := c.people.Answers(c.Context(), crowdAnswers, crowdSeconds, crowdConnections)
	if err != nil {
		c.Fatal(err)
	}
	if err := <-read; err != nil {
		c.Fatal(err)
	}
	c.report(s, "answered")
	c.memory("answers-MB")
}

// comeBack kills the server, starts it anew, and waits for everybody.
func (c *crowdBench) comeBack(streams *load.Streams) {
	c.Helper()
	if err := c.server.Process.Signal(syscall.SIGKILL); err != nil {
		c.Fatal(err)
	}
	_ = c.server.Wait() // it was killed
	since := time.Now()
	back := make(chan error, 1)
	go func() {
		s, err := streams.Reconnect(c.Context(), since)
		if err == nil {
			c.report(s, "back")
		}
		back <- err
	}()
	c.start()
	c.ReportMetric(time.Since(since).Seconds(), "ready-s")
	if err := <-back; err != nil {
		c.Fatal(err)
	}
	c.memory("back-MB")
}
