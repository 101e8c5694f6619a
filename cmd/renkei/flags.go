package main

import (
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"renkei/internal/i18n"
)

// flags is a flag set whose texts are translated and whose positional
// arguments may stand anywhere.
type flags struct {
	*flag.FlagSet
	e       *env
	command string
	args    string // as in the usage line
	problem string // the translated reason of a bad value
}

func (e *env) flags(command, args string) *flags {
	f := &flags{FlagSet: flag.NewFlagSet(command, flag.ContinueOnError), e: e, command: command, args: args}
	f.SetOutput(io.Discard)
	f.String("lang", "", e.p.T("cli.flag.lang")) // read by language
	return f
}

// usage of a flag, from the catalogue.
func (f *flags) text(name string) string { return f.e.p.T(textKey(f.command) + ".flag." + name) }

func (f *flags) stringVar(to *string, name, value string) {
	f.StringVar(to, name, value, f.text(name))
}

func (f *flags) boolVar(to *bool, name string) { f.BoolVar(to, name, false, f.text(name)) }

// value adds a flag with a reader of its own; its error is a catalogue key.
func (f *flags) value(name string, set func(string) (problem string)) {
	f.Func(name, f.text(name), func(s string) error {
		if key := set(s); key != "" {
			f.problem = f.e.p.T(key, i18n.Args{"Flag": "--" + name, "Value": s})
			return &usageError{text: f.problem}
		}
		return nil
	})
}

// parse reads the arguments and returns the positional ones, of which there
// must be from least to most. done is true when help was asked for and given.
func (f *flags) parse(args []string, least, most int) (positional []string, done bool, err error) {
	for len(args) > 0 {
		if isHelp(args[0]) && args[0] != "help" {
			f.help()
			return nil, true, nil
		}
		if !strings.HasPrefix(args[0], "-") || args[0] == "-" {
			positional = append(positional, args[0])
			args = args[1:]
			continue
		}
		if err := f.known(args); err != nil {
			return nil, false, err
		}
		if err := f.Parse(args); err != nil {
			if f.problem == "" {
				f.problem = f.e.p.T("cli.bad_value", i18n.Args{"Flag": args[0]})
			}
			return nil, false, f.wrong(f.problem)
		}
		args = f.Args()
	}
	if len(positional) < least || len(positional) > most {
		return nil, false, f.wrong(f.e.p.T("cli.arguments", i18n.Args{"Usage": f.usageLine()}))
	}
	return positional, false, nil
}

// known refuses unknown flags and missing values in our own words.
func (f *flags) known(args []string) error {
	for i := 0; i < len(args) && strings.HasPrefix(args[i], "-") && args[i] != "-"; i++ {
		name, _, hasValue := strings.Cut(strings.TrimLeft(args[i], "-"), "=")
		if isHelp(args[i]) {
			return nil
		}
		known := f.Lookup(name)
		if known == nil {
			return f.wrong(f.e.p.T("cli.unknown_flag", i18n.Args{"Flag": "--" + name}))
		}
		boolean, ok := known.Value.(interface{ IsBoolFlag() bool })
		if hasValue || ok && boolean.IsBoolFlag() {
			continue
		}
		if i++; i >= len(args) {
			return f.wrong(f.e.p.T("cli.no_value", i18n.Args{"Flag": "--" + name}))
		}
	}
	return nil
}

// ending checks that the name of a file to write ends in what can be written;
// a name without an ending may stand for the usual form.
func (f *flags) ending(out string, forms ...string) error {
	ext := strings.ToLower(strings.TrimPrefix(filepath.Ext(out), "."))
	if ext == "" || out == "-" || slices.Contains(forms, ext) {
		return nil
	}
	return f.wrong(f.e.p.T("cli.bad_ending", i18n.Args{"Path": out, "Endings": f.e.p.List(dotted(forms))}))
}

func dotted(forms []string) []string {
	all := make([]string, len(forms))
	for i, form := range forms {
		all[i] = "." + form
	}
	return all
}

func (f *flags) wrong(text string) error { return &usageError{command: f.command, text: text} }

func (f *flags) usageLine() string {
	return strings.TrimSpace("renkei " + f.command + " " + f.args)
}

// help prints what the command does and its flags.
func (f *flags) help() {
	w := f.e.out
	fmt.Fprintf(w, "%s [--...]\n\n", f.usageLine())
	for _, line := range i18n.Wrap(f.e.p.T(textKey(f.command)+".long"), 78) {
		fmt.Fprintln(w, line)
	}
	fmt.Fprintln(w)
	width := 15
	f.VisitAll(func(fl *flag.Flag) { width = max(width, i18n.Width(shown(fl))) })
	f.VisitAll(func(fl *flag.Flag) {
		name := shown(fl)
		for _, line := range i18n.Wrap(fl.Usage, 75-width) {
			fmt.Fprintf(w, "  %s %s\n", i18n.Fit(name, width), line)
			name = ""
		}
	})
}

// shown is a flag as help shows it, with an ellipsis for its value.
func shown(fl *flag.Flag) string {
	if boolean, ok := fl.Value.(interface{ IsBoolFlag() bool }); ok && boolean.IsBoolFlag() {
		return "--" + fl.Name
	}
	return "--" + fl.Name + " …"
}
