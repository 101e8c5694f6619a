package pages

import (
	"errors"
	"strings"

	"renkei/internal/exercise/scenario"
	"renkei/internal/web"
)

// End is somebody or something that can be chosen, by its key and its name.
type End struct{ Key, Name string }

// Labels are those that a message may bear.
func Labels() []scenario.TLP {
	return []scenario.TLP{scenario.TLPClear, scenario.TLPGreen, scenario.TLPAmber, scenario.TLPAmberStrict, scenario.TLPRed}
}

// Label writes a TLP label as people write it; "" for none.
func Label(t scenario.TLP) string {
	if t == scenario.TLPNone {
		return ""
	}
	return "TLP:" + t.String()
}

// tlpClass is the class of a label, for its colour.
func tlpClass(t scenario.TLP) string {
	return "tlp-" + strings.ToLower(strings.NewReplacer("+", "-").Replace(t.String()))
}

// ReadTLP reads the label that a form chose.
func (r *Request) ReadTLP() (tlp scenario.TLP, err error) {
	if err := tlp.UnmarshalText([]byte(r.PostFormValue("tlp"))); err != nil {
		return tlp, errors.Join(web.ErrForm, err)
	}
	return tlp, nil
}
