//go:build unix

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestGuardHelp asks every command for help, and uses it wrongly, in both
// languages.
func TestGuardHelp(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ja"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			say := func(args ...string) {
				code, said := typed(t, lang, args...)
				fmt.Fprintf(&out, "=== renkei %s\nexit %d\n%s\n", strings.Join(args, " "), code, said)
			}
			say()
			for _, word := range []string{"help", "-h", "--help", "nothing", "exercise", "scenario", "--lang", "--no-such"} {
				say(word)
			}
			for _, c := range commands(t) {
				words := strings.Fields(c)
				for _, more := range [][]string{{"--help"}, {"-h"}, {"--no-such"}, {"one", "two", "three", "four"}} {
					say(slices.Concat(words, more)...)
				}
				if !slices.Contains([]string{"demo", "serve"}, c) { // these begin to serve
					say(words...)
					say(slices.Concat(words, []string{"--lang", "xx"})...)
				}
			}
			golden(t, "help."+lang+".txt", out.Bytes())
		})
	}
}

// typed runs the program in a folder of its own, without what the machine's
// environment says, and gives what it said on both outputs.
func typed(t *testing.T, lang string, args ...string) (code int, said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // what serves in place of refusing
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"RENKEI_LANG=" + lang, "LC_ALL=C", "HOME=" + cmd.Dir}
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	_ = cmd.Run() // its code is what is asked for
	text := out.String() + "--- standard error\n" + errOut.String()
	text = strings.ReplaceAll(text, cmd.Dir, "DIR")
	return cmd.ProcessState.ExitCode(), builds.ReplaceAllString(text, "renkei BUILD")
}

// builds are what differs between builds of the program and machines.
var builds = regexp.MustCompile(`(?m)^renkei \S+( [0-9a-f]{12})? go\S+ \w+/\w+$`)

// commands are those that the program itself lists.
func commands(t *testing.T) (all []string) {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?m)^  renkei ((?:[a-z]+ ?)+[a-z…]+)  `).FindAllStringSubmatch(renkei(t).out, -1) {
		c := strings.TrimSpace(m[1])
		if strings.HasSuffix(c, "…") { // the list has no room for it
			c = "exercise rehearse"
		}
		all = append(all, c)
	}
	if len(all) < 20 {
		t.Fatalf("only %d commands: %v", len(all), all)
	}
	return all
}
