package web

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// contactsView is whom a unit can reach, and its telephone calls.
type contactsView struct {
	clock clockView
	acts  bool
	near  []contact // the own cells, or the own team
	far   []contact // the other teams
	calls []unitCall
	ends  []room // with whom a call can be
}

// contact is a unit as others find it.
type contact struct {
	room, code, name, csirt   string
	domain, zone, local, lang string
}

// unitCall is a telephone call that the unit noted or is said to have had.
type unitCall struct {
	seq          uint64
	when         moment
	from, to, by string // by: who of the unit noted it
	noted, with  string // by which side, and who the other is
	text         string
	tlp          scenario.TLP
	status       string // open, confirmed, denied
	answered     string
	answer       string
	asks         bool // it waits for the unit's word
	denied       bool // by the unit, which may still confirm it
}

func contactRoutes() []route {
	return []route{
		{pattern: "GET /x/{exercise}/contacts/{unit...}", need: readsUnit, handle: showContacts},
		{pattern: "POST /x/{exercise}/call/{unit...}", need: playsUnit, handle: noteCall},
		{pattern: "POST /x/{exercise}/confirm/{unit...}", need: playsUnit, handle: confirmCall},
	}
}

func showContacts(r *request) error {
	return r.showUnit(r.t("contacts.title", i18n.Args{"Unit": r.unitName(r.hall, r.unit)}), func() (templ.Component, error) {
		v := &contactsView{acts: r.acts()}
		err := r.look(func(s *scene) error {
			s.fillContacts(v)
			return nil
		})
		return contactsPart(r, v), err
	})
}

func (s *scene) fillContacts(v *contactsView) {
	v.clock, v.calls = s.clock(s.zone()), s.unitCalls()
	units := s.st.Play().Cast.Units
	own := &units[s.r.u]
	for i := range units {
		switch unit := &units[i]; {
		case unit.Parent == own.Key, own.Parent == unit.Key:
			v.near = append(v.near, s.contact(unit))
		case i != s.r.u && unit.IsTeam() && own.IsTeam():
			v.far = append(v.far, s.contact(unit))
		}
	}
	for _, end := range s.ends(s.r.u) {
		if end.key != exercise.EndLiaison && end.key != exercise.ToUnit(own.Key) {
			v.ends = append(v.ends, room{key: end.key, name: s.endName(end.key)})
		}
	}
}

func (s *scene) contact(unit *scenario.Unit) contact {
	c := contact{
		room: exercise.ToUnit(unit.Key), code: unit.Code, name: s.unitName(unit.Key), csirt: unit.CSIRT.In(s.langs()...),
		domain: unit.Domain, zone: unit.Zone, lang: s.r.languageName(unit.Locale),
	}
	if loc, err := time.LoadLocation(unit.Zone); err == nil {
		c.local = s.scenarioTime(s.now()).In(loc).Format("15:04")
	}
	return c
}

// languageName is what a language is called in the reader's.
func (r *request) languageName(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	reader := language.Make(r.p.Lang())
	if name := display.Tags(reader).Name(parsed); name != "" {
		return name
	}
	return tag
}

// ownName is what a language calls itself.
func ownName(tag string) string {
	if name := display.Self.Name(language.Make(tag)); name != "" {
		return name
	}
	return tag
}

// unitCalls are the unit's telephone calls, the latest first.
func (s *scene) unitCalls() []unitCall {
	var all []unitCall
	for v := range s.st.CallsOf(s.r.u) {
		c := unitCall{
			seq: v.Seq, when: s.moment(v.At), from: s.endName(v.From), to: s.endName(v.To), noted: s.endName(v.Unit), with: s.endName(v.With),
			text: v.Text, tlp: v.TLP, status: string(v.Status), answer: v.Answer,
		}
		if v.Answered != exercise.Never {
			c.answered = v.Answered.String()
		}
		if e, ok := s.Event(s.r.viewer(), v.Seq); ok && v.Unit == s.r.unit {
			c.by = s.personOf(&e)
		}
		c.asks = v.With == s.r.unit && v.Status == exercise.CallWaits
		c.denied = v.With == s.r.unit && v.Status == exercise.CallIsDenied
		all = append([]unitCall{c}, all...)
	}
	return all
}

// noteCall notes a telephone call, for the other side to confirm.
func noteCall(r *request) error {
	tlp, err := r.readTLP()
	if err != nil {
		return err
	}
	err = r.act(exercise.NoteCall{
		Unit: r.unit, With: strings.TrimPrefix(r.PostFormValue("with"), exercise.EndUnit),
		Incoming: r.PostFormValue("who") == "them", Text: strings.TrimSpace(r.PostFormValue("text")), TLP: tlp,
	})
	if err != nil {
		return r.again(err, "call", r.unitPath("contacts"), showContacts)
	}
	return r.done(r.unitPath("contacts"), "said.call")
}

// confirmCall is the unit's word on a call that another side has noted.
func confirmCall(r *request) error {
	seq, err := strconv.ParseUint(r.PostFormValue("call"), 10, 64)
	if err != nil {
		return errors.Join(errForm, err)
	}
	deny := r.PostFormValue("say") == "no"
	page, show := "contacts", showContacts
	if r.PostFormValue("back") == "desk" {
		page, show = "desk", showDesk
	}
	err = r.act(exercise.ConfirmCall{Call: seq, Unit: r.unit, Deny: deny, Text: strings.TrimSpace(r.PostFormValue("text"))})
	switch {
	case err != nil:
		return r.again(err, "call-"+number(seq), r.unitPath(page), show)
	case deny:
		return r.done(r.unitPath(page), "said.call_denied")
	}
	return r.done(r.unitPath(page), "said.call_confirmed")
}
