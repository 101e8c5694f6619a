package community

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"
)

// Bounds of a record, so that a page of many stays small.
const (
	maxLine     = 200
	maxNote     = 4000
	maxNames    = 20
	maxPosts    = 20
	maxChannels = 12
	maxKeys     = 5
	maxReason   = 500
)

var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// ValidID reports whether a text can name a record in an address.
func ValidID(id string) bool { return idPattern.MatchString(id) }

// firstError returns the first that is one.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkID(id string) error {
	if !ValidID(id) {
		return refuse("id", "Value", id)
	}
	return nil
}

// checkLine refuses a text that does not fit on a line.
func checkLine(field, text string) error {
	if len([]rune(text)) > maxLine || strings.ContainsFunc(text, unicode.IsControl) {
		return refuse("line", "Field", field, "N", "200")
	}
	return nil
}

func checkText(field string, t Text, most int) error {
	for lang, text := range t {
		if _, err := language.Parse(lang); err != nil {
			return refuse("language", "Value", lang)
		}
		if len([]rune(text)) > most {
			return refuse("long", "Field", field)
		}
	}
	return nil
}

func checkDates(all ...Date) error {
	for _, d := range all {
		if !d.Valid() {
			return refuse("date", "Value", string(d))
		}
	}
	return nil
}

func checkPeriod(from, until Date) error {
	if err := checkDates(from, until); err != nil {
		return err
	}
	if until != "" && until.Before(from) {
		return refuse("period", "From", string(from), "Until", string(until))
	}
	return nil
}

func checkZone(zone string) error {
	if zone == "" {
		return nil
	}
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
		return refuse("zone", "Value", zone)
	}
	return nil
}

func checkLanguages(all []string) error {
	for _, lang := range all {
		if _, err := language.Parse(lang); err != nil {
			return refuse("language", "Value", lang)
		}
	}
	return nil
}

func checkTLP(t TLP) error {
	if !t.Valid() {
		return refuse("tlp", "Value", string(t))
	}
	return nil
}

// check wants each name to have a text and to begin after the one before.
func (n Names) check() error {
	if len(n) == 0 || len(n) > maxNames {
		return refuse("name")
	}
	for i, name := range n {
		if name.Full.Empty() {
			return refuse("name")
		}
		err := firstError(checkText("name", name.Full, maxLine), checkLine("short", name.Short), checkPeriod(name.From, name.Until))
		if err != nil {
			return err
		}
		if i > 0 && (name.From == "" || name.From.Before(n[i-1].From)) {
			return refuse("name_order", "Name", name.Full.In())
		}
	}
	return nil
}

func (m *Member) check() error {
	if m.Code == "" || len(m.Code) > 12 || strings.ContainsFunc(m.Code, unicode.IsSpace) {
		return refuse("code", "Value", m.Code)
	}
	return firstError(checkID(m.ID), m.Names.check(), checkPeriod(m.Joined, m.Left), checkZone(m.Zone),
		checkLanguages(m.Languages), checkText("note", m.Note, maxNote))
}

func (o *Organisation) check() error {
	if !slices.Contains(Types(), o.Type) {
		return refuse("type", "Value", string(o.Type))
	}
	if o.Web != "" && !webAddress(o.Web) {
		return refuse("web", "Value", o.Web)
	}
	for section, text := range o.RFC2350 {
		if Section(section) == "" || len(text) > 4*maxNote {
			return refuse("section", "Value", section)
		}
	}
	return firstError(checkID(o.ID), o.Names.check(), checkDates(o.Until), checkTLP(o.TLP), checkLine("domain", o.Domain),
		checkText("note", o.Note, maxNote))
}

// webAddress reports whether a text is an address that a browser may be led to.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && len(s) <= 2*maxLine
}

func (p *Person) check() error {
	if p.Erased {
		if !p.Name.Empty() || len(p.Posts) > 0 || len(p.Languages) > 0 {
			return refuse("erased")
		}
		return firstError(checkID(p.ID), checkTLP(p.TLP))
	}
	if p.Name.Empty() {
		return refuse("name")
	}
	if len(p.Posts) > maxPosts {
		return refuse("many", "Field", "posts")
	}
	for _, post := range p.Posts {
		if err := firstError(checkText("title", post.Title, maxLine), checkPeriod(post.From, post.Until)); err != nil {
			return err
		}
	}
	return firstError(checkID(p.ID), checkText("name", p.Name, maxLine), checkLanguages(p.Languages), checkTLP(p.TLP))
}

func (c *Contact) check() error {
	if c.Role.Empty() {
		return refuse("role")
	}
	if c.Order < 1 || c.Order > 99 {
		return refuse("order")
	}
	if len(c.Channels) > maxChannels || len(c.Keys) > maxKeys {
		return refuse("many", "Field", "channels")
	}
	for _, ch := range c.Channels {
		if err := ch.check(); err != nil {
			return err
		}
	}
	return firstError(checkID(c.ID), checkText("role", c.Role, maxLine), checkLine("hours", c.Hours), checkZone(c.Zone),
		checkLanguages(c.Languages), checkTLP(c.TLP))
}

var (
	mailPattern  = regexp.MustCompile(`^[^@\s<>"',;:]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+$`)
	phonePattern = regexp.MustCompile(`^\+[0-9][0-9 ().-]{4,30}( ?(ext|x)\.? ?[0-9]{1,6})?$`)
)

func (ch *Channel) check() error {
	ok := ch.Value != ""
	switch ch.Kind {
	case Mail:
		ok = mailPattern.MatchString(ch.Value)
	case Phone, "fax", "signal":
		ok = phonePattern.MatchString(ch.Value)
	case "web":
		ok = webAddress(ch.Value)
	case Mattermost:
	default:
		return refuse("channel", "Value", string(ch.Kind))
	}
	if !ok {
		return refuse("address."+string(ch.Kind), "Value", ch.Value)
	}
	return firstError(checkLine("channel", ch.Value), checkLine("note", ch.Note))
}
