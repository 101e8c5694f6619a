package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"renkei/internal/database"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/server"
)

// Exit codes of every command.
const (
	exitDone   = 0
	exitFailed = 1 // with a clear reason on standard error
	exitUsage  = 2 // wrong use, and what fails until somebody changes something
)

// env is what a command works with.
type env struct {
	out, err io.Writer
	screen   io.Writer // err for what moves the cursor; what is drawn there must be printable
	texts    *i18n.Catalogue
	p        *i18n.Printer
	environ  []string
	metered  bool // the meter has shown something
}

// command is one thing that the program does. Its texts are in the catalogue
// under "cli.<name>", with dots for spaces.
type command struct {
	name string
	run  func(context.Context, *env, []string) error
}

func commands() []command {
	return []command{
		{"exercise run", exerciseRun},
		{"exercise replay", exerciseReplay},
		{"exercise report", exerciseReport},
		{"exercise enter", exerciseEnter},
		{"exercise export", exerciseExport},
		{"exercise import", exerciseImport},
		{"exercise verify", exerciseVerify},
		{"exercise rehearse", exerciseRehearse},
		{"demo", demo},
		{"serve", serve},
		{"scenario check", scenarioCheck},
		{"scenario try", scenarioTry},
		{"scenario show", scenarioShow},
		{"scenario print", scenarioPrint},
		{"scenario export", scenarioExport},
		{"scenario import", scenarioImport},
		{"scenario schema", scenarioSchema},
		{"scenario new", scenarioNew},
		{"scenario list", scenarioList},
		{"account rescue", accountRescue},
		{"community comcheck start", comcheckStart},
		{"community comcheck status", comcheckStatus},
		{"handbook export", handbookExport},
		{"handbook import", handbookImport},
		{"handbook compare", handbookCompare},
		{"handbook print", handbookPrint},
		{"handbook schema", handbookSchema},
		{"handbook site", handbookSite},
		{"programme report", programmeReport},
		{"programme calendar", programmeCalendar},
		{"programme export", programmeExport},
		{"programme import", programmeImport},
		{"programme site", programmeSite},
		{"channel mattermost plan", mattermostPlan},
		{"channel mattermost apply", mattermostApply},
		{"channel mattermost archive", mattermostArchive},
		{"backup", backup},
		{"restore", restore},
		{"version", version},
	}
}

// usageError is wrong use: a translated sentence.
type usageError struct {
	command string
	text    string
}

func (e *usageError) Error() string { return e.text }

// plainError is a translated sentence that says what went wrong and what to do.
type plainError struct{ text string }

func (e *plainError) Error() string { return e.text }

// errFailed ends a command that has said everything itself.
var errFailed = errors.New("failed")

// run is the program without its process: it returns the exit code.
func run(ctx context.Context, args []string, out, errOut io.Writer, environ []string) int {
	texts, err := server.Texts()
	if err != nil {
		fmt.Fprintln(errOut, err)
		return exitFailed
	}
	told := &output{w: &said{out}}
	e := &env{out: told, err: &said{errOut}, screen: errOut, texts: texts, environ: environ}
	e.p = texts.For(language(args, environ)...)
	err = e.dispatch(ctx, args)
	if told.err != nil && err == nil {
		err = told.err
	}
	return e.exit(err)
}

// language is what --lang wishes, wherever it stands, else the environment. It
// is looked for before anything else, so that every error is told in it.
func language(args, environ []string) []string {
	for i, arg := range args {
		name, value, ok := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		switch {
		case name != "lang" || !strings.HasPrefix(arg, "-"):
		case ok:
			return []string{value}
		case i+1 < len(args):
			return []string{args[i+1]}
		}
	}
	for _, name := range []string{"RENKEI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		for _, kv := range environ {
			if v, ok := strings.CutPrefix(kv, name+"="); ok && v != "" {
				return []string{v}
			}
		}
	}
	return nil
}

func (e *env) dispatch(ctx context.Context, args []string) error {
	for _, c := range commands() {
		words := strings.Fields(c.name)
		if len(args) >= len(words) && strings.Join(args[:len(words)], " ") == c.name {
			return c.run(ctx, e, args[len(words):])
		}
	}
	if len(args) == 0 || isHelp(args[0]) {
		e.help()
		if len(args) == 0 {
			return &usageError{}
		}
		return nil
	}
	if len(args) > 1 && isHelp(args[1]) || len(args) == 1 && e.isGroup(args[0]) {
		e.help()
		return nil
	}
	return &usageError{text: e.p.T("cli.unknown_command", i18n.Args{"Command": strings.Join(args[:min(2, len(args))], " ")})}
}

