package communitypages

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"renkei/internal/community"
)

// formID is the id of the form of a record, under which it is shown again where
// it was refused.
const formID = "record"

// field is one that somebody fills in.
type field struct {
	name, label, hint, value string
	options                  []option // a choice; nil for a text
	lines                    int      // of a text; 0 for one line without an end
	lang                     string   // of what is written in it; "" where that is open
	required                 bool
	check                    bool // a box with the value
}

type option struct{ value, text string }

// group is fields that belong together.
type group struct {
	legend string
	fields []field
}

// written are fields for a text in English, Japanese and other languages.
func (r *request) written(name, label string, t community.Text, lines int) []field {
	var more []string
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		if lang != "en" && lang != "ja" {
			more = append(more, lang+": "+t[lang])
		}
	}
	return []field{
		{name: name + ".en", label: label + r.T("community.in.en"), value: t["en"], lang: "en", lines: lines},
		{name: name + ".ja", label: label + r.T("community.in.ja"), value: t["ja"], lang: "ja", lines: lines},
		{name: name + ".more", label: label + r.T("community.in.more"), value: strings.Join(more, "\n"), hint: r.T("community.in.hint"), lines: max(lines, 2)},
	}
}

// spare is how many empty rows a form has for what is to be added.
const spare = 2

// rowsOf is how many rows a form has for a list of a record.
func rowsOf(n, most int) int { return min(n+spare, most) }

// at names a field of a row.
func at(list string, i int, field string) string { return fmt.Sprintf("%s.%d.%s", list, i, field) }

// names are the groups for what something is and was called.
func (r *request) names(n community.Names) []group {
	all := make([]group, rowsOf(len(n), 20))
	for i := range all {
		var name community.Name
		if i < len(n) {
			name = n[i]
		}
		g := group{legend: r.T("community.form.name", map[string]any{"N": i + 1})}
		if i >= len(n) && i > 0 {
			g.legend = r.T("community.form.name_new")
		}
		g.fields = append(r.written(at("names", i, "full"), r.T("community.field.name"), name.Full, 1),
			field{name: at("names", i, "short"), label: r.T("community.field.short"), value: name.Short},
			r.date(at("names", i, "from"), "from", name.From), r.date(at("names", i, "until"), "until", name.Until))
		all[i] = g
	}
	return all
}

func (r *request) date(name, label string, d community.Date) field {
	return field{name: name, label: r.T("community.field." + label), value: string(d), hint: r.T("community.form.date")}
}

func (r *request) line(name, value string) field {
	return field{name: name, label: r.T("community.field." + name), value: value}
}

func (r *request) tlp(t community.TLP) field {
	f := field{name: "tlp", label: r.T("community.field.tlp"), value: string(t), hint: r.T("community.form.tlp")}
	for _, label := range community.Labels() {
		f.options = append(f.options, option{string(label), "TLP:" + string(label)})
	}
	return f
}

func (r *request) languages(all []string) field {
	f := r.line("languages", strings.Join(all, " "))
	f.hint = r.T("community.form.languages")
	return f
}

func (r *request) zone(zone string) field {
	f := r.line("zone", zone)
	f.hint = r.T("community.form.zone")
	return f
}

// groups are the form of a record. member is that to which it belongs.
func (r *request) groups(rec community.Record, member string) []group {
	switch rec := rec.(type) {
	case *community.Member:
		return r.memberForm(rec)
	case *community.Organisation:
		return r.organisationForm(rec)
	case *community.Person:
		return r.personForm(rec, member)
	case *community.Contact:
		return r.contactForm(rec, member)
	}
	return nil
}

func (r *request) memberForm(m *community.Member) []group {
	main := group{legend: r.T("community.kind.member"), fields: []field{r.languages(m.Languages), r.zone(m.Zone)}}
	if r.access.Helps() {
		code := r.line("code", m.Code)
		code.required, code.hint = true, r.T("community.form.code")
		main.fields = slices.Concat([]field{code}, main.fields, []field{
			r.date("joined", "joined", m.Joined), r.date("left", "left", m.Left),
		})
	}
	main.fields = append(main.fields, r.written("note", r.T("community.field.note"), m.Note, 3)...)
	return append([]group{main}, r.names(m.Names)...)
}

