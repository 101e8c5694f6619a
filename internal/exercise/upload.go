package exercise

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path"
	"strings"
	"unicode"

	"renkei/internal/exercise/scenario"
)

// MaxFileName is the longest name of a file, in bytes.
const MaxFileName = 255

// Upload is a file on its way into the log. The engine looks at what is kept of
// it and never at its bytes.
type Upload struct {
	kept HandedIn
	data []byte
}

// NewUpload takes a file as somebody hands it in. Of its name only the last part
// is kept, without what does not print; its media type is found by its content.
// The caller must not change the bytes.
func NewUpload(name string, data []byte) *Upload {
	sum := sha256.Sum256(data)
	return &Upload{
		kept: HandedIn{
			Name: fileName(name), Media: scenario.DetectMedia(data),
			Size: int64(len(data)), Hash: hex.EncodeToString(sum[:]),
		},
		data: data,
	}
}

// Kept is what the log keeps of the file beside its bytes.
func (u *Upload) Kept() HandedIn { return u.kept }

// Data are the bytes of the file.
func (u *Upload) Data() []byte { return u.data }

// MarshalJSON names the file by its hash, so that the same command hashes alike.
func (u *Upload) MarshalJSON() ([]byte, error) { return json.Marshal(u.kept) }

// fileName is the last part of a path of any system.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name = strings.TrimSpace(name); name == "." || name == "/" {
		return ""
	}
	return name
}

func (u *Upload) check(def *taskDef, task string) error {
	switch {
	case u == nil || u.kept.Size == 0:
		return refuse(EmptyAnswer, "Task", task)
	case u.kept.Name == "" || len(u.kept.Name) > MaxFileName:
		return refuse(BadFileName, "Limit", MaxFileName)
	case u.kept.Size > def.maxSize:
		return refuse(FileTooLarge, "Name", u.kept.Name, "Limit", scenario.FormatSize(def.maxSize))
	}
	return nil
}