func isHelp(arg string) bool {
	return arg == "help" || arg == "-h" || arg == "-help" || arg == "--help"
}

func (e *env) isGroup(word string) bool {
	for _, c := range commands() {
		if strings.HasPrefix(c.name, word+" ") {
			return true
		}
	}
	return false
}

// help lists the commands.
func (e *env) help() {
	fmt.Fprintln(e.out, e.p.T("cli.about"))
	fmt.Fprintln(e.out)
	width := 0
	for _, c := range commands() {
		width = max(width, i18n.Width(c.name))
	}
	for _, c := range commands() {
		fmt.Fprintf(e.out, "  renkei %s %s\n", i18n.Fit(c.name, width), e.p.T(textKey(c.name)))
	}
	fmt.Fprintln(e.out)
	fmt.Fprintln(e.out, e.p.T("cli.more"))
}

func textKey(name string) string { return "cli." + strings.ReplaceAll(name, " ", ".") }

// exit tells the error and gives the code.
func (e *env) exit(err error) int {
	var usage *usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		if usage.text != "" {
			fmt.Fprintln(e.err, usage.text)
			fmt.Fprintln(e.err, e.p.T("cli.see_help", i18n.Args{"Command": strings.TrimSpace(usage.command + " --help")}))
		}
		return exitUsage
	case errors.Is(err, errFailed):
		return exitFailed
	}
	fmt.Fprintln(e.err, e.explain(err))
	if lasting(err) {
		return exitUsage
	}
	return exitFailed
}

// explain gives the sentence for an error that a person reads: what the error
// says itself, or what stands here.
func (e *env) explain(err error) string {
	var plain *plainError
	var says i18n.UserTexter
	var path *os.PathError
	var pack *library.NotFoundError
	var held *database.HeldError
	_ = errors.As(err, &says)
	damaged, isLog := says.(*journal.CorruptError)
	_, isAway := says.(interface{ Unavailable() bool }) // worded below for who runs the program
	switch {
	case errors.As(err, &plain):
		return plain.text
	case isLog && errors.Is(err, database.ErrDamaged):
		return e.p.T("cli.store.damaged_event", i18n.Args{"Seq": damaged.Seq})
	case isLog:
		text, _ := e.p.Explain(damaged)
		return e.p.T("cli.log_broken", i18n.Args{"Cause": text})
	case says != nil && !isAway:
		text, _ := e.p.Explain(says)
		return text
	case errors.Is(err, conduct.ErrRedacted):
		return e.p.T("cli.redacted.play")
	case errors.Is(err, review.ErrRedacted):
		return e.p.T("cli.redacted.report")
	case errors.Is(err, context.Canceled):
		return e.p.T("cli.interrupted")
	case errors.As(err, &path) && errors.Is(err, journal.ErrTaken):
		return e.p.T("cli.archive.exists", i18n.Args{"Path": path.Path})
	case errors.As(err, &pack):
		return e.p.T("cli.no_pack", i18n.Args{"Path": pack.Name})
	case errors.As(err, &held) && held.Process != "":
		return e.p.T("cli.store.held", i18n.Args{"Process": held.Process, "Path": strings.TrimSuffix(held.Path, ".lock")})
	case errors.As(err, &path) && pathKey(err) != "":
		return e.p.T(pathKey(err), i18n.Args{"Path": path.Path})
	}
	for _, known := range storeErrors() {
		if errors.Is(err, known.err) {
			return e.p.T(known.text, i18n.Args{"Cause": firstLine(err)})
		}
	}
	return e.p.T("cli.error", i18n.Args{"Cause": err.Error()})
}

// storeErrors are the failures of a database that a person can do something
// about, with the keys of their sentences.
func storeErrors() []struct {
	err  error
	text string
} {
	return []struct {
		err  error
		text string
	}{
		{database.ErrLocked, "cli.store.locked"},
		{database.ErrSchema, "cli.store.schema"},
		{database.ErrFull, "cli.store.full"},
		{database.ErrDisk, "cli.store.disk"},
		{database.ErrReadOnly, "cli.store.read_only"},
		{database.ErrDamaged, "cli.store.damaged"},
		{database.ErrUnreachable, "cli.store.unreachable"},
		{database.ErrDenied, "cli.store.denied"},
		{database.ErrNoDatabase, "cli.store.no_database"},
		{database.ErrOldServer, "cli.store.old_server"},
		{database.ErrNotFound, "cli.store.missing"},
		{database.ErrBlank, "cli.store.blank"},
	}
}

// firstLine leaves out what further failed because of the same.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