func (r *request) organisationForm(o *community.Organisation) []group {
	kind := field{name: "type", label: r.T("community.field.type"), value: string(o.Type)}
	for _, t := range community.Types() {
		kind.options = append(kind.options, option{string(t), r.T("community.type." + string(t))})
	}
	parent := field{name: "parent", label: r.T("community.field.parent"), value: o.Parent, options: []option{{"", r.T("community.form.none")}}}
	for _, other := range r.reg.Organisations(o.Member) {
		if other.ID != o.ID && r.sees(other) {
			parent.options = append(parent.options, option{other.ID, r.called(other.Names)})
		}
	}
	main := group{legend: r.T("community.kind.organisation"), fields: []field{
		kind, parent, r.line("web", o.Web), r.line("domain", o.Domain), r.date("until", "ended", o.Until), r.tlp(o.TLP),
	}}
	main.fields = append(main.fields, r.written("note", r.T("community.field.note"), o.Note, 3)...)
	return append([]group{main}, r.names(o.Names)...)
}

func (r *request) personForm(p *community.Person, member string) []group {
	main := group{legend: r.T("community.kind.person"), fields: r.written("name", r.T("community.field.name"), p.Name, 1)}
	main.fields = append(main.fields, r.languages(p.Languages), r.tlp(p.TLP))
	all := []group{main}
	for i := range rowsOf(len(p.Posts), 20) {
		var post community.Post
		g := group{legend: r.T("community.form.post_new")}
		if i < len(p.Posts) {
			post = p.Posts[i]
			g.legend = r.T("community.form.post", map[string]any{"N": i + 1})
		}
		g.fields = []field{r.place(at("posts", i, "organisation"), post.Organisation, member)}
		g.fields = append(g.fields, r.written(at("posts", i, "title"), r.T("community.field.title"), post.Title, 1)...)
		g.fields = append(g.fields, r.date(at("posts", i, "from"), "from", post.From), r.date(at("posts", i, "until"), "until", post.Until))
		all = append(all, g)
	}
	return all
}

// place is the choice of an organisation: those of the member, for the
// secretariat all.
func (r *request) place(name, value, member string) field {
	f := field{name: name, label: r.T("community.field.organisation"), value: value, options: []option{{"", r.T("community.form.none")}}}
	members := []string{member}
	if r.access.Helps() {
		members = []string{""}
		for _, m := range r.reg.Members() {
			members = append(members, m.ID)
		}
	}
	for _, m := range members {
		for _, o := range r.organisations(m) {
			f.options = append(f.options, option{o.ID, r.called(o.Names)})
		}
	}
	return f
}

func (r *request) contactForm(c *community.Contact, member string) []group {
	main := group{legend: r.T("community.kind.contact"), fields: r.written("role", r.T("community.field.role"), c.Role, 1)}
	who := field{name: "person", label: r.T("community.field.person"), value: c.Person, options: []option{{"", r.T("community.form.desk")}}}
	for _, p := range r.people(member) {
		who.options = append(who.options, option{p.ID, r.nameOf(p)})
	}
	order := r.line("order", strconv.Itoa(c.Order))
	order.hint = r.T("community.form.order")
	hours := r.line("hours", c.Hours)
	hours.hint = r.T("community.form.hours")
	main.fields = append(main.fields, who, order, hours, r.zone(c.Zone), r.languages(c.Languages), r.tlp(c.TLP))
	all := []group{main}
	for i := range rowsOf(len(c.Channels), 12) {
		var ch community.Channel
		if i < len(c.Channels) {
			ch = c.Channels[i]
		}
		all = append(all, r.channel(i, ch))
	}
	keys := group{legend: r.T("community.field.keys")}
	for i := range c.Keys {
		keys.fields = append(keys.fields, field{
			name: "keep", value: c.Keys[i].Fingerprint, check: true,
			label: r.T("community.form.keep", map[string]any{"Key": c.Keys[i].Spaced()}),
		})
	}
	keys.fields = append(keys.fields, field{name: "key_new", label: r.T("community.form.key"), hint: r.T("community.form.key_hint"), lines: 4})
	return append(all, keys)
}

func (r *request) channel(i int, ch community.Channel) group {
	kind := field{name: at("channels", i, "kind"), label: r.T("community.field.type"), value: string(ch.Kind), options: []option{{"", r.T("community.form.none")}}}
	for _, k := range community.ChannelKinds() {
		kind.options = append(kind.options, option{string(k), r.T("community.channel." + string(k))})
	}
	return group{legend: r.T("community.form.channel", map[string]any{"N": i + 1}), fields: []field{
		kind,
		{name: at("channels", i, "value"), label: r.T("community.column.address"), value: ch.Value},
		{name: at("channels", i, "note"), label: r.T("community.field.note"), value: ch.Note},
	}}
}

// sent reads what somebody has filled in.
type sent url.Values

