package community

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// VCard returns a point of contact as a vCard 4.0 (RFC 6350), named in the first
// of the languages that there is. person may be nil.
func VCard(c *Contact, o *Organisation, person *Person, day time.Time, langs ...string) string {
	v := &vcard{}
	v.line("BEGIN", "VCARD")
	v.line("VERSION", "4.0")
	v.line("UID", "urn:renkei:contact:"+c.ID)
	org, role := o.Names.At(day).Full.In(langs...), c.Role.In(langs...)
	if person != nil && !person.Erased {
		name := person.Name.In(langs...)
		v.line("KIND", "individual")
		v.line("FN", escapeVCard(name))
		v.line("N", ";"+escapeVCard(name)+";;;")
	} else {
		v.line("KIND", "group")
		v.line("FN", escapeVCard(org+", "+role))
	}
	v.line("ORG", escapeVCard(org))
	v.line("ROLE", escapeVCard(role))
	for _, ch := range c.Channels {
		v.channel(ch)
	}
	for i, lang := range c.Languages {
		v.line(fmt.Sprintf("LANG;PREF=%d", i+1), lang)
	}
	if c.Zone != "" {
		v.line("TZ", c.Zone)
	}
	if c.Hours != "" {
		v.line("NOTE", escapeVCard(c.Hours))
	}
	for _, k := range c.Keys {
		v.line("KEY;VALUE=text", escapeVCard("openpgp4fpr:"+k.Fingerprint))
	}
	v.line("END", "VCARD")
	return v.b.String()
}

type vcard struct{ b strings.Builder }

func (v *vcard) channel(ch Channel) {
	switch ch.Kind {
	case Mail:
		v.line("EMAIL;TYPE=work", escapeVCard(ch.Value))
	case Phone:
		v.line("TEL;TYPE=work,voice;VALUE=text", escapeVCard(ch.Value))
	case "fax":
		v.line("TEL;TYPE=work,fax;VALUE=text", escapeVCard(ch.Value))
	case "web":
		v.line("URL", ch.Value)
	default:
		v.line("IMPP", string(ch.Kind)+":"+escapeVCard(ch.Value))
	}
}

// maxFold is how many octets a line of a vCard has at most.
const maxFold = 75

// line writes a property, folded.
func (v *vcard) line(name, value string) {
	text := name + ":" + value
	room := maxFold
	for len(text) > room {
		cut := room
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		v.b.WriteString(text[:cut] + "\r\n ")
		text, room = text[cut:], maxFold-1
	}
	v.b.WriteString(text + "\r\n")
}

// escapeVCard keeps a text in one value.
func escapeVCard(s string) string {
	return strings.NewReplacer(`\`, `\\`, ",", `\,`, ";", `\;`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`).Replace(s)
}
