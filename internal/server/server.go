package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"renkei/internal/api"
	"renkei/internal/auth"
	"renkei/internal/auth/limit"
	"renkei/internal/channel/mail"
	"renkei/internal/channel/mattermost"
	"renkei/internal/exercise/ballot"
	"renkei/internal/exercise/chat"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/pages"
	"renkei/internal/group"
	"renkei/internal/journal"
	"renkei/internal/outbox"
	outboxstore "renkei/internal/outbox/store"
	"renkei/internal/storage"
	"renkei/internal/web"
)

// ListenError is an address on which the server cannot listen.
type ListenError struct {
	Addr string
	Err  error
}

// Error names the address.
func (e *ListenError) Error() string { return fmt.Sprintf("listen on %s: %v", e.Addr, e.Err) }

// Unwrap gives the reason.
func (e *ListenError) Unwrap() error { return e.Err }

// Bounds of a request and its answer. They are long, for links are poor; a
// stream sets its own.
const (
	headerTime  = 10 * time.Second
	requestTime = 5 * time.Minute
	answerTime  = 10 * time.Minute
	idleTime    = 2 * time.Minute
	maxHeader   = 32 << 10
)

// siteOptions say what is served, and how.
type siteOptions struct {
	hosting.Options

	addr, data, db      string
	dbPatience, closing time.Duration
	cert, key           string
	proxies, trusted    []netip.Prefix
	public              string // address as people know it; "" for what their browsers say
	secure              bool
	second              []auth.Role // that need a second factor
	channels            []outbox.Channel
	inbox               *mail.InboxOptions // where answers are read; nil for nowhere
	mailKey             mail.Key
	answersTo           string       // address to which people answer by mail
	mattermost          bool         // exercises may come onto a Mattermost server while it runs
	checkLinks          bool         // look whether the handbook's evidence is still there
	sender              string       // address that mail is from; "" where none is sent
	joined              pages.Joined // nil for nothing
	files               int          // how many files may be open; 0 asks the system
}

// server serves a host and its pages on the network.
type server struct {
	o          siteOptions
	listener   net.Listener
	db         *storage.DB
	auth       *auth.Service
	outbox     *outbox.Outbox
	capture    *mattermost.Capture // nil for none
	bridge     *chat.Bridge        // nil for none
	chatTokens *mattermost.Tokens  // nil for none
	chatMade   [2]chan struct{}    // tell those two that an exercise was set up
	mail       *mailPlay           // nil for none
	host       *hosting.Host
	areas      []web.Area
	closing    chan struct{} // closed when streams shall end
	sending    sync.WaitGroup
}

// serveSite serves until ctx ends. ready is called once pages are served; when
// it fails, so does the server. The network is listened on before anything else
// is opened: who comes too early waits a moment.
func serveSite(ctx context.Context, o siteOptions, ready func(context.Context, *server) error) error {
	s := &server{o: o, closing: make(chan struct{})}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.addr)
	if err != nil {
		return &ListenError{Addr: o.addr, Err: err}
	}
	s.listener = listener
	if err := s.open(ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	return s.run(ctx, ready)
}