func (s sent) line(name string) string { return strings.TrimSpace(url.Values(s).Get(name)) }

func (s sent) date(name string) community.Date { return community.Date(s.line(name)) }

func (s sent) text(name string) community.Text {
	t := community.Text{}
	for _, lang := range []string{"en", "ja"} {
		if text := cleaned(s.line(name + "." + lang)); text != "" {
			t[lang] = text
		}
	}
	for line := range strings.Lines(s.line(name + ".more")) {
		lang, text, ok := strings.Cut(line, ":")
		if lang = strings.TrimSpace(lang); ok || lang != "" {
			t[lang] = strings.TrimSpace(text)
		}
	}
	if len(t) == 0 {
		return nil
	}
	return t
}

// cleaned has a text end its lines in one way.
func cleaned(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

func (s sent) words(name string) []string {
	return strings.FieldsFunc(s.line(name), func(r rune) bool { return r == ',' || r == ';' || r == '、' || unicode.IsSpace(r) })
}

// rows are the numbers of the rows of a list that have a field of that name.
func (s sent) rows(list, field string) int {
	n := 0
	for n < 50 && url.Values(s).Has(at(list, n, field)) {
		n++
	}
	return n
}

func (s sent) names() community.Names {
	var all community.Names
	for i := range s.rows("names", "short") {
		name := community.Name{
			Full: s.text(at("names", i, "full")), Short: s.line(at("names", i, "short")),
			From: s.date(at("names", i, "from")), Until: s.date(at("names", i, "until")),
		}
		if !name.Full.Empty() || name.Short != "" {
			all = append(all, name)
		}
	}
	return all
}

// into fills a copy of a record with what was sent.
func (s sent) into(r *request, rec community.Record) (community.Record, error) {
	switch rec := rec.(type) {
	case *community.Member:
		m := *rec
		m.Names, m.Zone, m.Languages, m.Note = s.names(), s.line("zone"), s.words("languages"), s.text("note")
		if r.access.Helps() {
			m.Code, m.Joined, m.Left = s.line("code"), s.date("joined"), s.date("left")
		}
		if m.ID == "" {
			m.ID = strings.ToLower(m.Code)
		}
		return &m, nil
	case *community.Organisation:
		o := *rec
		o.Names, o.Type, o.Parent, o.Web = s.names(), community.Type(s.line("type")), s.line("parent"), s.line("web")
		o.Domain, o.Until, o.TLP, o.Note = s.line("domain"), s.date("until"), community.TLP(s.line("tlp")), s.text("note")
		return &o, nil
	case *community.Person:
		p := *rec
		p.Name, p.Languages, p.TLP, p.Posts = s.text("name"), s.words("languages"), community.TLP(s.line("tlp")), s.posts()
		return &p, nil
	case *community.Contact:
		return s.contact(*rec)
	}
	return rec, nil
}

func (s sent) posts() []community.Post {
	var all []community.Post
	for i := range s.rows("posts", "organisation") {
		post := community.Post{
			Organisation: s.line(at("posts", i, "organisation")), Title: s.text(at("posts", i, "title")),
			From: s.date(at("posts", i, "from")), Until: s.date(at("posts", i, "until")),
		}
		if post.Organisation != "" {
			all = append(all, post)
		}
	}
	return all
}

func (s sent) contact(c community.Contact) (community.Record, error) {
	c.Role, c.Person, c.Hours, c.Zone = s.text("role"), s.line("person"), s.line("hours"), s.line("zone")
	c.Languages, c.TLP = s.words("languages"), community.TLP(s.line("tlp"))
	c.Order, _ = strconv.Atoi(s.line("order")) // what is no number is refused as 0
	c.Channels = nil
	for i := range s.rows("channels", "value") {
		ch := community.Channel{
			Kind: community.ChannelKind(s.line(at("channels", i, "kind"))), Value: s.line(at("channels", i, "value")), Note: s.line(at("channels", i, "note")),
		}
		if ch.Kind != "" || ch.Value != "" {
			c.Channels = append(c.Channels, ch)
		}
	}
	c.Keys = slices.DeleteFunc(slices.Clone(c.Keys), func(k community.Key) bool { return !slices.Contains(s["keep"], k.Fingerprint) })
	if armored := s.line("key_new"); armored != "" {
		more, err := community.ReadKeys(armored)
		if err != nil {
			return nil, err
		}
		for _, k := range more {
			c.Keys = append(slices.DeleteFunc(c.Keys, func(old community.Key) bool { return old.Fingerprint == k.Fingerprint }), k)
		}
	}
	return &c, nil
}
