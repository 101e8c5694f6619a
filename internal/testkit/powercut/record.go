package powercut

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// calls are those by which a program changes a disk or speaks. A program that
// uses another one (writev, mmap, fallocate, link...) is noticed in others.
const (
	calls  = "open,openat,creat,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat"
	others = "truncate,writev,pwritev,pwritev2,fallocate,link,linkat,symlink,symlinkat,rmdir,sync_file_range,sendfile,copy_file_range,splice"
)

// Record runs a program under strace until it ends, and returns what it did
// below the folder and told on standard output. It fails the test where the
// program fails, or does what a Disk knows nothing of.
func Record(tb testing.TB, folder, name string, args ...string) []Op {
	tb.Helper()
	trace := filepath.Join(tb.TempDir(), "trace")
	//nolint:gosec // tests say what to run
	cmd := exec.CommandContext(tb.Context(), "strace", append([]string{
		"-f", "-y", "-xx", "-s", "67108864", "-e", "signal=none", "-e", "trace=" + calls + "," + others, "-o", trace, name,
	}, args...)...)
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	if err := cmd.Run(); err != nil {
		tb.Fatalf("strace %s: %v\n%s", name, err, errOut.Bytes())
	}
	f, err := os.Open(trace)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	ops, err := parse(f, folder)
	if err != nil {
		tb.Fatal(err)
	}
	return ops
}

// parse reads what strace wrote.
func parse(r io.Reader, folder string) ([]Op, error) {
	p := parser{folder: folder, begun: map[string]string{}, ends: map[string]int64{}}
	lines := bufio.NewReaderSize(r, 1<<20)
	for n := 1; ; n++ {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return p.ops, nil
		}
		if err == nil {
			err = p.line(strings.TrimSuffix(line, "\n"))
		}
		if err != nil {
			return nil, fmt.Errorf("trace line %d: %w", n, err)
		}
	}
}

type parser struct {
	folder string
	ops    []Op
	begun  map[string]string // by thread: calls that another thread's interrupted
	ends   map[string]int64  // of files: where a plain write goes, as nothing here seeks
}

var (
	resumed = regexp.MustCompile(`^<\.\.\. \w+ resumed>`)
	call    = regexp.MustCompile(`^(\w+)\((.*)\)\s+= (-?\d+)`)
)

// line takes one line: a call, or the beginning or the end of one. What is told
// counts from its beginning, everything else once it has been done.
func (p *parser) line(line string) error {
	pid, text, _ := strings.Cut(line, " ")
	text = strings.TrimLeft(text, " ")
	if head, ok := strings.CutSuffix(text, " <unfinished ...>"); ok {
		p.begun[pid] = head
		return p.told(head)
	}
	interrupted := false
	if m := resumed.FindString(text); m != "" {
		text, interrupted = p.begun[pid]+text[len(m):], true
		delete(p.begun, pid)
	}
	m := call.FindStringSubmatch(text)
	if m == nil || strings.HasPrefix(m[3], "-") {
		return nil // it ended, or the call failed
	}
	if !interrupted {
		if err := p.told(text); err != nil {
			return err
		}
	}
	return p.call(m[1], arguments(m[2]), m[3])
}

// told takes a write to standard output.
func (p *parser) told(text string) error {
	rest, ok := strings.CutPrefix(text, "write(1<")
	if !ok {
		return nil
	}
	args := arguments("1<" + rest)
	data, err := bytesOf(args[1])
	p.ops = append(p.ops, Op{Kind: Told, Data: data})
	return err
}

// arguments splits at commas: everything that might hold one is in hexadecimal.
func arguments(text string) []string { return strings.Split(text, ", ") }

