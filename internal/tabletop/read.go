package tabletop

import (
	"time"

	"go.yaml.in/yaml/v4"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// Bounds of a tabletop.
const (
	maxModules = 40
	maxWithin  = 4 * time.Hour
)

// usual is how long a question is open, and discussed, where the pack does not
// say.
const (
	usualOpen    = 4 * time.Minute
	usualDiscuss = 5 * time.Minute
)

// Read reads what a pack of kind ttx has beside other packs. It may be played
// only if no finding is an error.
func Read(p *scenario.Pack) (*Tabletop, []scenario.Diagnostic) {
	r := &reader{pack: p, keys: map[string]scenario.Pos{}}
	t := &Tabletop{}
	root, ds := p.LoadFile(File)
	r.ds = ds
	if root == nil {
		return t, r.ds
	}
	o, ok := r.object(root, File, []string{"modules"}, nil)
	if !ok {
		return t, r.ds
	}
	list := o.list("modules")
	if o.vals["modules"] != nil && len(list) == 0 {
		r.report(o.at("modules"), "field.empty", map[string]any{"Field": "modules"})
	}
	for _, n := range list {
		if len(t.Modules) >= maxModules {
			r.report(pos(n), "tabletop.many", map[string]any{"Field": "modules", "Max": maxModules})
			break
		}
		if m, ok := r.module(n); ok {
			t.Modules = append(t.Modules, m)
		}
	}
	return t, r.ds
}

func (r *reader) module(n *yaml.Node) (*Module, bool) {
	o, ok := r.object(n, "modules", []string{"key", "title", "questions"},
		[]string{"at", "pictures", "material", "notes", "expected"})
	if !ok {
		return nil, false
	}
	m := &Module{
		Pos: o.pos, Key: o.key(r.keys), Title: o.text("title"),
		Pictures: o.strs("pictures"), Material: o.strs("material"), Notes: o.text("notes"), Expected: o.texts("expected"),
	}
	m.At, _ = o.duration("at")
	for _, n := range o.list("questions") {
		if q, ok := r.question(n, m.Key); ok {
			m.Questions = append(m.Questions, q)
		}
	}
	if o.vals["questions"] != nil && len(o.list("questions")) == 0 {
		r.report(o.at("questions"), "field.empty", map[string]any{"Field": "questions"})
	}
	return m, true
}

// fieldsOf are those that only questions of some kinds have, and those of them
// that they need.
func fieldsOf(kind string) (required, optional []string) {
	switch kind {
	case exercise.PollSeveral:
		return []string{"options"}, []string{"least", "most"}
	case exercise.PollChoice, exercise.PollRanking, exercise.PollMatrix:
		return []string{"options"}, nil
	case exercise.PollPoints:
		return []string{"options", "share"}, nil
	case exercise.PollScale:
		return []string{"low", "high"}, nil
	}
	return nil, nil
}

// specialFields are those that only questions of some kinds have.
func specialFields() []string { return []string{"options", "least", "most", "low", "high", "share"} }

func (r *reader) question(n *yaml.Node, module string) (*Question, bool) {
	special := specialFields()
	o, ok := r.object(n, "questions", []string{"key", "type", "title"},
		append([]string{"attributed", "open", "discuss", "again", "when", "notes", "expected"}, special...))
	if !ok {
		return nil, false
	}
	q := &Question{
		Pos: o.pos, Discuss: usualDiscuss, Again: o.boolean("again"), Notes: o.text("notes"), Expected: o.texts("expected"),
		Poll: exercise.Poll{
			Key: o.key(r.keys), Module: module, Kind: o.enum("type", exercise.PollKinds()), Title: o.text("title"),
			Attributed: o.boolean("attributed"), Within: exercise.At(usualOpen),
			Least: o.integer("least", 1, exercise.MaxPollOptions), Most: o.integer("most", 1, exercise.MaxPollOptions),
			Low: o.integer("low", -100, 100), High: o.integer("high", -100, 100), Share: o.integer("share", 1, 1000),
		},
	}
	r.fields(o, q.Poll.Kind, special)
	r.times(o, q)
	r.options(o, q)
	r.meaning(o, q)
	if n := o.vals["when"]; n != nil {
		if w, ok := r.object(n, "when", []string{"question", "chosen"}, nil); ok {
			q.When = &When{Pos: w.pos, Question: w.str("question"), Chosen: w.str("chosen")}
		}
	}
	return q, true
}

// fields reports what a question of its kind needs and does not have, and what
// it has and does not need.
func (r *reader) fields(o *object, kind string, special []string) {
	if kind == "" {
		return // reported
	}
	required, optional := fieldsOf(kind)
	fits := map[string]bool{}
	for _, name := range append(required, optional...) {
		fits[name] = true
	}
	for _, name := range required {
		if o.vals[name] == nil {
			r.report(o.pos, "field.missing", map[string]any{"Field": name})
		}
	}
	for _, name := range special {
		if o.vals[name] != nil && !fits[name] {
			r.report(o.at(name), "tabletop.field", map[string]any{"Field": name, "Type": kind})
		}
	}
}

func (r *reader) times(o *object, q *Question) {
	for _, name := range []string{"open", "discuss"} {
		if o.vals[name] == nil {
			continue
		}
		d, ok := o.duration(name)
		if !ok {
			continue
		}
		if d > maxWithin || d <= 0 && name == "open" {
			r.report(o.at(name), "tabletop.time", map[string]any{"Field": name, "Hours": int(maxWithin.Hours())})
			continue
		}
		if name == "open" {
			q.Poll.Within = exercise.At(d)
		} else {
			q.Discuss = d
		}
	}
}

func (r *reader) options(o *object, q *Question) {
	taken := map[string]scenario.Pos{}
	for _, n := range o.list("options") {
		if e, ok := r.object(n, "options", []string{"key", "text"}, []string{"handbook"}); ok {
			q.Poll.Options = append(q.Poll.Options, exercise.PollOption{Key: e.key(taken), Text: e.text("text")})
			r.topic(e, q)
		}
	}
	if o.vals["options"] == nil {
		return
	}
	least := 2
	if q.Poll.Kind == exercise.PollMatrix {
		least = 1
	}
	switch n := len(q.Poll.Options); {
	case n < least:
		r.report(o.at("options"), "field.few", map[string]any{"Field": "options", "Min": least})
	case n > exercise.MaxPollOptions:
		r.report(o.at("options"), "tabletop.many", map[string]any{"Field": "options", "Max": exercise.MaxPollOptions})
	}
}

// topic reads where the handbook keeps what a row of a matrix asks.
func (r *reader) topic(option *object, q *Question) {
	n := option.vals["handbook"]
	if n == nil {
		return
	}
	if q.Poll.Kind != exercise.PollMatrix {
		r.report(pos(n), "tabletop.field", map[string]any{"Field": "handbook", "Type": q.Poll.Kind})
		return
	}
	o, ok := r.object(n, "handbook", []string{"key", "measure"}, []string{"themes"})
	if !ok {
		return
	}
	t := Topic{Key: o.key(map[string]scenario.Pos{}), Measure: o.str("measure"), Themes: o.strs("themes")}
	if q.Topics == nil {
		q.Topics = map[string]Topic{}
	}
	q.Topics[option.str("key")] = t
}

// meaning reports what no question of its kind can mean.
func (r *reader) meaning(o *object, q *Question) {
	p := &q.Poll
	switch p.Kind {
	case exercise.PollScale:
		if o.vals["low"] != nil && o.vals["high"] != nil && p.Low >= p.High {
			r.report(o.at("high"), "tabletop.scale", map[string]any{"Low": p.Low, "High": p.High})
		}
	case exercise.PollSeveral:
		if n := len(p.Options); p.Least > n || p.Most > n || p.Most > 0 && p.Most < p.Least {
			r.report(o.at("most"), "tabletop.several", map[string]any{"Least": max(p.Least, 1), "Most": p.Most, "Options": n})
		}
	case exercise.PollMatrix, exercise.PollCommitment:
		if o.vals["attributed"] == nil {
			p.Attributed = true // it could be nothing else
		} else if !p.Attributed {
			r.report(o.at("attributed"), "tabletop.attributed", map[string]any{"Type": p.Kind})
		}
	}
}
