package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// step is a command line as a user types it, with {dir} for a folder of the
// test, and what must come of it.
type step struct {
	line string
	code int
	out  string // in what the command prints, on either stream
	file string // what must be there afterwards, with contents
}

// day is every command at work: each finds what those before it have left.
var day = []step{
	{"version", exitDone, "renkei ", ""},
	{"scenario list", exitDone, "hospital-ransomware", ""},
	{"scenario new {dir}/own", exitDone, "", "own/pack.yaml"},
	{"scenario new {dir}/own", exitFailed, "own", ""},
	{"scenario check {dir}/own", exitDone, "", ""},
	{"scenario check {dir}/none", exitFailed, "scenario list", ""},
	{"scenario try hospital-ransomware T01 nonsense", exitFailed, "", ""},
	{"scenario try {dir}/own T2 203.0.113.11", exitDone, "", ""},
	{"scenario try hospital-ransomware T99 nonsense", exitFailed, "T99", ""},
	{"scenario show {dir}/own", exitDone, "", ""},
	{"scenario print {dir}/own --out {dir}/own.html", exitDone, "own.html", "own.html"},
	{"scenario print {dir}/own --briefing --out {dir}/briefing.html", exitDone, "briefing.html", "briefing.html"},
	{"scenario print {dir}/own --handbook --out {dir}/guide.html", exitDone, "guide.html", "guide.html"},
	{"scenario print {dir}/own --handbook --briefing --out {dir}/guide.html", exitUsage, "--handbook", ""},
	{"scenario print {dir}/own --handbook --out {dir}/guide.csv", exitUsage, "--handbook", ""},
	{"scenario print {dir}/own --out {dir}/own.doc", exitUsage, ".xlsx", ""},
	{"scenario export {dir}/own --out {dir}/own.csv", exitDone, "own.csv", "own.csv"},
	{"scenario export {dir}/own --out {dir}/own.ods", exitUsage, ".xlsx", ""},
	{"scenario import {dir}/own.csv {dir}/own --dry-run", exitDone, "", ""},
	{"scenario schema pack", exitDone, `"$schema"`, ""},
	{"scenario schema ttx", exitDone, `"discuss"`, ""},
	{"scenario show payment", exitDone, "country matrix", ""},
	{"scenario print payment --out {dir}/script.html --startex 2027-06-16T10:00:00+09:00", exitDone, "script.html", "script.html"},
	{"scenario print payment --lang ja --out {dir}/script.docx", exitDone, "script.docx", "script.docx"},
	{"scenario print payment --out {dir}/script.csv", exitFailed, "html, pdf, docx", ""},
	{"scenario print payment --for asteria --out {dir}/x.html", exitUsage, "--for", ""},
	{"scenario print {dir}/own --out {dir}/own.docx", exitUsage, "html, xlsx", ""},
	{"scenario schema pictures", exitUsage, "pictures", ""},
	{"exercise rehearse {dir}/own --runs 3", exitDone, "", ""},
	{"exercise rehearse {dir}/own --runs 0", exitUsage, "", ""},
	{"exercise run {dir}/own --bots --seed 7 --speed max --teams 2 --out {dir}/run", exitDone, "", "run/report.html"},
	{"exercise run {dir}/own --bots --speed fast --out {dir}/other", exitUsage, "fast", ""},
	{"exercise replay {dir}/run --at 00:01:00", exitDone, "", ""},
	{"exercise report {dir}/run --format csv --out {dir}/tasks.csv", exitDone, "", "tasks.csv"},
	{"exercise report {dir}/run --out {dir}/report.doc", exitUsage, ".pdf", ""},
	{"exercise report {dir}/run --out {dir}/TASKS.CSV", exitDone, "", "TASKS.CSV"},
	{"exercise report {dir}/run --for nobody", exitFailed, "nobody", ""},
	{"exercise report {dir}/run --out {dir}/report.docx", exitFailed, "html, pdf, json, csv", ""},
	{"exercise run payment --bots --seed 7 --speed max --teams 6 --out {dir}/ttx", exitDone, "", "ttx/report.html"},
	{"exercise report {dir}/ttx --for public --out {dir}/ttx.docx", exitDone, "TLP:CLEAR", "ttx.docx"},
	{"exercise report {dir}/ttx --for asteria --out {dir}/ttx.xlsx", exitDone, "TLP:", "ttx.xlsx"},
	{"exercise report {dir}/ttx --format docx", exitDone, "", "ttx/report.docx"},
	{"exercise report {dir}/ttx --for nobody", exitFailed, "room", ""},
	{"exercise report {dir}/ttx --format json", exitFailed, "html, pdf, docx", ""},
	{"exercise report {dir}/ttx --tlp RED", exitFailed, "--for public", ""},
	{"exercise enter {dir}/run {dir}/paper.csv", exitFailed, "--as-notes", ""},
	{"exercise enter {dir}/run {dir}/paper.csv --as-notes", exitDone, "{dir}/run is over", ""},
	{"exercise enter {dir}/run {dir}/none.csv", exitFailed, "There is nothing at {dir}/none.csv. Check the path.\n", ""},
	{"exercise export {dir}/run --out {dir}/run.renkei", exitDone, "", "run.renkei"},
	{"exercise export {dir}/run --out {dir}/run.renkei", exitFailed, "--force", ""},
	{"exercise import {dir}/run.renkei --out {dir}/back", exitDone, "", "back/log.jsonl"},
	{"exercise verify {dir}/back", exitDone, "", ""},
	{"exercise verify {dir}/back --head 1:00", exitUsage, "", ""},
	{"backup {dir}/run --out {dir}/run.zip", exitDone, "", "run.zip"},
	{"restore {dir}/run.zip --out {dir}/restored", exitDone, "", "restored/exercise.db"},
	{"restore {dir}/own.csv --out {dir}/nothing", exitFailed, "own.csv", ""},
	{"demo {dir}/own --addr 127.0.0.1:0 --teams 2", exitDone, "http://127.0.0.1:", ""},
	{"serve --addr 127.0.0.1:0 --data {dir}/data", exitDone, "127.0.0.1:", "data/renkei.db"},
	{"serve --addr nowhere --data {dir}/data", exitUsage, "nowhere", ""},
	{"account rescue {dir}/data ada@example.org", exitFailed, "ada@example.org", ""},
	{"community comcheck start --demo --url https://renkei.example.org", exitDone, "https://renkei.example.org/", ""},
	{"community comcheck start", exitUsage, "--data", ""},
	{"community comcheck status --demo", exitDone, "", ""},
	{"community comcheck status --demo --round 1999-01", exitFailed, "There is no comcheck 1999-01", ""},
	{"handbook export --demo --member KH --out {dir}/kh.csv", exitDone, "", "kh.csv"},
	{"handbook export --demo --member XX --out {dir}/xx.csv", exitFailed, "There is no member XX. There are: BN,", ""},
	{"handbook import {dir}/kh.csv --demo --member KH --dry-run", exitDone, "", ""},
	{"handbook import {dir}/kh.csv --data {dir}/empty --member KH", exitFailed, "There is nothing at", ""},
	{"handbook export --data {dir}/empty --member KH --out {dir}/no.csv", exitFailed, "There is nothing at", ""}, // it was not made
	{"handbook compare 2023 2023 --demo", exitDone, "", ""},
	{"handbook compare 2023 2023 --demo --member XX", exitFailed, "There is no member XX", ""},
	{"handbook print --demo --edition 1923 --out {dir}/handbook.md", exitFailed, "There is no edition 1923. There are: 2023", ""},
	{"handbook print --demo --out {dir}/handbook.md", exitDone, "", "handbook.md"},
	{"handbook schema", exitDone, `"$schema"`, ""},
	{"handbook site --demo --out {dir}/site", exitDone, "", "site/index.html"},
	{"programme report --demo --edition 2023 --lang ja --out {dir}/report.json", exitDone, "", "report.json"},
	{"programme report --demo --edition 1923 --out {dir}/report.json", exitFailed, "1923", ""},
	{"programme calendar --demo --for KH", exitDone, "BEGIN:VCALENDAR", ""},
	{"programme calendar --demo --for XX", exitFailed, "XX", ""},
	{"programme export --demo --event WG1 --out {dir}/wg1.csv", exitUsage, "--list minutes", ""},
	{"programme export --demo --event none --out {dir}/wg1.xlsx", exitFailed, "There is no event none", ""},
	{"programme export --demo --event demo-course --list minutes --out {dir}/c.xlsx", exitFailed, "is no meeting of a series", ""},
	{"programme export --demo --event WG1 --list minutes --out {dir}/wg1.csv", exitDone, "", "wg1.csv"},
	{"programme import {dir}/wg1.csv --demo --event wg1 --dry-run", exitDone, "0 changes", ""},
	{"programme import {dir}/wg1.csv --data {dir}/empty --event wg1", exitFailed, "There is nothing at", ""},
	{"programme site --demo --out {dir}/public", exitDone, "index.html", "public/ja/meeting-wg1.html"},
	{"programme site --demo --out {dir}/public", exitFailed, "{dir}/public", ""},
	{"programme site --demo", exitUsage, "--out", ""},
	{"programme import {dir}/own.csv --demo --event wg1 --dry-run", exitFailed, "own.csv cannot be read", ""},
	{"channel mattermost plan --data {dir}/data", exitUsage, "", ""},
	{"exercise fly", exitUsage, "exercise fly", ""},
	{"scenario check --unknown", exitUsage, "unknown", ""},
}