func (p *parser) call(name string, args []string, ret string) error {
	path, err := pathOf(args[0])
	if err != nil {
		return err
	}
	switch name {
	case "open", "creat":
		return p.open(path, args[1:])
	case "openat":
		path, err = pathAt(args[0], args[1])
		return errors.Join(err, p.open(path, args[2:]))
	case "write", "pwrite64":
		return p.write(path, args, ret)
	case "ftruncate":
		size, err := strconv.ParseInt(args[1], 10, 64)
		p.add(Op{Kind: Truncate, Path: path, Off: size})
		return err
	case "fsync", "fdatasync":
		p.add(Op{Kind: Sync, Path: path})
	case "unlink", "mkdir", "unlinkat", "mkdirat", "rename", "renameat", "renameat2":
		return p.name(name, args)
	default:
		if strings.HasPrefix(path, p.folder) {
			return fmt.Errorf("the program calls %s, which is not known here", name)
		}
	}
	return nil
}

// add takes an operation within the folder.
func (p *parser) add(op Op) {
	if op.Path == p.folder || strings.HasPrefix(op.Path, p.folder+"/") {
		p.ops = append(p.ops, op)
	}
}

func (p *parser) open(path string, args []string) error {
	delete(p.ends, path)
	if len(args) > 0 && strings.Contains(args[0], "O_CREAT") {
		p.add(Op{Kind: Create, Path: path})
	}
	if len(args) > 0 && strings.Contains(args[0], "O_TRUNC") {
		p.add(Op{Kind: Truncate, Path: path})
	}
	if len(args) > 0 && strings.Contains(args[0], "O_APPEND") && strings.HasPrefix(path, p.folder+"/") {
		return errors.New("the program appends to a file, which is not known here")
	}
	return nil
}

// write takes a write to a file.
func (p *parser) write(path string, args []string, ret string) error {
	if !strings.HasPrefix(path, p.folder+"/") {
		return nil
	}
	data, err := bytesOf(args[1])
	n, numErr := strconv.Atoi(ret)
	if err := errors.Join(err, numErr); err != nil {
		return err
	}
	op := Op{Kind: Write, Path: path, Data: data[:n], Off: p.ends[path]}
	if len(args) > 3 {
		op.Off, err = strconv.ParseInt(args[3], 10, 64)
	} else {
		p.ends[path] += int64(n)
	}
	p.add(op)
	return err
}

func (p *parser) name(call string, args []string) error {
	var paths []string
	for i := 0; i < len(args); i++ {
		path, err := pathOf(args[i])
		if strings.HasSuffix(call, "at") || call == "renameat2" {
			if i+1 == len(args) || !strings.HasPrefix(args[i+1], `"`) {
				break // flags or a mode
			}
			path, err = pathAt(args[i], args[i+1])
			i++
		}
		if err != nil {
			return err
		}
		paths = append(paths, path)
	}
	switch {
	case strings.HasPrefix(call, "mkdir"):
		p.add(Op{Kind: Mkdir, Path: paths[0]})
	case strings.HasPrefix(call, "unlink"):
		p.add(Op{Kind: Remove, Path: paths[0]})
	default:
		p.add(Op{Kind: Rename, Path: paths[0], To: paths[1]})
	}
	return nil
}

// pathOf returns the path of an open file, written 8<path>, or of a quoted one.
func pathOf(arg string) (string, error) {
	if _, path, ok := strings.Cut(arg, "<"); ok {
		path, _, _ = strings.Cut(path, ">")
		if !strings.HasPrefix(path, `\x`) {
			return "", nil // a pipe and the like
		}
		data, err := bytesOf(path)
		return string(data), err
	}
	if strings.HasPrefix(arg, `"`) {
		data, err := bytesOf(arg)
		return string(data), err
	}
	return "", nil
}

// pathAt returns a quoted path, which may start from a folder.
func pathAt(folder, quoted string) (string, error) {
	from, err := pathOf(folder)
	path, pathErr := pathOf(quoted)
	if filepath.IsAbs(path) {
		from = ""
	}
	return filepath.Join(from, path), errors.Join(err, pathErr)
}

// bytesOf decodes what strace writes as "\x61\x62".
func bytesOf(text string) ([]byte, error) {
	if strings.HasSuffix(text, "...") {
		return nil, errors.New("strace has cut something off")
	}
	return hex.DecodeString(strings.ReplaceAll(strings.Trim(text, `"`), `\x`, ""))
}
