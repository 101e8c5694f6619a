package scenario

import (
	"bytes"
	"path"
	"slices"
	"strings"
)

// Folders of a pack.
const (
	textsDir       = "texts/"
	attachmentsDir = "attachments/"
)

func textPath(inject, lang string) string { return textsDir + lang + "/" + inject + ".md" }

// textFile returns the Markdown of an inject in a language, or in the first
// language of the pack.
func (p *Pack) textFile(inject, lang string) ([]byte, bool) {
	raw, ok := p.Files[textPath(inject, lang)]
	if !ok && len(p.Languages) > 0 {
		raw, ok = p.Files[textPath(inject, p.Languages[0])]
	}
	return raw, ok
}

// HasText reports whether an inject has a text in a language of its own.
func (p *Pack) HasText(inject, lang string) bool {
	_, ok := p.Files[textPath(inject, lang)]
	return ok
}

// Subject returns the first line of the text of an inject, without its "# ",
// in a language or else in the first language of the pack. It is a template;
// false means that there is no such text or that it has no subject.
func (p *Pack) Subject(inject, lang string) (string, bool) {
	raw, ok := p.textFile(inject, lang)
	if !ok {
		return "", false
	}
	subject, _, ok := split(raw)
	return subject, ok
}

// Body returns the text of an inject below its subject, in a language or else
// in the first language of the pack. It is a template of Markdown; false means
// that there is no such text.
func (p *Pack) Body(inject, lang string) (string, bool) {
	raw, ok := p.textFile(inject, lang)
	if !ok {
		return "", false
	}
	_, body, _ := split(raw)
	return body, true
}

// split parts a text into subject and body, with \n as the end of lines.
func split(raw []byte) (subject, body string, ok bool) {
	text := strings.ReplaceAll(string(bytes.TrimPrefix(raw, []byte("\ufeff"))), "\r\n", "\n")
	line, rest, _ := strings.Cut(text, "\n")
	subject, ok = strings.CutPrefix(line, "# ")
	if subject = strings.TrimSpace(subject); !ok || subject == "" {
		return "", text, false
	}
	return subject, strings.TrimLeft(rest, "\n"), true
}

// attachmentPath returns the file of an attachment in a language: its own, the
// common one, or that of the first language.
func (p *Pack) attachmentPath(name, lang string) (string, bool) {
	paths := []string{attachmentsDir + lang + "/" + name, attachmentsDir + name}
	if len(p.Languages) > 0 {
		paths = append(paths, attachmentsDir+p.Languages[0]+"/"+name)
	}
	for _, f := range paths {
		if _, ok := p.Files[f]; ok {
			return f, true
		}
	}
	return "", false
}

// Attachment returns a file that injects carry, in a language or else the
// common one or that of the first language, and whether it is a template. The
// caller must not change the bytes.
func (p *Pack) Attachment(name, lang string) (data []byte, isTemplate, ok bool) {
	f, ok := p.attachmentPath(name, lang)
	if !ok {
		return nil, false, false
	}
	return p.Files[f], isTemplateName(name), true
}

// isTemplateName reports whether a file is a text that is rendered.
func isTemplateName(name string) bool {
	return slices.Contains([]string{
		".txt", ".log", ".csv", ".tsv", ".json", ".md", ".eml", ".xml", ".ics", ".conf",
	}, strings.ToLower(path.Ext(name)))
}

// MediaType returns the media type (RFC 6838) of a file by its name, the same
// on every system; unknown names are application/octet-stream.
func MediaType(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".txt", ".log", ".conf":
		return "text/plain; charset=utf-8"
	case ".md":
		return "text/markdown; charset=utf-8"
	case ".csv":
		return "text/csv; charset=utf-8"
	case ".tsv":
		return "text/tab-separated-values; charset=utf-8"
	case ".ics":
		return "text/calendar; charset=utf-8"
	case ".json":
		return "application/json"
	case ".xml":
		return "application/xml"
	case ".eml":
		return "message/rfc822"
	case ".pdf":
		return "application/pdf"
	case ".zip":
		return "application/zip"
	case ".gz":
		return "application/gzip"
	case ".pcap":
		return "application/vnd.tcpdump.pcap"
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".gif":
		return "image/gif"
	case ".webp":
		return "image/webp"
	default:
		return "application/octet-stream"
	}
}
