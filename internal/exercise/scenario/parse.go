package scenario

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v4"
)

// Format is the format of packs that this package reads.
const Format = "renkei/1"

// Kinds of exercises that a pack of this format describes: exercises between
// teams, and tabletops, whose questions an area of their own reads.
const (
	KindRCX = "rcx"
	KindTTX = "ttx"
)

// Names of the two files that hold the structure of a pack.
const (
	packFile = "pack.yaml"
	mselFile = "msel.yaml"
)

// Parse reads the files of a pack (path to bytes; nil bytes stand for a file
// that Read refused). It returns every error of syntax and shape at once,
// sorted by place. The pack is nil when pack.yaml cannot be read at all;
// otherwise it holds what could be read, with the defaults of the format, and
// may be played only if no diagnostic is an error.
func Parse(files map[string][]byte) (*Pack, []Diagnostic) {
	pack := &Pack{Files: files, src: &source{marks: map[markKey]Pos{}, broken: map[string]bool{}}}
	p := &parser{pack: pack, keys: map[string]map[string]Pos{}, shapes: formatShapes()}
	usable := false
	if root := p.load(packFile); root != nil {
		usable = p.packYAML(root)
	}
	_, hasMSEL := files[mselFile]
	if !hasMSEL && pack.Kind == KindTTX {
		// A tabletop can do without injects.
	} else if root := p.load(mselFile); root != nil {
		p.mselYAML(root)
	} else {
		p.brokenMSEL()
	}
	pack.Reindex()
	pack.inherit()
	sortDiagnostics(p.ds)
	if !usable {
		return nil, p.ds
	}
	return pack, p.ds
}

// brokenMSEL keeps Check from drawing conclusions from what is not there.
func (p *parser) brokenMSEL() {
	for _, kind := range []string{"injects", "tasks", "flows", "decisions", "branches"} {
		p.pack.src.broken[kind] = true
	}
}

func (p *parser) packYAML(root *yaml.Node) bool {
	o, ok := p.object(root, packFile, "pack")
	if !ok {
		return false
	}
	k := p.pack
	k.Languages = o.languages("languages") // first: texts are checked against it
	k.Format = o.enum("format", "")
	if o.has("key") {
		k.Key = o.key("pack", "pack")
	}
	k.Version = o.str("version")
	k.Kind = o.enum("kind", "")
	k.Title = o.text("title")
	k.Summary = o.text("summary")
	k.Authors = o.strs("authors")
	k.Licence = o.str("licence")
	k.TLP = o.tlp("tlp", TLPNone)
	k.Duration, _ = o.duration("duration", true)
	k.Startex = o.time("startex")
	k.Phases = defaultPhases()
	if o.has("phases") {
		k.Phases = p.phases(o)
	}
	p.objectives(o)
	p.personas(o)
	p.roles(o)
	p.units(o)
	o.objects("real_hosts", func(e *object) {
		k.RealHosts = append(k.RealHosts, RealHost{Pos: e.pos, Name: e.str("name"), Reason: e.str("reason")})
	})
	return true
}

func defaultPhases() []Phase {
	return []Phase{
		{Key: "recognise", Title: Text{"en": "Recognise", "ja": "認知"}},
		{Key: "inform", Title: Text{"en": "Inform", "ja": "情報展開"}},
		{Key: "analyse", Title: Text{"en": "Analyse", "ja": "分析"}},
		{Key: "respond", Title: Text{"en": "Respond", "ja": "対処"}},
	}
}

func (p *parser) phases(o *object) (all []Phase) {
	o.objects("phases", func(e *object) {
		all = append(all, Phase{Pos: e.pos, Key: e.key("phases", "phases"), Title: e.text("title")})
	})
	return all
}

func (p *parser) objectives(o *object) {
	o.objects("objectives", func(e *object) {
		obj := Objective{
			Pos: e.pos, Key: e.key("objectives", "objectives"),
			Title: e.text("title"), Capability: e.text("capability"), Reference: e.text("reference"),
		}
		e.objects("critical_tasks", func(c *object) {
			obj.CriticalTasks = append(obj.CriticalTasks,
				CriticalTask{Pos: c.pos, Key: c.key("critical_tasks", "critical_tasks"), Title: c.text("title")})
		})
		p.pack.Objectives = append(p.pack.Objectives, obj)
	})
	if p.pack.src.broken["objectives"] {
		p.pack.src.broken["critical_tasks"] = true
	}
}

func (p *parser) personas(o *object) {
	o.objects("personas", func(e *object) {
		p.pack.Personas = append(p.pack.Personas, &Persona{
			Pos: e.pos, Key: e.key("personas", "personas"),
			Name: e.text("name"), Role: e.text("role"), Address: e.str("address"), Replies: p.replies(e),
		})
	})
}

// defaultReplyDelay is how long a persona takes to answer.
const defaultReplyDelay = time.Minute

func (p *parser) replies(o *object) (all []*Reply) {
	o.objects("replies", func(e *object) {
		r := &Reply{
			Pos: e.pos, Key: e.key("replies", "replies"), Ask: e.forms("ask"), Match: e.forms("match"),
			Text: e.text("text"), Delay: defaultReplyDelay, Once: e.boolean("once"), Auto: e.boolean("auto"),
		}
		if d, ok := e.duration("delay", false); ok {
			r.Delay = d
		}
		all = append(all, r)
	})
	return all
}

func (p *parser) roles(o *object) {
	o.objects("roles", func(e *object) {
		p.pack.Roles = append(p.pack.Roles, Role{
			Pos: e.pos, Key: e.key("roles", "roles"), Title: e.text("title"), About: e.text("about"),
		})
	})
}

func (p *parser) units(o *object) {
	k := &p.pack.Units
	k.Min = 1
	if !o.has("units") {
		return
	}
	u, ok := p.object(o.vals["units"], "units", "units")
	if !ok {
		for _, kind := range []string{"min", "vars", "cells"} {
			p.pack.src.broken[kind] = true
		}
		return
	}
	before := len(p.ds)
	k.Min = u.integer("min", 1)
	p.pack.src.broken["min"] = len(p.ds) > before
	if n := u.vals["vars"]; n != nil {
		p.vars(n)
	}
	u.objects("cells", func(e *object) {
		k.Cells = append(k.Cells, Cell{Pos: e.pos, Key: e.key("cells", "cells"), Name: e.text("name")})
	})
}

func (p *parser) vars(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		p.report(n, codeTypeMap, map[string]any{"Field": "vars"})
		p.pack.src.broken["vars"] = true
		return
	}
	p.pairs(n, func(k, v *yaml.Node) {
		p.claim(k, k.Value, "vars")
		if slices.Contains(reservedNames(), k.Value) {
			p.report(k, codeVarReserved, map[string]any{"Name": k.Value})
		}
		e := &object{p: p, node: k, pos: p.pos(k)}
		p.pack.Units.Vars = append(p.pack.Units.Vars, Var{Pos: e.pos, Name: k.Value, Value: e.textOf(v, "value")})
	})
}

// inherit fills in what an element takes from another one.
func (p *Pack) inherit() {
	for _, f := range p.Flows {
		after := p.InjectByKey(f.After)
		if after == nil {
			continue
		}
		if f.TLP == TLPNone {
			f.TLP = after.TLP
		}
		if f.Phase == "" {
			f.Phase = after.Phase
		}
	}
}
