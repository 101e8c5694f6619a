package scenario

import "renkei/internal/exercise/scenario/wording"

// Mentions reports whether a folded text holds a folded form. An end of the
// form that is an ASCII letter or digit must not touch another one in the
// text, so that 203.0.113.1 is not found in 203.0.113.12; any other end, as
// in Japanese, which has no word borders, matches anywhere. A * in a form
// stands for any letters and digits, so that encrypt* finds "encrypted", a #
// for digits; a backslash before them takes them as they are.
func Mentions(folded, foldedForm string) bool { return wording.Mentions(folded, foldedForm) }

// PlainForm gives a form as somebody would write it, without what stands for
// other characters.
func PlainForm(form string) string { return wording.Plain(form) }
