package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"syscall"

	"renkei/internal/config"
	"renkei/internal/i18n"
	"renkei/internal/server"
)

// serve serves the exercises of a database.
func serve(ctx context.Context, e *env, args []string) error {
	f := e.flags("serve", "")
	from := config.Sources{Environ: e.environ, Flags: map[string]string{}}
	var show bool
	f.stringVar(&from.File, "config", "")
	f.boolVar(&show, "print-config")
	for _, name := range config.Flags() {
		f.value(name, func(s string) string {
			from.Flags[name] = s
			return ""
		})
	}
	if _, done, err := f.parse(args, 0, 0); done || err != nil {
		return err
	}
	loaded, err := config.Load(from)
	if err != nil {
		return e.configError(err)
	}
	if show {
		return loaded.Print(e.out)
	}
	err = server.Serve(ctx, server.ServeOptions{Config: loaded.Config, Texts: e.texts, Log: e.logger(loaded.Log, loaded.LogLevel), Ready: e.serving})
	return e.serveError(err)
}

// logger writes the log of a server to standard error.
func (e *env) logger(form string, level slog.Level) *slog.Logger {
	o := &slog.HandlerOptions{Level: level}
	if form == "json" {
		return slog.New(slog.NewJSONHandler(e.err, o))
	}
	return slog.New(slog.NewTextHandler(e.err, o))
}

// serving tells where people reach the server.
func (e *env) serving(s server.Served) {
	fmt.Fprintln(e.out, e.p.T("cli.serve.ready", i18n.Args{"URL": s.URL}))
	if s.First != "" {
		fmt.Fprintln(e.out, e.p.T("cli.serve.first", i18n.Args{"URL": s.First}))
	}
}

// configError tells everything that is wrong with the configuration, a line
// each.
func (e *env) configError(err error) error {
	var problems config.Problems
	if !errors.As(err, &problems) {
		return err
	}
	lines := make([]string, 0, len(problems)+1)
	for _, p := range problems {
		what := e.p.T("cli.serve.bad."+p.Code, i18n.Args{"Value": p.Value})
		lines = append(lines, e.p.T("cli.serve.bad", i18n.Args{"Place": p.Place, "What": what}))
	}
	return &usageError{command: "serve", text: strings.Join(lines, "\n")}
}

// serveError gives the errors of a server that a person can mend their
// sentence.
func (e *env) serveError(err error) error {
	var listen *server.ListenError
	var members *server.CommunityError
	switch {
	case errors.As(err, &listen) && errors.Is(err, syscall.EADDRINUSE):
		return &plainError{e.p.T("cli.serve.busy", i18n.Args{"Addr": listen.Addr})}
	case errors.As(err, &listen) && errors.Is(err, syscall.EACCES):
		return &plainError{e.p.T("cli.serve.port", i18n.Args{"Addr": listen.Addr})}
	case errors.As(err, &listen):
		return &plainError{e.p.T("cli.serve.listen", i18n.Args{"Addr": listen.Addr, "Cause": listen.Err})}
	case errors.As(err, &members):
		return &plainError{e.p.T("cli.serve.community", i18n.Args{"Path": members.Path, "Cause": members.Err})}
	}
	return err
}
