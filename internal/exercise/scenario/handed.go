package scenario

import (
	"mime"
	"strings"
	"time"

	"github.com/gabriel-vasile/mimetype"
)

// DetectMedia returns the media type (RFC 6838) of a file by its content alone,
// without a charset, which a file may lie about. What is not known is
// application/octet-stream.
func DetectMedia(data []byte) string {
	media, _, _ := strings.Cut(mimetype.Detect(data).String(), ";")
	return media
}

// Handed is a file as a unit hands it in, but for its bytes.
type Handed struct {
	Name   string
	Media  string // by DetectMedia
	Size   int64  // bytes
	SHA256 string // lower-case hex
}

// FileRules renders the rules of a task for a unit: their hashes are templates.
// Their places are left out.
func (c *Cast) FileRules(rules []FileRule, unit int) ([]FileRule, error) {
	var all []FileRule
	for _, r := range rules {
		sum, _, err := c.Render(r.SHA256, unit, c.languages()[0], time.Time{})
		if err != nil {
			return nil, err
		}
		r.Pos, r.SHA256 = Pos{}, strings.ToLower(strings.TrimSpace(sum))
		all = append(all, r)
	}
	return all, nil
}

// Fits reports whether a file fulfils everything that a rendered rule asks for.
func (r *FileRule) Fits(f *Handed) bool {
	switch {
	case r.SHA256 != "" && r.SHA256 != f.SHA256:
	case r.Name != "" && !likeName([]rune(Fold(r.Name)), []rune(Fold(f.Name))):
	case r.Media != "" && !isMedia(f.Media, r.Media):
	case f.Size < r.Min || r.Max > 0 && f.Size > r.Max:
	default:
		return true
	}
	return false
}

// likeName matches a whole name with a pattern of * (any text) and ? (one
// character). On a mismatch only the last * takes in one more character, so
// that no pattern is slow.
func likeName(pattern, name []rune) bool {
	p, n, star, from := 0, 0, -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == name[n]):
			p++
			n++
		case star >= 0:
			from++
			p, n = star+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// isMedia reports whether a media type is the one that is wanted or a special
// case of it, as text/csv is of text/plain; "image/*" wants any image.
func isMedia(found, want string) bool {
	is, _, err := mime.ParseMediaType(found)
	if err != nil {
		return false
	}
	want = strings.ToLower(want)
	if group, any := strings.CutSuffix(want, "*"); any {
		return strings.HasPrefix(is, group)
	}
	for m := mimetype.Lookup(is); m != nil; m = m.Parent() {
		if m.Is(want) {
			return true
		}
	}
	return is == want
}
