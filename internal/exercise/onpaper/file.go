package onpaper

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// file takes what was handed in: its path below the folder of the sheet stands
// in the column of files or, without one, in the text; a SHA-256 beside it, as
// it was noted on the day, must be that of the file.
func (r *reader) file(task *scenario.Task) *exercise.Upload {
	column := "file"
	if r.text(column) == "" {
		column = "text"
	}
	name, sum := splitSum(r.text(column))
	if _, said := splitSum(r.text("text")); sum == "" {
		sum = said
	}
	data, err := r.load(name, task.MaxSize)
	switch {
	case errors.Is(err, errTooLarge):
		r.fileIssue(column, "paper_file_large", name, scenario.FormatSize(task.MaxSize))
		return nil
	case err != nil:
		r.fileIssue(column, "paper_file", name, "")
		return nil
	}
	up := exercise.NewUpload(name, data)
	if sum != "" && up.Kept().Hash != sum {
		r.fileIssue(column, "paper_file_other", name, up.Kept().Hash)
	}
	return up
}

var errTooLarge = errors.New("file over the limit of the task")

// load reads a file up to one byte over the limit.
func (r *reader) load(name string, limit int64) ([]byte, error) {
	name = path.Clean(strings.ReplaceAll(name, `\`, "/"))
	if r.o.Files == nil || name == "." || !fs.ValidPath(name) {
		return nil, fmt.Errorf("open %q: %w", name, fs.ErrInvalid)
	}
	f, err := r.o.Files.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open %q: %w", name, err)
	}
	defer f.Close() //nolint:errcheck // only read
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", name, err)
	}
	if int64(len(data)) > limit {
		return nil, errTooLarge
	}
	return data, nil
}

// splitSum takes a SHA-256 out of a text, with the words before it.
func splitSum(text string) (rest, sum string) {
	m := regexp.MustCompile(`(?i)[\s,;]*(?:sha-?256\s*[:=]?\s*)?\b([0-9a-f]{64})\b`).FindStringSubmatchIndex(text)
	if m == nil {
		return strings.TrimSpace(text), ""
	}
	raw, err := hex.DecodeString(text[m[2]:m[3]])
	if err != nil {
		return strings.TrimSpace(text), ""
	}
	return strings.TrimSpace(text[:m[0]] + text[m[1]:]), hex.EncodeToString(raw)
}

func (r *reader) fileIssue(column, code, name, more string) {
	i := r.problem(column, code, name, nil)
	i.Args["More"] = more
	r.issues = append(r.issues, i)
}
