package programmepages

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/i18n"
	"renkei/internal/programme"
	"renkei/internal/web"
)

// languages are those in which forms ask for texts; those in others stay as they
// are.
func languages() []string { return i18n.Languages() }

// input is how a field of a record is entered.
type input int

const (
	line    input = iota // one line
	texts                // a text in each language
	long                 // the same, of several lines
	list                 // a name in each line
	choice               // one of a list
	number               // a whole number
	yes                  // yes or no
	several              // any of a list
	tree                 // JSON
)

// field is a field of a record in its form. Its name is the key of the record's
// JSON; of a field within another, with a dot.
type field struct {
	name    string
	input   input
	options func(*request) []option
}

type option struct{ value, text string }

// fields are those of a kind of record, in the order of its form.
func fields(k programme.Kind) []field {
	head := []field{{"title", texts, nil}}
	tail := []field{{"note", long, nil}, {"source.title", texts, nil}, {"source.url", line, nil}, {"uncertain", yes, nil}}
	var own []field
	switch k {
	case programme.KindActivity:
		own = []field{
			{"type", choice, named("programme.type.", programme.Types(), false)},
			{"about", long, nil},
			{"begun", line, nil},
			{"ended", line, nil},
			{"each", texts, nil},
			{"hosts", list, nil},
			{"leads", list, nil},
			{"members", list, nil},
			{"partners", several, partners},
			{"budget", texts, nil},
			{"series.prefix", line, nil},
			{"series.fixed", list, nil},
			{"series.rotation", list, nil},
		}
	case programme.KindEvent:
		own = []field{
			{"activity", choice, records(programme.KindActivity)},
			{"type", choice, named("programme.type.", programme.Types(), false)},
			{"status", choice, named("programme.status.", programme.Statuses(), false)},
			{"begin", line, nil},
			{"end", line, nil},
			{"place", texts, nil},
			{"mode", choice, named("programme.mode.", programme.Modes(), true)},
			{"hosts", list, nil},
			{"members", list, nil},
			{"others", texts, nil},
			{"partners", several, partners},
			{"result", long, nil},
			{"exercise", choice, exercises},
			{"comcheck", choice, comchecks},
			{"invite", yes, nil},
		}
	case programme.KindFigure:
		own = []field{
			{"rule", choice, named("web.programme.rule.", programme.Rules(), false)},
			{"of", choice, records(programme.KindActivity, programme.KindEvent)},
			{"unit", texts, nil},
			{"as_of", line, nil},
			{"in_year", yes, nil},
			{"value", number, nil},
			{"bound", choice, named("web.programme.bound.", programme.Bounds(), true)},
			{"stated_by", line, nil},
			{"stated_in", texts, nil},
		}
	case programme.KindAgreement:
		own = []field{{"parties", list, nil}, {"partners", several, partners}, {"signed", line, nil}, {"until", line, nil}, {"place", texts, nil}, {"activity", choice, records(programme.KindActivity)}, {"aim", long, nil}, {"outcome", long, nil}}
	case programme.KindDecision:
		own = []field{
			{"meeting", choice, records(programme.KindEvent)},
			{"activity", choice, records(programme.KindActivity)},
			{"verdict", choice, named("programme.verdict.", programme.Verdicts(), true)},
			{"text", long, nil},
			{"body", line, nil},
			{"member", line, nil},
			{"due", line, nil},
			{"tlp", choice, labels},
		}
	case programme.KindAction:
		own = []field{{"text", long, nil}, {"body", line, nil}, {"member", line, nil}, {"due", line, nil}, {"tlp", choice, labels}}
	case programme.KindErratum:
		own = []field{{"edition", choice, records(programme.KindEdition)}, {"on", line, nil}, {"wrong", long, nil}, {"right", long, nil}}
	case programme.KindAward:
		own = []field{{"to", texts, nil}, {"member", line, nil}, {"on", line, nil}, {"event", choice, records(programme.KindEvent)}, {"reason", long, nil}, {"consent", yes, nil}}
	case programme.KindMessage:
		own = []field{{"by", texts, nil}, {"as_of", line, nil}, {"text", long, nil}}
	case programme.KindEdition:
		own = []field{{"as_of", line, nil}, {"theme", texts, nil}, {"notice", long, nil}, {"handbook", line, nil}, {"sections", tree, nil}}
	}
	return slices.Concat(head, own, tail)
}