// open opens the database and takes it over.
func (s *server) open(ctx context.Context) error {
	if err := journal.MakeFolder(s.o.data, 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	db, err := storage.Open(ctx, s.o.db, storage.Options{Logger: s.o.Log, Patience: s.o.dbPatience, Areas: Stored()})
	if err != nil {
		return err
	}
	s.db, s.auth = db, auth.New(db, time.Now, Rules()...)
	s.auth.RequireSecond(s.o.second...)
	s.o.DB, s.o.Auth = db, s.auth
	s.o.Kinds, s.o.Keys = Kinds(), ballot.NewKeyring(ballot.FolderFor(ballot.RuntimeFolder(os.Getenv), absolute(s.o.db)))
	s.o.Beside = BesideExercises()
	s.host = hosting.Open(ctx, s.o.Options)
	kept := outboxstore.New(db.Database)
	s.outbox = outbox.New(kept, outbox.NewDispatcher(kept, s.o.Log, s.openMattermost(ctx)...), time.Now)
	if s.bridge != nil {
		s.bridge.Outbox = s.outbox
	}
	s.openMail()
	s.auth.EndsBy(func(ctx context.Context, of auth.Scope) (time.Time, error) { return s.host.Ended(ctx, of.Object) })
	return nil
}

// absolute names a database the same from every folder.
func absolute(location string) string {
	if strings.Contains(location, "://") {
		return location
	}
	if path, err := filepath.Abs(location); err == nil {
		return path
	}
	return location
}

// run answers until ctx ends, and closes everything behind it.
func (s *server) run(ctx context.Context, ready func(context.Context, *server) error) error {
	server, err := s.server()
	if err != nil {
		return errors.Join(err, s.listener.Close(), s.close(ctx, time.Now()))
	}
	s.sending.Add(3)
	parts := []func(context.Context) error{
		s.captureChat,
		s.readMail,
		func(ctx context.Context) error {
			defer s.sending.Done()
			if err := s.outbox.Run(ctx); err != nil {
				s.o.Log.Warn("outbox_failed", "error", err) // what it says is in doubt is tried again
			}
			return nil
		},
		func(context.Context) error { return s.answer(server) },
		func(ctx context.Context) error {
			err := ready(ctx, s)
			if err == nil {
				<-ctx.Done()
			}
			return errors.Join(group.IgnoreCanceled(err), s.shutdown(ctx, server))
		},
	}
	return group.Run(ctx, parts...)
}

func (s *server) server() (*http.Server, error) {
	deps := web.Deps{
		Auth: s.auth, Texts: s.o.Texts, Log: s.o.Log, Secure: s.o.secure, Closing: s.closing,
	}
	deps.Erase = s.erase
	deps.Limits, deps.Base = limit.New(time.Now, limit.Options{Trusted: s.o.trusted}), s.o.public
	s.areas = Areas(Deps{
		Host: s.host, Joined: s.o.joined, Chat: s.chat(), Mail: s.mailPages(), DB: s.db.Database, Outbox: s.outbox, Texts: s.o.Texts, Base: s.o.public, Sender: s.o.sender, CheckLinks: s.o.checkLinks,
	})
	deps.Areas = s.areas
	connections := connectionsFor(s.o.files)
	deps.Admission = web.NewAdmission(web.AdmissionDeps{
		Auth: s.auth, Texts: s.o.Texts, Log: s.o.Log, Areas: deps.Areas, Limits: deps.Limits, Secure: s.o.secure,
		Places: web.PlacesFor(connections.most), BodyTime: requestTime,
	})
	s.listener = newConnections(s.listener, connections, s.o.Log, placeOf(s.o.proxies, deps.Limits))
	pages, err := web.New(deps)
	if err != nil {
		return nil, err
	}
	programs, err := api.New(api.Deps{
		Host: s.host, Keys: s.auth, Texts: s.o.Texts, Log: s.o.Log, Allow: allow(deps.Limits), Areas: Operations(s.areas),
	})
	if err != nil {
		return nil, err
	}
	all := http.NewServeMux()
	all.Handle(api.Root+"/", programs)
	typed := &commands{s: s}
	all.Handle("POST "+commandPath+"{exercise}", typed)
	all.HandleFunc("POST "+commandPath+"{exercise}"+mattermost.PressPath, typed.press)
	all.HandleFunc("POST "+commandPath+"{exercise}"+mattermost.DialogPath, typed.dialog)
	all.Handle("/", pages)
	server := &http.Server{
		Handler:     web.BehindProxies(s.o.proxies, deps.Admission.Handler(web.Logged(s.o.Log, all))),
		ConnContext: connectionContext, ConnState: connectionState,
		ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: answerTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(s.o.Log.Handler(), slog.LevelDebug),
	}
	if s.o.cert != "" {
		if server.TLSConfig, err = tlsConfig(s.o.cert, s.o.key); err != nil {
			return nil, err
		}
	}
	return server, nil
}

// answer serves until the server is shut.
func (s *server) answer(server *http.Server) error {
	var err error
	if server.TLSConfig != nil {
		err = server.ServeTLS(s.listener, "", "")
	} else {
		err = server.Serve(s.listener)
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// shutdown stops taking requests, ends the streams, answers what was asked, and
// then commits what was decided. Half of the patience is for those who wait for
// an answer; who is still connected then is cut off.
func (s *server) shutdown(ctx context.Context, server *http.Server) error {
	until := time.Now().Add(s.o.closing)
	close(s.closing)
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.o.closing/2)
	defer cancel()
	if err := server.Shutdown(limited); err != nil {
		s.o.Log.Warn("connections_cut", "error", err)
		_ = server.Close() // there is no more to be done for them
	}
	return s.close(ctx, until)
}

// close stops conducting and closes the database. A database that is away is
// not waited for longer than until then: what it has not taken was not
// acknowledged.
func (s *server) close(ctx context.Context, until time.Time) error {
	limited, cancel := context.WithDeadline(context.WithoutCancel(ctx), until)
	defer cancel()
	s.awaitSending(limited)
	if s.host.Close(limited) {
		return s.db.Close()
	}
	s.o.Log.Warn("closing_without_commit", "patience", s.o.closing)
	err := s.db.Close() // whoever waits for it fails now
	s.host.Close(context.WithoutCancel(ctx))
	return err
}

// awaitSending waits until what channels have done is written down.
func (s *server) awaitSending(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		s.sending.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// url is the address that was listened on, as a browser on this machine takes
// it.
func (s *server) url() string {
	scheme := "http://"
	if s.o.cert != "" {
		scheme = "https://"
	}
	host, port, err := net.SplitHostPort(s.listener.Addr().String())
	if ip, bad := netip.ParseAddr(host); err == nil && bad == nil && ip.IsUnspecified() {
		return scheme + net.JoinHostPort("localhost", port)
	}
	return scheme + s.listener.Addr().String()
}
