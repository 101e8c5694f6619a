package community

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sections are those of a CSIRT description, in order: RFC 2350, appendix D.
var sections = []struct{ Number, Title string }{
	{"1", "Document Information"},
	{"1.1", "Date of Last Update"},
	{"1.2", "Distribution List for Notifications"},
	{"1.3", "Locations where this Document May Be Found"},
	{"1.4", "Authenticating this Document"},
	{"2", "Contact Information"},
	{"2.1", "Name of the Team"},
	{"2.2", "Address"},
	{"2.3", "Time Zone"},
	{"2.4", "Telephone Number"},
	{"2.5", "Facsimile Number"},
	{"2.6", "Other Telecommunication"},
	{"2.7", "Electronic Mail Address"},
	{"2.8", "Public Keys and Other Encryption Information"},
	{"2.9", "Team Members"},
	{"2.10", "Other Information"},
	{"2.11", "Points of Customer Contact"},
	{"3", "Charter"},
	{"3.1", "Mission Statement"},
	{"3.2", "Constituency"},
	{"3.3", "Sponsorship and/or Affiliation"},
	{"3.4", "Authority"},
	{"4", "Policies"},
	{"4.1", "Types of Incidents and Level of Support"},
	{"4.2", "Co-operation, Interaction and Disclosure of Information"},
	{"4.3", "Communication and Authentication"},
	{"5", "Services"},
	{"5.1", "Incident Response"},
	{"5.1.1", "Incident Triage"},
	{"5.1.2", "Incident Coordination"},
	{"5.1.3", "Incident Resolution"},
	{"5.2", "Proactive Activities"},
	{"6", "Incident Reporting Forms"},
	{"7", "Disclaimers"},
}

// Section returns the title of a section of a CSIRT description by RFC 2350; ""
// where there is none of that number.
func Section(number string) string {
	for _, s := range sections {
		if s.Number == number {
			return s.Title
		}
	}
	return ""
}

// Sections returns the numbers of all sections, in order.
func Sections() []string {
	all := make([]string, len(sections))
	for i, s := range sections {
		all[i] = s.Number
	}
	return all
}

// WriteRFC2350 returns a description as a plain text: headings with their
// numbers, texts below. Sections without a text are left out, unless one below
// them has one.
func WriteRFC2350(texts map[string]string) string {
	var b strings.Builder
	for _, s := range sections {
		if !described(texts, s.Number) {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s. %s\n", s.Number, s.Title)
		if text := strings.TrimSpace(texts[s.Number]); text != "" {
			for line := range strings.Lines(text + "\n") {
				b.WriteString(strings.TrimRightFunc("   "+line, unicode.IsSpace) + "\n")
			}
		}
	}
	return b.String()
}

// described reports whether a section has a text, or one below it.
func described(texts map[string]string, number string) bool {
	for n, text := range texts {
		if strings.TrimSpace(text) != "" && (n == number || strings.HasPrefix(n, number+".")) {
			return true
		}
	}
	return false
}

// heading is a line such as "3.2 Constituency" or "3.2. Constituency".
var heading = regexp.MustCompile(`^ {0,2}([1-7](?:\.\d{1,2}){0,2})\.?\s+(\S.*)$`)

// maxDescription bounds a description as it is handed in.
const maxDescription = 256 << 10

// ReadRFC2350 reads a description from a plain text whose headings have the
// numbers of RFC 2350; what stands above the first heading is left out. It
// returns a Refusal where there is no heading, or one stands twice.
func ReadRFC2350(text string) (map[string]string, error) {
	if len(text) > maxDescription || !utf8.ValidString(text) {
		return nil, refuse("rfc2350")
	}
	all, number := map[string][]string{}, ""
	for line := range strings.Lines(strings.ReplaceAll(text, "\r\n", "\n")) {
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		if m := heading.FindStringSubmatch(line); m != nil && isHeading(m[1], m[2]) {
			if number = m[1]; all[number] != nil {
				return nil, refuse("section_twice", "Value", number)
			}
			all[number] = []string{}
			continue
		}
		if number != "" {
			all[number] = append(all[number], strings.TrimPrefix(line, "   "))
		}
	}
	texts := map[string]string{}
	for n, lines := range all {
		if text := strings.TrimSpace(strings.Join(lines, "\n")); text != "" {
			texts[n] = text
		}
	}
	if len(texts) == 0 {
		return nil, refuse("rfc2350")
	}
	return texts, nil
}

// isHeading tells the heading of a section from a numbered line of a text:
// teams word headings in ways of their own, but keep the first word.
func isHeading(number, title string) bool {
	want := Section(number)
	if want == "" {
		return false
	}
	first, _, _ := strings.Cut(strings.ToLower(want), " ")
	return strings.Contains(strings.ToLower(title), strings.TrimSuffix(first, "s"))
}