// named are the options of a vocabulary, each with its word in the texts.
func named[T ~string](prefix string, values []T, none bool) func(*request) []option {
	return func(r *request) (all []option) {
		if none {
			all = append(all, option{"", "—"})
		}
		for _, v := range values {
			all = append(all, option{string(v), r.Printer.T(prefix + string(v))})
		}
		return all
	}
}

// labels are the options of a TLP label that a whole meeting may read.
func labels(*request) []option {
	all := []option{{"", "—"}}
	for _, t := range programme.Shown() {
		all = append(all, option{string(t), "TLP:" + string(t)})
	}
	return all
}

// formed are the kinds of records that have a form of their own; those that
// belong to a meeting are made on its page.
func formed() []programme.Kind {
	return []programme.Kind{
		programme.KindActivity, programme.KindEvent, programme.KindFigure, programme.KindAgreement, programme.KindDecision, programme.KindMessage, programme.KindEdition, programme.KindAward,
		programme.KindErratum,
	}
}

// records are the options of a field that names a record.
func records(kinds ...programme.Kind) func(*request) []option {
	return func(r *request) []option {
		all := []option{{"", "—"}}
		for _, k := range kinds {
			switch k {
			case programme.KindActivity:
				for _, a := range r.records.Activities() {
					all = append(all, option{a.ID, r.say(a.Title)})
				}
			case programme.KindEdition:
				for _, e := range r.records.Editions() {
					all = append(all, option{e.ID, e.ID + " " + r.say(e.Title)})
				}
			case programme.KindEvent:
				for _, e := range r.records.Events("") {
					all = append(all, option{e.ID, r.say(e.Title) + " " + programme.When(r.Printer, e.Begin, e.End)})
				}
			}
		}
		return all
	}
}

// editing is a form with what it held at first.
type editing struct {
	kind   programme.Kind
	id     string // "" for a new record
	base   int64
	fields []field
	values map[string]any
}

const formID = "record"

func (e *editing) path() string {
	return strings.TrimSuffix(home+"/save/"+string(e.kind)+"/"+web.Escape(e.id), "/")
}

func (r *request) editing() (*editing, error) {
	e := &editing{kind: programme.Kind(r.PathValue("kind")), id: r.PathValue("id"), values: map[string]any{}}
	if !slices.Contains(formed(), e.kind) && (e.kind != programme.KindAction || e.id == "") {
		return nil, web.ErrNotFound
	}
	e.fields = fields(e.kind)
	rec := programme.New(e.kind)
	if e.id != "" {
		var err error
		if rec, err = r.record(); err != nil {
			return nil, err
		}
		e.base = r.records.LastOf(e.kind, e.id)
	}
	if err := r.offerPlayed(rec); err != nil {
		return nil, err
	}
	raw, err := programme.Encode(rec)
	if err != nil {
		return nil, err
	}
	return e, json.Unmarshal(raw, &e.values)
}

// at is the value at a name with dots.
func at(values map[string]any, name string) any {
	first, rest, more := strings.Cut(name, ".")
	if !more {
		return values[first]
	}
	within, _ := values[first].(map[string]any)
	return at(within, rest)
}

// put sets the value at a name with dots; nil takes it away.
func put(values map[string]any, name string, value any) {
	first, rest, more := strings.Cut(name, ".")
	if more {
		within, ok := values[first].(map[string]any)
		if !ok {
			within = map[string]any{}
			values[first] = within
		}
		put(within, rest, value)
		return
	}
	if value == nil {
		delete(values, first)
		return
	}
	values[first] = value
}

// shown is what a field holds in the form at first.
func (e *editing) shown(f *field, lang string) string {
	switch v := at(e.values, f.name).(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case map[string]any:
		text, _ := v[lang].(string)
		return text
	case []any:
		if f.input == tree {
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			_ = enc.Encode(v) // it was JSON
			return strings.TrimSpace(b.String())
		}
		var lines []string
		for _, entry := range v {
			if s, ok := entry.(string); ok {
				lines = append(lines, s)
			}
		}
		return strings.Join(lines, "\n")
	}
	return ""
}

// chosen reports whether a field of several holds a value.
func (e *editing) chosen(f *field, value string) bool {
	all, _ := at(e.values, f.name).([]any)
	return slices.Contains(all, any(value))
}

func (e *editing) isYes(f *field) bool {
	v, _ := at(e.values, f.name).(bool)
	return v
}

func showForm(r *request) error {
	e, err := r.editing()
	if err != nil {
		return err
	}
	return r.Show(r.Status(), formPage(r, e))
}

