// Package activecontent looks for content that could run or do harm when somebody opens
// it: programs, scripts, macros, documents with actions, archives that burst or
// climb. It goes by what a file is, not by what it is called, looks into
// archives and mails, runs nothing and keeps nothing. Start with Look.
package activecontent

import (
	"bytes"
	"path"
	"slices"
	"strings"
)

// Kind says what a finding is.
type Kind string

// Kinds of findings. Opaque and Eicar are no harm in themselves.
const (
	Program Kind = "program" // machine code, byte code, an installer
	Script  Kind = "script"
	Macro   Kind = "macro"  // in an office document, or an object in it
	Action  Kind = "action" // a document that does something when it is opened
	Link    Kind = "link"   // a shell link
	Bomb    Kind = "bomb"   // grows beyond measure
	Climbs  Kind = "climbs" // an archive with paths that leave its folder
	Opaque  Kind = "opaque" // cannot be looked into
	Eicar   Kind = "eicar"  // the test string of virus scanners
)

// Finding is one thing in a file.
type Finding struct {
	Kind   Kind
	What   string // the format or feature, such as "PE" or "/JavaScript"
	Inside string // path in the archive; "" for the file itself
	Offset int    // bytes of the file itself; 0 when it concerns it as a whole
}

// Bounds of looking into archives.
const (
	maxDepth   = 5
	maxBytes   = 64 << 20 // unpacked, of one file
	maxEntries = 10_000
	maxFound   = 20
)

// Look returns what is live in a file, and how many bytes it has unpacked: at
// most room, and at most 64 MiB. The name tells scripts apart that nothing in
// them does.
func Look(name string, data []byte, room int) (found []Finding, unpacked int) {
	room = min(room, maxBytes)
	l := &look{room: room}
	l.file(name, data)
	return l.found, room - l.room
}

// look is one attempt with what it may still unpack.
type look struct {
	found   []Finding
	inside  []string
	room    int
	entries int
}

func (l *look) add(kind Kind, what string, offset int) {
	f := Finding{Kind: kind, What: what, Inside: strings.Join(l.inside, " / ")}
	if f.Inside == "" {
		f.Offset = offset
	}
	same := func(x Finding) bool { return x.Kind == f.Kind && x.What == f.What && x.Inside == f.Inside }
	if len(l.found) < maxFound && !slices.ContainsFunc(l.found, same) {
		l.found = append(l.found, f)
	}
}

// file looks at one file, whether by itself or in an archive.
func (l *look) file(name string, data []byte) {
	if bytes.Contains(data, eicar()) {
		l.add(Eicar, "EICAR", bytes.Index(data, eicar()))
	}
	if what := program(data); what != "" {
		l.add(Program, what, 0)
		return
	}
	switch {
	case bytes.HasPrefix(data, []byte("#!")):
		l.add(Script, "#!", 0)
	case slices.Contains(scriptNames(), strings.ToLower(path.Ext(name))):
		l.add(Script, strings.ToLower(path.Ext(name)), 0)
	case bytes.HasPrefix(data, []byte("\x4c\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46")):
		l.add(Link, "LNK", 0)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		l.ole(data)
	case bytes.HasPrefix(data, []byte(`{\rtf`)):
		l.rtf(data)
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		l.pdf(data)
	default:
		if !l.packed(name, data) {
			l.markup(name, data)
			l.mail(data)
		}
	}
}

// eicar gives the test string, taken apart so that no scanner finds it here.
func eicar() []byte {
	return []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!`)
}

// scriptNames are the ends of names of files that a double click runs.
func scriptNames() []string {
	return []string{
		".bat", ".cmd", ".com", ".cpl", ".hta", ".jar", ".js", ".jse", ".msc", ".pif", ".ps1", ".reg", ".scf", ".scr", ".url",
		".vb", ".vbe", ".vbs", ".ws", ".wsf", ".wsh",
	}
}

// program names the format of machine code or byte code; "" for anything else.
func program(data []byte) string {
	for magic, what := range map[string]string{
		"\x7fELF": "ELF", "\xfe\xed\xfa\xce": "Mach-O", "\xfe\xed\xfa\xcf": "Mach-O", "\xce\xfa\xed\xfe": "Mach-O",
		"\xcf\xfa\xed\xfe": "Mach-O", "\xca\xfe\xba\xbe": "Mach-O / Java", "\x00asm": "WebAssembly", "dex\n03": "Dalvik",
	} {
		if bytes.HasPrefix(data, []byte(magic)) {
			return what
		}
	}
	if bytes.HasPrefix(data, []byte("MZ")) && bytes.IndexByte(data[:min(len(data), 64)], 0) >= 0 {
		return "PE"
	}
	return ""
}

// ole looks at a compound file: the office formats before 2007, and MSI.
func (l *look) ole(data []byte) {
	switch {
	case bytes.Contains(data, []byte("\x84\x10\x0c\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46")):
		l.add(Program, "MSI", 0)
	case bytes.Contains(data, wide("_VBA_PROJECT")), bytes.Contains(data, wide("Macros")):
		l.add(Macro, "VBA", 0)
	case bytes.Contains(data, wide("EncryptedPackage")):
		l.add(Opaque, "EncryptedPackage", 0)
	}
	for _, object := range []string{"Ole10Native", "Equation Native"} {
		if bytes.Contains(data, wide(object)) {
			l.add(Macro, object, 0)
		}
	}
}

// wide writes ASCII as UTF-16LE.
func wide(s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		b = append(b, s[i], 0)
	}
	return b
}

func (l *look) rtf(data []byte) {
	for _, word := range []string{`\objdata`, `\objupdate`} {
		if i := bytes.Index(data, []byte(word)); i >= 0 {
			l.add(Macro, word, i)
			return
		}
	}
}
