package bots

import (
	"slices"
	"strconv"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// Pop takes the next plan and gives its command, or false when there is nothing
// left to do about it: done meanwhile, withdrawn, or people play the unit now.
func (c *Bots) Pop(s *exercise.State) (exercise.Command, bool) {
	c.popped = c.plans.pop()
	p := &c.popped
	uv := s.Unit(p.unit)
	if !uv.Bot || uv.Status != exercise.Present {
		return exercise.Command{}, false
	}
	do := c.act(s, p)
	if do == nil {
		return exercise.Command{}, false
	}
	key := p.kind.String() + "/" + p.what + "/" + strconv.Itoa(p.n)
	if p.kind == doRelay {
		key += "/" + c.play.Cast.Units[p.to].Key
	}
	return exercise.Command{Key: key, Actor: c.actors[p.unit], At: p.at, Do: do}, true
}

// Ready is what a simulated team answers before STARTEX.
func Ready(unit string) []exercise.Command {
	bot := exercise.Bot(unit)
	return []exercise.Command{
		{Key: "attend", Actor: bot, Do: exercise.Attend{Unit: unit, Present: 1, Expected: 1}},
		{Key: "ready", Actor: bot, Do: exercise.SetReady{Unit: unit, Ready: true}},
	}
}

// act turns a plan into an action; nil when nothing is left to do.
func (c *Bots) act(s *exercise.State, p *plan) exercise.Action {
	unit := c.play.Cast.Units[p.unit].Key
	switch p.kind {
	case doAck:
		if i, ok := s.InjectIndex(p.what); ok {
			if v, _ := s.Inject(i, p.unit); v.Status == exercise.InjectOut && v.Acked == exercise.Never {
				return exercise.Acknowledge{Inject: p.what, Unit: unit}
			}
		}
	case doRelay:
		return c.relay(s, p)
	case doQuestion:
		return c.question(s, p)
	case doAsk:
		return c.ask(s, p)
	case doFlow:
		return c.tell(s, p)
	case doHint:
		if v, ok := c.open(s, p); ok && v.Hints == p.n && v.HintsLeft > 0 {
			return exercise.TakeHint{Task: p.what, Unit: unit}
		}
	case doTask:
		if v, ok := c.open(s, p); ok && v.Attempts == p.n {
			return c.answer(s, p, v)
		}
	}
	return nil
}

func (c *Bots) open(s *exercise.State, p *plan) (exercise.TaskView, bool) {
	t, ok := s.TaskIndex(p.what)
	if !ok {
		return exercise.TaskView{}, false
	}
	v, ok := s.Task(t, p.unit)
	return v, ok && v.Status == exercise.TaskStands
}

// lang is the language of a unit, if the pack speaks it.
func (c *Bots) lang(u int) string {
	for _, l := range c.play.Pack.Languages {
		if l == c.play.Cast.Units[u].Locale {
			return l
		}
	}
	return c.play.Pack.Languages[0]
}

func (c *Bots) relay(s *exercise.State, p *plan) exercise.Action {
	i, ok := s.InjectIndex(p.what)
	if !ok {
		return nil
	}
	if v, _ := s.Inject(i, p.unit); v.Status != exercise.InjectOut {
		return nil
	}
	if v, ok := s.Inject(i, p.to); ok && v.Status == exercise.InjectOut {
		return nil
	}
	return exercise.RelayTo{
		Inject: p.what, From: c.play.Cast.Units[p.unit].Key, Unit: c.play.Cast.Units[p.to].Key,
		Text: c.say(line{key: "crew.relay", unit: p.unit, to: p.to}, func() args {
			return args{"Cell": c.play.Cast.Units[p.to].Name.In(c.lang(p.unit))}
		}),
	}
}

// ask writes to the team that knows what a task needs.
func (c *Bots) ask(s *exercise.State, p *plan) exercise.Action {
	t, _, _ := c.play.Pack.TaskByKey(p.what)
	v, ok := c.open(s, p)
	if t == nil || !ok || v.Attempts > 0 || c.knows(s, p.unit, t.Needs) {
		return nil
	}
	var ends []string
	to := -1
	for _, n := range t.Needs {
		if _, sender, ok := c.source(p.unit, n); ok {
			to = c.play.Cast.Team(sender)
			ends = append(ends, exercise.EndUnit+c.play.Cast.Units[to].Key)
		}
	}
	if ends == nil {
		return nil
	}
	prompt := c.prompt(p.unit, t.Key, s)
	return exercise.Send{
		From: c.play.Cast.Units[p.unit].Key, Ends: ends, TLP: scenario.TLPAmber, Re: p.what,
		Text: c.say(line{key: "crew.ask", unit: p.unit, to: to, what: prompt}, func() args {
			lang := c.lang(p.unit)
			return args{
				"Team": c.play.Cast.Units[to].Name.In(lang), "Own": c.play.Cast.Units[c.play.Cast.Team(p.unit)].Name.In(lang),
				"Task": c.rendered(prompt, p.unit, t.Key),
			}
		}),
	}
}

// prompt is what a task asks, as a template.
func (c *Bots) prompt(u int, task string, s *exercise.State) string {
	t, ok := s.TaskIndex(task)
	if !ok {
		return ""
	}
	return s.Prompt(t, u).In(c.lang(u), c.play.Pack.Languages[0])
}

func (c *Bots) rendered(prompt string, u int, task string) string {
	text, _, err := c.play.Cast.Render(prompt, u, c.lang(u), c.play.Pack.Startex)
	if err != nil {
		return task
	}
	return text
}

// tell makes an expected flow.
func (c *Bots) tell(s *exercise.State, p *plan) exercise.Action {
	f, ok := c.play.FlowIndex(p.what)
	if !ok {
		return nil
	}
	status, _, open := s.Flow(f, p.unit)
	if !open || status != exercise.FlowExpected && status != exercise.FlowIsMissed {
		return nil
	}
	def := c.play.Pack.Flows[f]
	d := c.rand(p.unit, "tell", p.what)
	tlp := def.TLP
	if !d.yes(c.profiles[p.unit].Careful) {
		tlp = scenario.TLPClear // the mistake that a drill is for
	}
	share := exercise.Share{Send: exercise.Send{
		From: c.play.Cast.Units[p.unit].Key, Ends: []string{c.receiver(def, p.unit)}, TLP: tlp, Re: def.After,
	}}
	var named []string
	for _, forms := range s.FlowWhat(f, p.unit) {
		if len(forms) == 0 {
			continue
		}
		form := scenario.PlainForm(forms[0])
		if named = append(named, form); looksLikeIndicator(form) {
			share.Indicators = append(share.Indicators, form)
		}
	}
	share.Text = c.say(line{key: "crew.tell", unit: p.unit, what: def.Key}, func() args {
		return args{"Subject": def.Title.In(c.lang(p.unit), c.play.Pack.Languages[0]), "What": strings.Join(named, " ")}
	})
	return share
}

// receiver is whom a unit tells: now and then the liaison room what is not meant
// for it, for it is quicker than to look up whom it concerns.
func (c *Bots) receiver(def *scenario.Flow, u int) string {
	trap := slices.Contains(def.Never, scenario.EndLiaison) || slices.Contains(def.Never, scenario.EndOthers)
	if d := c.rand(u, "astray", def.Key); trap && c.play.Cast.Units[u].IsTeam() && !d.yes(c.profiles[u].Careful) {
		return exercise.EndLiaison
	}
	return c.play.End(def.To, u)
}

func looksLikeIndicator(s string) bool {
	return strings.ContainsAny(s, ".:") && !strings.ContainsAny(s, " 、。")
}

// report writes a situation report that holds what the team has understood.
func (c *Bots) report(d *rand, p *plan, mentions [][]string, chance float64) string {
	var known [maxGroups]bool
	groups := mentions[:min(len(mentions), maxGroups)]
	mask := uint64(0)
	for i, forms := range groups {
		if known[i] = len(forms) > 0 && d.yes(chance+0.1); known[i] {
			mask |= 1 << i
		}
	}
	return c.once(line{key: "crew.report", unit: p.unit, what: p.what, n: p.n, groups: mask}, func() string {
		lines := []string{c.phrases.Say(c.lang(p.unit), "crew.report", args{
			"Team": c.play.Cast.Units[c.play.Cast.Team(p.unit)].Name.In(c.lang(p.unit)), "N": p.n + 1,
		})}
		for i, forms := range groups {
			if known[i] {
				lines = append(lines, "- "+scenario.PlainForm(c.ownForm(p.unit, forms)))
			}
		}
		if len(lines) == 1 {
			lines = append(lines, "- "+c.unsure(p.unit))
		}
		return strings.Join(lines, "\n")
	})
}

// ownForm picks a form in the unit's script: Japanese for a Japanese unit.
func (c *Bots) ownForm(u int, forms []string) string {
	japanese := c.lang(u) == "ja"
	for _, f := range forms {
		if hasKana(f) == japanese {
			return f
		}
	}
	return forms[0]
}

func hasKana(s string) bool {
	for _, r := range s {
		if r >= 0x3040 && r <= 0x9fff {
			return true
		}
	}
	return false
}
