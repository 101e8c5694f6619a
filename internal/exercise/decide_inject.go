package exercise

import (
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

// decide does what the clock owes: it releases, arms or skips an inject, notes
// a task or a flow whose time ran out, or ends play.
func (a dueAction) decide(d *decision) error {
	if d.c.Actor.Role != RoleClock {
		return refuse(NotAllowed)
	}
	if err := d.phase(Running, OnHold); err != nil {
		return err
	}
	if d.s.stale(a.item) {
		return refuse(NotWaiting)
	}
	s, unit, what := d.s, int(a.item.ix)%d.s.nu(), int(a.item.ix)/d.s.nu()
	key, to := s.play.Cast.Units[unit].Key, s.play.toUnit[unit]
	switch a.item.kind {
	case dueInject, dueAsking:
		d.owedInject(what, unit, a.item.at)
	case dueTask:
		d.emit(to, &Overdue{Task: s.tasks[what].key, Unit: key, Due: a.item.at})
	case dueFlow:
		d.emit(toControl, &FlowMissed{Flow: s.play.flows[what].key, Unit: key, Due: a.item.at})
	case dueReply:
		d.owedReply(int(a.item.ix))
	case dueHint:
		d.owedHint(what, unit)
	case dueDecision:
		d.owedChoice(what, unit, a.item.at)
	case dueEnd:
		d.voidAll()
		d.emit(toAll, &Ended{Reason: "endex"})
	}
	return nil
}

func (d *decision) owedInject(inject, unit int, due Time) {
	s := d.s
	def, sl, key := s.injects[inject], s.slot(inject, unit), s.play.Cast.Units[unit].Key
	skip := func(reason string) {
		d.emit(toControl, &InjectSkipped{Inject: def.key, Unit: key, Due: due, Reason: reason})
	}
	jumped := d.jumped(due) && !sl.kept
	switch {
	case s.units[unit].out():
		skip(SkipAbsent)
	case sl.status == slotWaiting && def.trigger.When != nil:
		d.emit(toControl, &InjectArmed{Inject: def.key, Unit: key})
	case sl.status == slotArmed:
		skip(SkipLapsed)
	case jumped && s.jumpMode == JumpSkip:
		skip(SkipJump)
	case def.trigger.Unless != nil && def.trigger.Unless.Holds(facts{s, unit}):
		skip(SkipUnless)
	default:
		d.emit(s.play.toUnit[unit], &InjectReleased{
			Inject: def.key, Unit: key, Due: due, Jumped: jumped, Held: sl.kept, TLP: sl.tlp,
		})
		d.shared(def.tasks, unit)
	}
}

// jumped reports whether a jump has passed a time. What was due where it began,
// because play was paused there, is passed as well.
func (d *decision) jumped(due Time) bool {
	return due >= d.s.jumpFrom && due < d.s.jumpTo && d.s.at == d.s.jumpTo
}

func (a Release) decide(d *decision) error {
	if err := first(d.control(), d.phase(Running, OnHold)); err != nil {
		return err
	}
	if d.s.clock.stopped {
		return refuse(PlayStopped)
	}
	inject, err := d.inject(a.Inject)
	if err != nil {
		return err
	}
	units, err := d.units(a.Units)
	if err != nil {
		return err
	}
	for _, u := range units {
		if err := d.releaseNow(inject, u, len(a.Units) > 0); err != nil {
			return err
		}
	}
	if len(d.out) == d.old {
		return refuse(NotWaiting, "Inject", a.Inject)
	}
	return nil
}

// releaseNow releases by hand. A unit that was named must be able to get it;
// one that was not is passed over.
func (d *decision) releaseNow(inject, unit int, named bool) error {
	sl, key := d.s.slot(inject, unit), d.s.play.Cast.Units[unit].Key
	us := &d.s.units[unit]
	waits := sl.status == slotWaiting || sl.status == slotArmed || sl.status == slotFired || sl.status == slotSkipped
	switch {
	case waits && !us.frozen() && !us.out():
		d.emit(d.s.play.toUnit[unit], &InjectReleased{
			Inject: d.s.injects[inject].key, Unit: key, Due: d.at, Manual: true, TLP: sl.tlp,
		})
		d.shared(d.s.injects[inject].tasks, unit)
	case !named:
	case waits:
		return refuse(UnitOut, "Unit", key, "Status", us.status)
	case sl.status == slotReleased:
		return refuse(AlreadyReleased, "Inject", d.s.injects[inject].key, "Unit", key)
	default:
		return refuse(NotWaiting, "Inject", d.s.injects[inject].key, "Unit", key)
	}
	return nil
}

func (a Acknowledge) decide(d *decision) error {
	u, inject, err := d.received(a.Unit, a.Inject)
	if err != nil {
		return err
	}
	if d.s.slot(inject, u).acked != Never {
		return refuse(AlreadyAcked, "Inject", a.Inject, "Unit", a.Unit)
	}
	d.emit(d.s.play.toUnit[u], &InjectAcknowledged{Inject: a.Inject, Unit: a.Unit})
	return nil
}

// received finds an inject that a unit has; foreign and absent ones answer
// alike.
func (d *decision) received(unit, inject string) (u, i int, err error) {
	if u, err = d.unit(unit); err != nil {
		return 0, 0, err
	}
	if err = d.phase(Running, OnHold); err != nil {
		return 0, 0, err
	}
	i, ok := d.s.injectByKey(inject)
	if !ok || d.s.slot(i, u).status != slotReleased {
		return 0, 0, refuse(NotReleased, "Inject", inject, "Unit", unit)
	}
	return u, i, nil
}

func (a RelayTo) decide(d *decision) error {
	from, inject, err := d.received(a.From, a.Inject)
	if err != nil {
		return err
	}
	to, ok := d.s.play.Cast.Index(a.Unit)
	if !ok || d.s.play.Cast.Team(to) != from || !d.s.relayable(inject, to) {
		return refuse(NotRelayable, "Inject", a.Inject, "Unit", a.Unit)
	}
	switch d.s.slot(inject, to).status {
	case slotReleased:
		return refuse(AlreadyRelayed, "Inject", a.Inject, "Unit", a.Unit)
	case slotRetracted: // EXCON took it back from the cell
		return refuse(NotRelayable, "Inject", a.Inject, "Unit", a.Unit)
	}
	if d.s.units[to].out() {
		return refuse(UnitOut, "Unit", a.Unit, "Status", d.s.units[to].status)
	}
	if err := d.openForTraffic(); err != nil {
		return err
	}
	received := d.s.slot(inject, from)
	tlp := a.TLP
	if tlp == scenario.TLPNone {
		tlp = received.tlp
	}
	if tlp < received.tlp {
		return refuse(LooserLabel, "Was", received.tlp.String(), "Is", tlp.String())
	}
	if err := tooLong(a.Text); err != nil {
		return err
	}
	seq := d.emit(Audience{ToUnit(a.From), ToUnit(a.Unit)}, &InjectRelayed{
		Inject: a.Inject, From: a.From, Unit: a.Unit, Of: received.seq, Text: a.Text, TLP: tlp,
	})
	d.shared(d.s.injects[inject].relayTasks, to)
	d.makeFlows(from, seq, func(flow int) bool { return d.relayMakes(flow, inject, to) }, tlp)
	d.misdirected(from, seq, &Message{Ends: []string{EndUnit + a.Unit}, Text: a.Text}, "", true)
	return nil
}

// relayMakes reports whether relaying the inject to the cell is the flow.
func (d *decision) relayMakes(flow, inject, cell int) bool {
	return slices.Contains(d.s.injects[inject].flowsRelay, flow) &&
		addressed(d.s.play.flows[flow].to, d.s.play.Cast.Units[cell])
}

// openForTraffic refuses while a REAL stop holds everything that goes out.
func (d *decision) openForTraffic() error {
	if d.s.clock.stopped {
		return refuse(PlayStopped)
	}
	return nil
}

func (a AddInject) decide(d *decision) error {
	if err := first(d.control(), d.phase(Preparing, Running, OnHold)); err != nil {
		return err
	}
	if d.s.play.Pack.PersonaByKey(a.From) == nil {
		return refuse(UnknownPersona, "Persona", a.From)
	}
	if a.Phase != "" && !slices.ContainsFunc(d.s.play.Pack.Phases, func(p scenario.Phase) bool { return p.Key == a.Phase }) {
		return refuse(UnknownPhase, "Phase", a.Phase)
	}
	units, err := d.units(a.Units)
	if err != nil {
		return err
	}
	if err := first(d.checkTexts(a.Texts), d.checkTasks(a.Tasks)); err != nil {
		return err
	}
	b := &InjectAdded{
		Title: titleOf(a), From: a.From, Texts: a.Texts, TLP: a.TLP, Phase: a.Phase, Tasks: a.Tasks, Due: d.coming(a.Due),
	}
	for _, u := range units {
		b.Units = append(b.Units, d.s.play.Cast.Units[u].Key)
	}
	d.emit(toControl, b)
	return nil
}

// titleOf is the title that was given, or else the subjects of the texts.
func titleOf(a AddInject) scenario.Text {
	if len(a.Title) > 0 {
		return a.Title
	}
	title := scenario.Text{}
	for lang, text := range a.Texts {
		subject, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
		title[lang] = strings.TrimSpace(strings.TrimPrefix(subject, "#"))
	}
	return title
}

// checkTexts wants a text in a language of the pack, or one for all of them.
func (d *decision) checkTexts(texts scenario.Text) error {
	if texts.In(d.s.play.Pack.Languages...) == "" {
		return refuse(MissingText)
	}
	for _, t := range texts {
		if err := checkText(t); err != nil {
			return err
		}
	}
	return nil
}

func (d *decision) checkTasks(tasks []AddedTask) error {
	for _, t := range tasks {
		if !validWithin(t.Within) {
			return refuse(BadWithin)
		}
		if !(t.Points >= 0 && t.Points <= MaxPoints) {
			return refuse(BadPoints, "Max", MaxPoints)
		}
		if err := d.checkTexts(t.Prompt); err != nil {
			return err
		}
	}
	return nil
}

func (a AmendInject) decide(d *decision) error {
	if err := first(d.control(), d.phase(Preparing, Running, OnHold)); err != nil {
		return err
	}
	inject, err := d.inject(a.Inject)
	if err != nil {
		return err
	}
	units, err := d.units(oneOrAll(a.Unit))
	if err != nil {
		return err
	}
	if a.Texts == nil && a.TLP == nil && a.Due == nil {
		return refuse(NothingToAmend)
	}
	if a.Texts != nil {
		if err := d.checkTexts(a.Texts); err != nil {
			return err
		}
	}
	for _, u := range units {
		if d.s.slot(inject, u).status >= slotReleased && d.s.slot(inject, u).status != slotSkipped {
			return refuse(AlreadyReleased, "Inject", a.Inject, "Unit", d.s.play.Cast.Units[u].Key)
		}
	}
	b := &InjectAmended{Inject: a.Inject, Unit: a.Unit, Texts: a.Texts, TLP: a.TLP}
	if a.Due != nil {
		due := d.coming(*a.Due)
		b.Due = &due
	}
	d.emit(toControl, b)
	return nil
}

func oneOrAll(key string) []string {
	if key == "" {
		return nil
	}
	return []string{key}
}

func (a Retract) decide(d *decision) error {
	if err := first(d.control(), d.phase(Preparing, Running, OnHold, Over)); err != nil {
		return err
	}
	inject, err := d.inject(a.Inject)
	if err != nil {
		return err
	}
	units, err := d.units(a.Units)
	if err != nil {
		return err
	}
	for _, u := range units {
		b := &InjectRetracted{Inject: a.Inject, Unit: d.s.play.Cast.Units[u].Key, Reason: a.Reason}
		switch d.s.slot(inject, u).status {
		case slotNone, slotRetracted:
		case slotReleased:
			d.emit(d.s.play.toUnit[u], b)
		default: // never told that it was coming
			d.emit(toControl, b)
		}
	}
	if len(d.out) == d.old {
		return refuse(NotReleased, "Inject", a.Inject)
	}
	return nil
}
