package scenario

import (
	"slices"
	"strings"

	"renkei/internal/exercise/scenario/activecontent"
)

// maxUnpacked bounds what the check unpacks of all attachments together.
const maxUnpacked = 512 << 20

// live reports what could run or do harm in an attachment, and what cannot be
// looked into.
func (c *checker) live(name string, raw []byte) {
	found, unpacked := activecontent.Look(name, raw, c.room)
	c.room -= unpacked
	for _, f := range found {
		pos := Pos{File: name}
		if f.Offset > 0 {
			pos = advance(Pos{name, 1, 1}, raw[:f.Offset])
		}
		args := map[string]any{"What": clip(f.What), "Inside": clip(f.Inside)}
		if f.Kind == activecontent.Opaque || f.Kind == activecontent.Eicar {
			c.warn(pos, liveCode(f.Kind), args)
		} else {
			c.report(pos, liveCode(f.Kind), args)
		}
	}
}

func liveCode(k activecontent.Kind) string {
	codes := []string{
		codeLiveProgram, codeLiveScript, codeLiveMacro, codeLiveAction, codeLiveLink, codeLiveBomb, codeLiveClimbs, codeLiveOpaque,
		codeLiveEicar,
	}
	i := slices.IndexFunc(codes, func(code string) bool { return strings.TrimPrefix(code, "live.") == string(k) })
	return codes[i]
}