// save keeps what was entered. An id is given once.
func save(r *request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	e, err := r.editing()
	if err != nil {
		return err
	}
	change := programme.Change{Author: r.Access.Person, Reason: strings.TrimSpace(r.PostFormValue("reason")), Of: e.kind}
	back := home + "/edit/" + string(e.kind) + "/" + web.Escape(e.id)
	if e.id == "" {
		back = home + "/new/" + string(e.kind)
		put(e.values, "id", strings.TrimSpace(r.PostFormValue("id")))
	}
	err = r.fill(e)
	if err == nil {
		change.Record, err = decode(e)
	}
	if err == nil {
		err = r.refuseOffered(change.Record)
	}
	if err == nil {
		change.ID = change.Record.Key()
		if change.Base, err = strconv.ParseInt(cmp.Or(r.PostFormValue("base"), "0"), 10, 64); err != nil {
			return web.ErrForm
		}
		_, err = r.pages.store.Apply(r.Context(), r.now, change)
	}
	if err != nil {
		return r.Redisplay(err, formID, back, func() error { return showForm(r) })
	}
	return r.RedirectWith(pathOf(refer(change.Record)), "programme.saved")
}

func decode(e *editing) (programme.Record, error) {
	raw, err := json.Marshal(e.values)
	if err != nil {
		return nil, err
	}
	return programme.Decode(e.kind, raw)
}

// fill puts what was entered into the values.
func (r *request) fill(e *editing) error {
	for _, f := range e.fields {
		text := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(f.name), "\r\n", "\n"))
		switch f.input {
		case texts, long:
			for _, lang := range languages() {
				words := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(f.name+"."+lang), "\r\n", "\n"))
				put(e.values, f.name+"."+lang, orNil(words))
			}
		case list:
			put(e.values, f.name, lines(text))
		case several:
			put(e.values, f.name, r.PostForm[f.name])
		case yes:
			put(e.values, f.name, text == "yes")
		case number:
			n, err := strconv.ParseInt(cmp.Or(text, "0"), 10, 64)
			if err != nil {
				return &web.UserError{Text: r.T("programme.form.number", web.Args("Value", text))}
			}
			put(e.values, f.name, n)
		case tree:
			var v []programme.Section
			dec := json.NewDecoder(strings.NewReader(cmp.Or(text, "[]")))
			dec.DisallowUnknownFields()
			if err := dec.Decode(&v); err != nil {
				return &web.UserError{Text: r.T("programme.form.json", web.Args("Cause", err.Error()))}
			}
			put(e.values, f.name, v)
		default:
			put(e.values, f.name, orNil(text))
		}
	}
	return nil
}

func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// lines are the lines of a text that hold something.
func lines(text string) []string {
	var all []string
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			all = append(all, l)
		}
	}
	return all
}

func remove(r *request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	rec, err := r.record()
	if err != nil {
		return err
	}
	base, err := strconv.ParseInt(r.PostFormValue("base"), 10, 64)
	if err != nil {
		return web.ErrForm
	}
	_, err = r.pages.store.Apply(r.Context(), r.now, programme.Change{
		Author: r.Access.Person, Reason: strings.TrimSpace(r.PostFormValue("reason")), Of: rec.Kind(), ID: rec.Key(), Base: base,
	})
	if err != nil {
		back := home + "/edit/" + string(rec.Kind()) + "/" + web.Escape(rec.Key())
		return r.Redisplay(err, "remove", back, func() error { return showForm(r) })
	}
	return r.RedirectWith(home, "programme.removed")
}

// hint is what a field's form explains.
func (r *request) hint(f *field) string {
	switch f.name {
	case "begun", "ended", "begin", "end", "signed", "until", "as_of":
		return "2023 / 2023-10 / 2023-10-05"
	case "sections":
		return r.T("programme.form.sections.help")
	}
	return ""
}

func label(f *field) string { return "programme.form." + strings.ReplaceAll(f.name, ".", "_") }

// rows is how high the field is.
func (f *field) rows() string {
	if f.input == tree {
		return "24"
	}
	return "4"
}

// described ties a field to what explains it.
func (r *request) described(f *field) templ.Attributes {
	if r.hint(f) == "" {
		return nil
	}
	return templ.Attributes{"aria-describedby": f.name + "-hint"}
}

// formTitle is what the form of a record is called.
func (r *request) formTitle(e *editing) string {
	if e.id == "" {
		return r.T("programme.new", web.Args("Kind", r.p("kind."+string(e.kind))))
	}
	return r.nameOf(programme.Reference{Kind: e.kind, ID: e.id})
}