// elsewhere are commands that tests of their own see work.
var elsewhere = map[string]string{
	"account rescue":             "TestBrowserSecondFactor",
	"channel mattermost plan":    "TestChannelMattermost",
	"channel mattermost apply":   "TestChannelMattermost",
	"channel mattermost archive": "TestChannelMattermost",
}

// TestCommands types every command, as it is meant and wrongly.
func TestCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "paper.csv"), []byte("time,unit,what,text,by\n0:01:00,asteria,note,The fax is broken,Ada\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, s := range day {
		line := strings.ReplaceAll(s.line, "{dir}", dir)
		code, printed := typed(t, strings.Fields(line))
		if code != s.code || !strings.Contains(printed, strings.ReplaceAll(s.out, "{dir}", dir)) {
			t.Errorf("renkei %s: exit code %d, want %d, and %q in:\n%s", s.line, code, s.code, s.out, printed)
		}
		if s.code != exitDone && strings.TrimSpace(printed) == "" {
			t.Errorf("renkei %s fails without a word", s.line)
		}
		if info, err := os.Stat(filepath.Join(dir, s.file)); s.file != "" && (err != nil || info.Size() == 0) {
			t.Errorf("renkei %s leaves no %s: %v", s.line, s.file, err)
		}
	}
	for _, c := range commands() {
		seen := elsewhere[c.name] != ""
		for _, s := range day {
			seen = seen || s.code == exitDone && strings.HasPrefix(s.line+" ", c.name+" ")
		}
		if !seen {
			t.Errorf("no test sees %q work", c.name)
		}
	}
}

// typed runs a command line. One that serves is stopped as soon as it tells its
// address.
func typed(t *testing.T, args []string) (int, string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out := &screen{}
	if args[0] == "serve" || args[0] == "demo" {
		out.until, out.stop = "127.0.0.1:", stop
	}
	code := run(ctx, append(args, "--lang", languageOf(args)), out, out, nil)
	return code, out.String()
}

func languageOf(args []string) string {
	for i, arg := range args {
		if arg == "--lang" {
			return args[i+1]
		}
	}
	return "en"
}

// screen keeps what is printed, and stops the command at a word.
type screen struct {
	mu    sync.Mutex
	text  bytes.Buffer
	until string
	stop  func()
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.text.Write(p)
	if s.until != "" && strings.Contains(s.text.String(), s.until) {
		s.stop()
	}
	return n, err
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}
