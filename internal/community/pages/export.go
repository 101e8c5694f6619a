package communitypages

import (
	"slices"
	"strconv"
	"strings"

	"renkei/internal/community"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// contactsCSV is the list of contacts as a table, a row for each channel.
func contactsCSV(r *request) error {
	rows := [][]string{nil}
	for _, field := range []string{"member", "organisation", "role", "person", "order", "channel", "address", "note", "hours", "zone", "languages", "keys", "tlp"} {
		rows[0] = append(rows[0], r.T("community.column."+field))
	}
	for _, group := range r.allContacts() {
		for _, c := range group.contacts {
			rows = append(rows, r.csvRows(group.Member, c)...)
		}
	}
	return r.SendCSV("contacts.csv", rows)
}

func (r *request) csvRows(m *community.Member, c contactView) [][]string {
	code, person := "", ""
	if m != nil {
		code = m.Code
	}
	if c.person != nil {
		person = r.nameOf(c.person)
	}
	var keys []string
	for i := range c.Keys {
		keys = append(keys, c.Keys[i].Fingerprint)
	}
	channels := c.Channels
	if len(channels) == 0 {
		channels = []community.Channel{{}}
	}
	var rows [][]string
	for _, ch := range channels {
		kind := ""
		if ch.Kind != "" {
			kind = r.T("community.channel." + string(ch.Kind))
		}
		rows = append(rows, []string{
			code, r.called(c.organisation.Names), r.in(c.Role), person, strconv.Itoa(c.Order), kind, ch.Value, ch.Note,
			c.Hours, r.zoneOf(c.Contact), strings.Join(c.Languages, " "), strings.Join(keys, " "), string(c.TLP),
		})
	}
	return rows
}

// contactsVCard is the list of contacts as vCards.
func contactsVCard(r *request) error {
	var b strings.Builder
	for _, group := range r.allContacts() {
		for _, c := range group.contacts {
			b.WriteString(community.VCard(c.Contact, c.organisation, c.person, r.now, r.Printer.Lang()))
		}
	}
	return r.Download("contacts.vcf", "text/vcard; charset=utf-8", []byte(b.String()))
}

// showDescription is the description of a CSIRT by RFC 2350 as a plain text.
func showDescription(r *request) error {
	o := r.reg.Organisation(strings.TrimSuffix(r.PathValue("id"), ".txt"))
	if o == nil || !r.sees(o) || len(o.RFC2350) == 0 {
		return web.ErrNotFound
	}
	return r.Download("rfc2350-"+o.ID+".txt", "text/plain; charset=utf-8", []byte(community.WriteRFC2350(o.RFC2350)))
}

// playersCSV is the list of contacts of members as the People page of an exercise
// takes it in: a row for each, who plays for the unit that has the code of the
// member. A mail address that two of them have stands with the first.
func playersCSV(r *request) error {
	rows := [][]string{nil}
	for _, field := range []string{"name", "organisation", "mail", "role", "unit", "language"} {
		rows[0] = append(rows[0], r.T("community.players."+field))
	}
	seen := map[string]bool{}
	for _, group := range r.allContacts() {
		if group.Member == nil {
			continue // a partner is no team
		}
		for _, c := range group.contacts {
			name, mail := r.in(c.Role), c.mail()
			if c.person != nil {
				name = r.nameOf(c.person)
			}
			if seen[mail] {
				mail = ""
			}
			seen[mail] = true
			rows = append(rows, []string{name, r.called(c.organisation.Names), mail, r.T("community.players.player"), group.Code, c.language()})
		}
	}
	return r.SendCSV("players.csv", rows)
}

// mail is the first mail address of a contact, in small letters; "" for none.
func (c *contactView) mail() string {
	for _, ch := range c.Channels {
		if ch.Kind == community.Mail {
			return strings.ToLower(ch.Value)
		}
	}
	return ""
}

// language is the first of a contact that the pages have; "" for none.
func (c *contactView) language() string {
	for _, lang := range c.Languages {
		if slices.Contains(i18n.Languages(), lang) {
			return lang
		}
	}
	return ""
}
