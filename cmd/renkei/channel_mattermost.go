package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"renkei/internal/channel/mattermost"
	"renkei/internal/config"
	"renkei/internal/i18n"
	"renkei/internal/server"
)

func mattermostPlan(ctx context.Context, e *env, args []string) error {
	return setUpMattermost(ctx, e, "plan", args)
}

func mattermostApply(ctx context.Context, e *env, args []string) error {
	return setUpMattermost(ctx, e, "apply", args)
}

func mattermostArchive(ctx context.Context, e *env, args []string) error {
	return setUpMattermost(ctx, e, "archive", args)
}

// setUpMattermost plans, makes or archives what an exercise has on a server.
func setUpMattermost(ctx context.Context, e *env, do string, args []string) error {
	f := e.flags("channel mattermost "+do, "--data DIR --exercise ID --url URL --token-file FILE")
	o := &server.MattermostOptions{Do: do, Texts: e.texts}
	people, pairs := "", ""
	f.stringVar(&o.Data, "data", "")
	f.value("db", func(s string) string { return readDB(s, &o.Database) })
	f.stringVar(&o.Exercise, "exercise", "")
	f.stringVar(&o.URL, "url", "")
	f.stringVar(&o.TokenFile, "token-file", "")
	if do != "archive" {
		f.stringVar(&people, "people", "")
		f.stringVar(&pairs, "pairs", "")
		f.stringVar(&o.Callback, "callback", "")
	}
	if _, done, err := f.parse(args, 0, 0); done || err != nil {
		return err
	}
	if o.Data == "" || o.Exercise == "" || o.URL == "" || o.TokenFile == "" {
		return f.wrong(e.p.T("cli.channel.mattermost.needs"))
	}
	if o.Database == "" {
		o.Database = filepath.Join(o.Data, config.FileDB)
	}
	if people != "" {
		var err error
		if o.People, err = e.readChatPeople(people); err != nil {
			return err
		}
	}
	if pairs != "" {
		o.Pairs = strings.Split(pairs, ",")
	}
	r, err := server.SetUpMattermost(ctx, o)
	if r != nil {
		e.showSetUp(do, r)
	}
	return e.mattermostError(f, o, err)
}

// mattermostError is the sentence for what setting up failed of.
func (e *env) mattermostError(f *flags, o *server.MattermostOptions, err error) error {
	switch {
	case errors.Is(err, mattermost.ErrURL):
		return f.wrong(e.p.T("cli.channel.mattermost.bad_url", i18n.Args{"URL": o.URL}))
	case errors.Is(err, mattermost.ErrPlain):
		return f.wrong(e.p.T("cli.channel.mattermost.plain", i18n.Args{"URL": o.URL}))
	case errors.Is(err, mattermost.ErrOpen):
		return &plainError{e.p.T("cli.channel.mattermost.open", i18n.Args{"Path": o.TokenFile})}
	case errors.Is(err, mattermost.ErrAbsent):
		return &plainError{e.p.T("cli.channel.mattermost.absent")}
	case errors.Is(err, mattermost.ErrToken):
		return &plainError{e.p.T("cli.channel.mattermost.no_token", i18n.Args{"Path": o.TokenFile})}
	case errors.Is(err, mattermost.ErrNoAnswer):
		return &plainError{e.p.T("cli.channel.mattermost.no_answer", i18n.Args{"URL": o.URL, "Cause": strings.ReplaceAll(err.Error(), "\n", ": ")})}
	}
	return err
}

// showSetUp tells what was done, or would be, and what is missing.
func (e *env) showSetUp(do string, r *mattermost.Report) {
	fmt.Fprintln(e.out, e.p.T("cli.channel.mattermost.server", i18n.Args{"Server": r.Server, "Version": r.Version, "As": r.As}))
	head := "cli.channel.mattermost.done"
	switch {
	case len(r.Steps) == 0:
		head = "cli.channel.mattermost.nothing"
	case do == "plan":
		head = "cli.channel.mattermost.planned"
	}
	fmt.Fprintln(e.out, e.p.T(head))
	for _, s := range r.Steps {
		fmt.Fprintln(e.out, "  "+e.p.T("mattermost.step."+string(s.Do)+"."+string(s.What), i18n.Args{"Name": s.Name, "N": s.N}))
	}
	if len(r.Missing) > 0 {
		fmt.Fprintln(e.out, e.p.T("cli.channel.mattermost.missing", i18n.Args{"Who": e.p.List(r.Missing)}))
	}
	for _, s := range r.Strangers {
		fmt.Fprintln(e.out, e.p.T("cli.channel.mattermost.stranger", i18n.Args{"User": s.User, "Channel": s.Room}))
	}
	for _, l := range r.Lacks {
		text, _ := e.p.Explain(l.Err)
		fmt.Fprintln(e.out, text)
		fmt.Fprintln(e.out, "  "+e.p.T("mattermost.without."+l.Without, i18n.Args{"Team": r.Team}))
	}
}

// Bounds of a file of people.
const (
	maxPeopleFile = 1 << 20
	maxChatPeople = 5000
)

// readChatPeople reads lines of a unit and an address, a comma or spaces between.
func (e *env) readChatPeople(path string) (map[string][]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	raw, err := io.ReadAll(io.LimitReader(file, maxPeopleFile+1))
	if err != nil {
		return nil, err
	}
	all, n := map[string][]string{}, 0
	for i, line := range strings.Split(strings.TrimPrefix(string(raw), "\ufeff"), "\n") {
		words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r,;", r) })
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if n++; len(words) != 2 || n > maxChatPeople || len(raw) > maxPeopleFile {
			return nil, &plainError{e.p.T("cli.channel.mattermost.bad_line", i18n.Args{"Path": path, "Line": i + 1, "Most": maxChatPeople})}
		}
		unit := strings.ToLower(words[0])
		all[unit] = append(all[unit], strings.ToLower(strings.TrimPrefix(words[1], "@")))
	}
	return all, nil
}
