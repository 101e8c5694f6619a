package community

import (
	"encoding/json"
	"fmt"
	"time"
)

// Kind is what a record is of.
type Kind string

// Kinds.
const (
	KindMember       Kind = "member"
	KindOrganisation Kind = "organisation"
	KindPerson       Kind = "person"
	KindContact      Kind = "contact"
)

// Kinds lists all kinds in an order in which each refers to those before it
// only.
func Kinds() []Kind { return []Kind{KindMember, KindOrganisation, KindPerson, KindContact} }

// Record is a thing that has a history of its own: a *Member, an *Organisation,
// a *Person or a *Contact. Records are not changed once they are in a Registry.
type Record interface {
	Kind() Kind
	Key() string
	// check says what is wrong with it by itself.
	check() error
}

// Member is an economy, or another party that takes part by itself.
type Member struct {
	ID     string `json:"id"`   // as in addresses: "kh"
	Code   string `json:"code"` // as in tables: "KH"
	Names  Names  `json:"names"`
	Joined Date   `json:"joined,omitempty"`
	Left   Date   `json:"left,omitempty"`
	Zone   string `json:"zone,omitempty"` // IANA time zone
	// Languages are those in which it works, BCP 47 tags.
	Languages []string `json:"languages,omitempty"`
	Note      Text     `json:"note,omitempty"`
}

// Type is what kind of body an organisation is.
type Type string

// Types lists all types of organisations.
func Types() []Type {
	return []Type{"csirt", "policy", "regulator", "ministry", "university", "operator", PartnerAgency, "other"}
}

// CSIRT is the type of a national CSIRT.
const CSIRT Type = "csirt"

// PartnerAgency is the type of a partner, such as a development agency.
const PartnerAgency Type = "partner"

// Organisation is a body of a member, or a partner of the whole community.
type Organisation struct {
	ID     string `json:"id"`
	Member string `json:"member,omitempty"` // "" for a partner of all
	Type   Type   `json:"type"`
	Names  Names  `json:"names"`
	Parent string `json:"parent,omitempty"` // the organisation of which it is a part
	Web    string `json:"web,omitempty"`
	Domain string `json:"domain,omitempty"`
	Until  Date   `json:"until,omitempty"` // it ended then
	TLP    TLP    `json:"tlp"`
	Note   Text   `json:"note,omitempty"`
	// RFC2350 describes a CSIRT: texts by section number, "3.2" for the
	// constituency.
	RFC2350 map[string]string `json:"rfc2350,omitempty"`
}

// IsPartner reports whether it is a partner of the whole community.
func (o *Organisation) IsPartner() bool { return o.Member == "" && o.Type == PartnerAgency }

// Post is what somebody does in an organisation during a time.
type Post struct {
	Organisation string `json:"organisation"`
	Title        Text   `json:"title,omitempty"`
	From         Date   `json:"from,omitempty"`
	Until        Date   `json:"until,omitempty"`
}

// Person is somebody, in one body or in several.
type Person struct {
	ID        string   `json:"id"`
	Name      Text     `json:"name,omitempty"`
	Posts     []Post   `json:"posts,omitempty"`
	Languages []string `json:"languages,omitempty"`
	TLP       TLP      `json:"tlp"`
	// Erased says that the person was erased on their wish: nothing else is left.
	Erased bool `json:"erased,omitempty"`
}

// ChannelKind is a way to reach somebody.
type ChannelKind string

// ChannelKinds lists all ways to reach somebody.
func ChannelKinds() []ChannelKind {
	return []ChannelKind{Mail, Phone, Mattermost, "signal", "fax", "web"}
}

// Ways that the program treats in ways of their own.
const (
	Mail       ChannelKind = "mail"
	Phone      ChannelKind = "phone"
	Mattermost ChannelKind = "mattermost"
)

// Channel is a way on file to reach a contact.
type Channel struct {
	Kind  ChannelKind `json:"kind"`
	Value string      `json:"value"`
	Note  string      `json:"note,omitempty"`
}

// Contact is a point of contact of an organisation: a desk, or a person at it.
type Contact struct {
	ID           string    `json:"id"`
	Organisation string    `json:"organisation"`
	Person       string    `json:"person,omitempty"` // "" for a desk
	Role         Text      `json:"role"`             // "Duty officer"
	Channels     []Channel `json:"channels,omitempty"`
	Hours        string    `json:"hours,omitempty"` // "24/7", "Mon-Fri 08:00-17:00"
	Zone         string    `json:"zone,omitempty"`  // IANA time zone; "" for the member's
	Languages    []string  `json:"languages,omitempty"`
	// Order is where it stands in the escalation of its organisation, from 1: who
	// does not answer is followed by the next.
	Order int   `json:"order"`
	Keys  []Key `json:"keys,omitempty"`
	TLP   TLP   `json:"tlp"`
}

// Key is a public key of OpenPGP.
type Key struct {
	Armored     string    `json:"armored"`
	Fingerprint string    `json:"fingerprint"` // hexadecimal, capital letters
	Users       []string  `json:"users,omitempty"`
	Made        time.Time `json:"made"`
	Expires     time.Time `json:"expires,omitzero"` // zero: never
}

// Kind returns that of a record of this type.
func (m *Member) Kind() Kind { return KindMember }

// Kind returns that of a record of this type.
func (o *Organisation) Kind() Kind { return KindOrganisation }

// Kind returns that of a record of this type.
func (p *Person) Kind() Kind { return KindPerson }

// Kind returns that of a record of this type.
func (c *Contact) Kind() Kind { return KindContact }

// Key returns the id of the record.
func (m *Member) Key() string { return m.ID }

// Key returns the id of the record.
func (o *Organisation) Key() string { return o.ID }

// Key returns the id of the record.
func (p *Person) Key() string { return p.ID }

// Key returns the id of the record.
func (c *Contact) Key() string { return c.ID }

// Active reports whether the member takes part on a day.
func (m *Member) Active(day time.Time) bool { return m.Joined.Begun(day) && !m.Left.Over(day) }

// Active reports whether the organisation exists on a day.
func (o *Organisation) Active(day time.Time) bool { return !o.Until.Over(day) }

// Active reports whether somebody has the post on a day.
func (p *Post) Active(day time.Time) bool { return p.From.Begun(day) && !p.Until.Over(day) }

// Encode returns the bytes in which a record is stored.
func Encode(r Record) ([]byte, error) { return json.Marshal(r) }

// Decode reads what Encode has written.
func Decode(k Kind, body []byte) (Record, error) {
	var r Record
	switch k {
	case KindMember:
		r = &Member{}
	case KindOrganisation:
		r = &Organisation{}
	case KindPerson:
		r = &Person{}
	case KindContact:
		r = &Contact{}
	default:
		return nil, fmt.Errorf("a record of kind %q", k)
	}
	if err := json.Unmarshal(body, r); err != nil {
		return nil, fmt.Errorf("%s: %w", k, err)
	}
	return r, nil
}
