package programme

import (
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"renkei/internal/i18n"
)

// grouped is a number as it is read: 1,043.
func grouped(p *i18n.Printer, n int64) string {
	return message.NewPrinter(language.Make(p.Lang())).Sprint(n)
}

// Text is the value of a figure in words: with how exactly it is known, and of
// persons of whom some are undecided, from how many to how many they may be.
func (c *Count) Text(p *i18n.Printer) string {
	n := grouped(p, c.Value)
	if c.Half {
		n += ".5"
	}
	if c.Least < c.Most {
		return p.T("programme.bound.range", i18n.Args{"N": n, "Least": grouped(p, c.Least), "Most": grouped(p, c.Most)})
	}
	return p.T("programme.bound."+string(c.Bound), i18n.Args{"N": n})
}

// RuleText says how a figure is counted, or who stated it.
func (f *Figure) RuleText(p *i18n.Printer) string {
	return p.T("programme.rule."+string(f.Rule), i18n.Args{
		"By": f.StatedBy, "In": f.StatedIn.In(p.Lang()), "Date": When(p, f.AsOf, ""), "Year": f.yearOnly(),
	})
}

// yearOnly is the year to whose events a figure keeps; "" for all until its date.
func (f *Figure) yearOnly() string {
	if f.InYear || f.Of == "" {
		return Year(f.AsOf)
	}
	return ""
}

// Text is a head count in words: "1,043 persons (1,031 to 1,061), 1,387 seats".
func (h *HeadCount) Text(p *i18n.Printer) string {
	return p.T("programme.heads.text", i18n.Args{
		"Persons": grouped(p, h.Persons), "Range": h.Least < h.Most, "Least": grouped(p, h.Least), "Most": grouped(p, h.Most), "Seats": grouped(p, h.Seats),
	})
}

// Days are the days that people were there, as they are read.
func (h *HeadCount) Days(p *i18n.Printer) string {
	c := Count{Value: h.HalfDays / 2, Half: h.HalfDays%2 == 1, Bound: Exact}
	return c.Text(p)
}
