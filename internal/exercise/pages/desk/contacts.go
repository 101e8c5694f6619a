package desk

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"renkei/internal/exercise"
	"renkei/internal/exercise/pages"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// contactsView is whom a unit can reach, and its telephone calls.
type contactsView struct {
	clock pages.ClockView
	acts  bool
	near  []contact // the own cells, or the own team
	far   []contact // the other teams
	calls []unitCall
	ends  []pages.Conversation // with whom a call can be
}

// contact is a unit as others find it.
type contact struct {
	room, code, name, csirt   string
	domain, zone, local, lang string
}

// unitCall is a telephone call that the unit noted or is said to have had.
type unitCall struct {
	number       uint64 // the unit's own: see Moment.Number
	when         pages.Instant
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

// ContactRoutes are the addresses of a unit's contacts and calls.
func ContactRoutes() []pages.Route {
	return []pages.Route{
		{Pattern: "GET /x/{exercise}/contacts/{unit...}", Need: pages.ReadsUnit, Handle: showContacts, Replaced: true},
		{Pattern: "POST /x/{exercise}/call/{unit...}", Need: pages.PlaysUnit, Handle: noteCall, Replaced: true},
		{Pattern: "POST /x/{exercise}/confirm/{unit...}", Need: pages.PlaysUnit, Handle: confirmCall, Replaced: true},
	}
}

func showContacts(r *pages.Request) error {
	return r.ShowUnit(r.T("contacts.title", i18n.Args{"Unit": r.UnitName(r.Exercise, r.Unit)}), func() (templ.Component, error) {
		v := &contactsView{acts: r.Acts()}
		err := r.At(func(s *pages.Moment) error {
			fillContacts(s, v)
			return nil
		})
		return contactsPart(r, v), err
	})
}

func fillContacts(s *pages.Moment, v *contactsView) {
	v.clock, v.calls = s.Clock(s.Zone()), unitCalls(s)
	units := s.State.Play().Cast.Units
	own := &units[s.Request.UnitIndex]
	for i := range units {
		switch unit := &units[i]; {
		case unit.Parent == own.Key, own.Parent == unit.Key:
			v.near = append(v.near, contactOf(s, unit))
		case i != s.Request.UnitIndex && unit.IsTeam() && own.IsTeam():
			v.far = append(v.far, contactOf(s, unit))
		}
	}
	for _, end := range s.Recipients(s.Request.UnitIndex) {
		if end.Key != exercise.EndLiaison && end.Key != exercise.ToUnit(own.Key) {
			v.ends = append(v.ends, pages.Conversation{Key: end.Key, Name: s.EndName(end.Key)})
		}
	}
}

func contactOf(s *pages.Moment, unit *scenario.Unit) contact {
	c := contact{
		room: exercise.ToUnit(unit.Key), code: unit.Code, name: s.UnitName(unit.Key), csirt: unit.CSIRT.In(s.Langs()...),
		domain: unit.Domain, zone: unit.Zone, lang: s.Request.LanguageName(unit.Locale),
	}
	if loc, err := time.LoadLocation(unit.Zone); err == nil {
		c.local = s.ScenarioTime(s.Now()).In(loc).Format("15:04")
	}
	return c
}

// ownName is what a language calls itself.
func ownName(tag string) string {
	if name := display.Self.Name(language.Make(tag)); name != "" {
		return name
	}
	return tag
}

// unitCalls are the unit's telephone calls, the latest first.
func unitCalls(s *pages.Moment) []unitCall {
	var all []unitCall
	for v := range s.State.CallsOf(s.Request.UnitIndex) {
		c := unitCall{
			number: s.Number(v.Seq), when: s.Instant(v.At), from: s.EndName(v.From), to: s.EndName(v.To), noted: s.EndName(v.Unit), with: s.EndName(v.With),
			text: v.Text, tlp: v.TLP, status: string(v.Status), answer: v.Answer,
		}
		if v.Answered != exercise.Never {
			c.answered = v.Answered.String()
		}
		if e, ok := s.Event(s.Request.Viewer(), v.Seq); ok && v.Unit == s.Request.Unit {
			c.by = s.PersonOf(&e)
		}
		c.asks = v.With == s.Request.Unit && v.Status == exercise.CallWaits
		c.denied = v.With == s.Request.Unit && v.Status == exercise.CallIsDenied
		all = append([]unitCall{c}, all...)
	}
	return all
}

// noteCall notes a telephone call, for the other side to confirm.
func noteCall(r *pages.Request) error {
	tlp, err := r.ReadTLP()
	if err != nil {
		return err
	}
	err = r.Act(exercise.NoteCall{
		Unit: r.Unit, With: strings.TrimPrefix(r.PostFormValue("with"), exercise.EndUnit),
		Incoming: r.PostFormValue("who") == "them", Text: strings.TrimSpace(r.PostFormValue("text")), TLP: tlp,
	})
	if err != nil {
		return r.Redisplay(err, "call", r.UnitPath("contacts"), showContacts)
	}
	return r.RedirectWith(r.UnitPath("contacts"), "said.call")
}

// confirmCall is the unit's word on a call that another side has noted.
func confirmCall(r *pages.Request) error {
	number, err := strconv.ParseUint(r.PostFormValue("call"), 10, 64)
	if err != nil {
		return errors.Join(web.ErrForm, err)
	}
	var seq uint64
	if err := r.At(func(s *pages.Moment) error { seq = s.SeqOf(number); return nil }); err != nil {
		return err
	}
	deny := r.PostFormValue("say") == "no"
	page, show := "contacts", showContacts
	if r.PostFormValue("back") == "desk" {
		page, show = "desk", showDesk
	}
	err = r.Act(exercise.ConfirmCall{Call: seq, Unit: r.Unit, Deny: deny, Text: strings.TrimSpace(r.PostFormValue("text"))})
	switch {
	case err != nil:
		return r.Redisplay(err, "call-"+web.Number(number), r.UnitPath(page), show)
	case deny:
		return r.RedirectWith(r.UnitPath(page), "said.call_denied")
	}
	return r.RedirectWith(r.UnitPath(page), "said.call_confirmed")
}
