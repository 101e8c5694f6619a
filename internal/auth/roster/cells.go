package roster

import (
	"maps"
	"net/mail"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
)

// blank parts words: spaces, and what cannot be seen.
func blank(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u200b' || r == '\ufeff' || r == unicode.ReplacementChar
}

// mail reads a mail address, which will be a login.
func (r *reader) mail(row int) string {
	text, _ := r.text(row, Mail, 100)
	if text == "" {
		return ""
	}
	folded := auth.FoldLogin(text)
	if goodMail(folded) {
		return folded
	}
	r.wrong(row, r.column(Mail), MailBad, args{"Text": clip(text)})
	r.meaning(mailMeant(text))
	return ""
}

// goodMail reports whether a text is a mail address and nothing else.
func goodMail(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text && a.Name == "" && !strings.ContainsAny(text, "\"<>(), ;") &&
		!strings.ContainsFunc(text, unicode.IsControl)
}

// mailMeant finds a mail address in what somebody has copied, or "".
func mailMeant(text string) string {
	text = norm.NFKC.String(text)
	if a, err := mail.ParseAddress(text); err == nil && goodMail(auth.FoldLogin(a.Address)) {
		return auth.FoldLogin(a.Address)
	}
	text = strings.NewReplacer(" ", "", "[at]", "@", "(at)", "@", "[dot]", ".", "mailto:", "", "..", ".", ",", ".").Replace(strings.ToLower(text))
	if text = strings.Trim(text, ".;<>\"'"); goodMail(text) {
		return text
	}
	return ""
}

// language reads in what language somebody reads.
func (r *reader) language(row int) string {
	text, _ := r.text(row, Language, 100)
	if text == "" {
		return ""
	}
	lang, ok := r.languages[fold(text)]
	if !ok {
		r.guess(row, r.column(Language), LanguageUnknown, text, wordsOf(r.languages))
	}
	return lang
}

// role reads a role. It is "" for an account and nothing else.
func (r *reader) role(row int) auth.Role {
	text, ok := r.text(row, RoleOf, 100)
	if text == "" {
		if r.known.Exercise && ok {
			r.wrong(row, r.column(RoleOf), RoleMissing, nil)
		}
		return ""
	}
	role, ok := r.roles[fold(text)]
	switch {
	case !ok:
		r.guess(row, r.column(RoleOf), RoleUnknown, text, wordsOf(r.roles))
	case r.known.Exercise == (role == auth.Secretary || role == account):
		code := RoleCommunity
		if !r.known.Exercise {
			code = RoleExercise
		}
		r.wrong(row, r.column(RoleOf), code, args{"Text": clip(text)})
	case role == account:
		return ""
	}
	return role
}

// unit reads the key of a unit.
func (r *reader) unit(row int) string {
	text, _ := r.text(row, UnitOf, 200)
	col := r.column(UnitOf)
	if text == "" {
		return ""
	}
	found := r.units.find(text)
	switch {
	case !r.known.Exercise:
		r.wrong(row, col, UnitNowhere, args{"Text": clip(text)})
	case len(found) == 1:
		return found[0]
	case len(found) > 1:
		r.wrong(row, col, UnitAmbiguous, args{"Text": clip(text), "Units": clip(strings.Join(found, ", "))})
		r.meaning(found[0])
	default:
		r.guess(row, col, UnitUnknown, text, r.units.names)
	}
	return ""
}

// fits refuses a role that has no place where the row puts it.
func (r *reader) fits(row int, p *auth.Invitee) {
	col := r.column(UnitOf)
	switch {
	case !r.known.Exercise:
		if p.Mail == "" {
			r.wrong(row, r.column(Mail), MailMissing, nil)
		}
	case access.Fits(p.Role, "x", p.Part):
	case p.Part == "":
		r.wrong(row, col, UnitMissing, args{"Role": p.Role})
	case p.Role == access.National:
		r.wrong(row, col, UnitNoTeam, args{"Role": p.Role, "Text": p.Part})
		r.meaning(r.units.team[p.Part])
	default:
		r.wrong(row, col, UnitTooMuch, args{"Role": p.Role, "Text": p.Part})
	}
}

// wordsOf are the words that would be understood.
func wordsOf[T any](known map[string]T) []string { return slices.Sorted(maps.Keys(known)) }
