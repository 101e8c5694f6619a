package scenario

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// SchemaFiles lists the files of a pack for which Schema gives a schema.
func SchemaFiles() []string { return []string{"pack", "msel"} }

// Schema gives the JSON Schema (2020-12) of pack.yaml or msel.yaml, by the name
// without its ending. say gives the text for a key of the catalogue, under
// "schema.": the title of a map and the description of each field. The schema
// holds shapes: fields, types and values. What only the whole pack can tell is
// for Check.
func Schema(file string, say func(key string) string) ([]byte, error) {
	if !slices.Contains(SchemaFiles(), file) {
		return nil, fmt.Errorf("schema of %q: %w", file, errNoSchema)
	}
	w := schemaWriter{shapes: formatShapes(), say: say, defs: map[string]any{}}
	root := w.object(w.shapes[file])
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$defs"] = w.defs
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write schema of %q: %w", file, err)
	}
	return append(out, '\n'), nil
}

// SchemaKeys lists the keys of the catalogue that the schemas ask for.
func SchemaKeys() []string {
	keys := map[string]bool{}
	for _, s := range formatShapes() {
		keys[titleKey(s)] = true
		for _, f := range s.fields {
			keys[describeKey(s, f)] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

func titleKey(s shape) string { return "schema." + s.name }

// describeKey is where a field is explained: what means the same everywhere is
// explained once.
func describeKey(s shape, f fieldShape) string {
	switch f.name {
	case "key", "title", "tlp", "phase", "for", "branch", "tasks", "replies", "options", "weight", "prevents":
		return "schema.any." + f.name
	}
	of := s.name
	switch of {
	case "task_flow":
		of = "flow"
	case "part":
		of = "task"
	}
	return "schema." + of + "." + f.name
}

type schemaNode = map[string]any

type schemaWriter struct {
	shapes map[string]shape
	say    func(string) string
	defs   map[string]any
}

func (w *schemaWriter) object(s shape) schemaNode {
	props, required := schemaNode{}, []string{}
	for _, f := range s.fields {
		p := w.field(f)
		p["title"] = f.name
		p["description"] = w.say(describeKey(s, f))
		props[f.name] = p
		if f.required {
			required = append(required, f.name)
		}
	}
	o := schemaNode{"type": "object", "title": w.say(titleKey(s)), "properties": props, "additionalProperties": false}
	if len(required) > 0 {
		o["required"] = required
	}
	if rules := rulesOf(s.name); rules != nil {
		o["allOf"] = rules
	}
	return o
}

// ref gives a map of its own under $defs, once.
func (w *schemaWriter) ref(name string) schemaNode {
	if _, done := w.defs[name]; !done {
		w.defs[name] = nil // it may hold itself
		w.defs[name] = w.object(w.shapes[name])
	}
	return schemaNode{"$ref": "#/$defs/" + name}
}

// momentPattern is durationPattern for something that is not empty.
const momentPattern = `^(\d{1,6}h(\d{1,6}m)?(\d{1,6}s)?|\d{1,6}m(\d{1,6}s)?|\d{1,6}s)$`

// timestampPattern is a moment after RFC 3339.
const timestampPattern = `\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})`

// scalar is any plain value, as YAML reads `443`, `1.0` and `yes`; texts of
// white space alone are empty.
func scalar() schemaNode {
	return schemaNode{"type": []string{"string", "number", "boolean"}, "pattern": `\S`}
}

func matching(pattern string) schemaNode { return schemaNode{"type": "string", "pattern": pattern} }

func listOf(n schemaNode, least int) schemaNode {
	list := schemaNode{"type": "array", "items": n}
	if least > 0 {
		list["minItems"] = least
	}
	return list
}

func mapOf(n schemaNode) schemaNode { return schemaNode{"type": "object", "additionalProperties": n} }

func anyOf(all ...schemaNode) schemaNode { return schemaNode{"anyOf": all} }

func formsSchema() schemaNode {
	byLang := mapOf(listOf(scalar(), 0))
	byLang["minProperties"] = 1
	return anyOf(listOf(scalar(), 1), byLang)
}

func (w *schemaWriter) field(f fieldShape) schemaNode {
	switch f.sort {
	case sortText:
		return anyOf(scalar(), mapOf(scalar()))
	case sortForms:
		return formsSchema()
	case sortMentions:
		return listOf(formsSchema(), 0)
	case sortGroups:
		return anyOf(formsSchema(), listOf(formsSchema(), 1))
	case sortStrings:
		return listOf(scalar(), 0)
	case sortLanguages:
		return listOf(matching(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`), f.least)
	case sortOneOrMany:
		return anyOf(scalar(), listOf(scalar(), 0))
	case sortVars:
		vars := mapOf(anyOf(scalar(), mapOf(scalar())))
		vars["propertyNames"] = schemaNode{"pattern": keyPattern.String(), "not": schemaNode{"enum": reservedNames()}}
		return vars
	case sortFlow:
		return anyOf(scalar(), w.ref("task_flow"))
	case sortObject:
		return schemaNode{"allOf": []schemaNode{w.ref(f.of)}}
	case sortObjects:
		return listOf(w.ref(f.of), f.least)
	default:
		return plain(f)
	}
}

// plain is the schema of a single value.
func plain(f fieldShape) schemaNode {
	switch f.sort {
	case sortKey:
		return schemaNode{"type": []string{"string", "boolean"}, "pattern": keyPattern.String()}
	case sortNumber, sortInteger:
		kind := map[sort]string{sortNumber: "number", sortInteger: "integer"}[f.sort]
		return schemaNode{"type": kind, "minimum": f.min, "maximum": f.max}
	case sortBool:
		return schemaNode{"type": "boolean"}
	case sortMoment:
		return matching(momentPattern)
	case sortDuration:
		positive := matching(momentPattern)
		positive["allOf"] = []schemaNode{{"pattern": "[1-9]"}}
		return positive
	case sortSize:
		return matching(sizePattern.String())
	case sortTolerance:
		either := "(" + tolerancePattern.String() + ")|(" + momentPattern + ")"
		return schemaNode{"type": []string{"string", "number"}, "pattern": either, "minimum": 0}
	case sortInstant:
		return anyOf(matching(`^startex([+-]`+strings.Trim(momentPattern, "^$")+`)?$`), matching("^"+timestampPattern+"$"))
	case sortTime:
		return matching("^" + timestampPattern + "$")
	case sortAfter:
		after := scalar()
		after["pattern"] = `^\s*[^\s+]+\s*(\+\s*(\d{1,6}h)?(\d{1,6}m)?(\d{1,6}s)?\s*)?$`
		return after
	case sortEnum:
		return enumSchema(f.values)
	default:
		return scalar()
	}
}

// enumSchema gives the values, and patterns for those that begin a key.
func enumSchema(values []string) schemaNode {
	var plain []string
	var all []schemaNode
	for _, v := range values {
		if v[len(v)-1] == ':' {
			all = append(all, matching("^"+v+".*$"))
		} else {
			plain = append(plain, v)
		}
	}
	if all == nil {
		return schemaNode{"enum": plain}
	}
	return anyOf(append([]schemaNode{{"enum": plain}}, all...)...)
}

// rulesOf gives what holds between the fields of a map.
func rulesOf(name string) []schemaNode {
	switch name {
	case "task":
		return taskRules()
	case "inject":
		return injectRules()
	case "decision":
		return append([]schemaNode{needsOne("at", "after")}, exclude("at", "after")...)
	case "flow", "task_flow":
		return exclude("what", "relay")
	case "part":
		return append(wantRules(), needsOne(wantKinds()...))
	case "file_rule":
		return []schemaNode{{"minProperties": 1}}
	case "form_part":
		choice := schemaNode{"required": []string{"kind"}, "properties": schemaNode{"kind": schemaNode{"const": PartChoice}}}
		return []schemaNode{{
			"if": choice, "then": schemaNode{"required": []string{"options"}}, "else": schemaNode{"properties": schemaNode{"options": false}},
		}}
	default:
		return nil
	}
}

func needsOne(fields ...string) schemaNode {
	var all []schemaNode
	for _, f := range fields {
		all = append(all, schemaNode{"required": []string{f}})
	}
	return anyOf(all...)
}

// exclude lets at most one of the fields stand.
func exclude(fields ...string) (all []schemaNode) {
	for i, a := range fields {
		for _, b := range fields[i+1:] {
			all = append(all, schemaNode{"not": schemaNode{"required": []string{a, b}}})
		}
	}
	return all
}

func injectRules() []schemaNode {
	rules := append(exclude("at", "after", "since"), needsOne("at", "after", "when", "branch", "since", "within", "delay"))
	return append(rules, schemaNode{"dependentRequired": map[string][]string{"since": {"when"}, "within": {"when"}, "delay": {"when"}}})
}

// taskRules gives each type of task its fields.
func taskRules() (rules []schemaNode) {
	for _, kind := range taskTypes() {
		sh, then := typeShapeOf(kind), schemaNode{}
		if len(sh.required) > 0 {
			then["required"] = sh.required
		}
		if len(sh.anyOf) > 0 {
			then["anyOf"] = needsOne(sh.anyOf...)["anyOf"]
		}
		barred := schemaNode{}
		for _, f := range typeFields() {
			if !slices.Contains(slices.Concat(sh.required, sh.anyOf, sh.optional), f) {
				barred[f] = false
			}
		}
		then["properties"] = barred
		is := schemaNode{"required": []string{"type"}, "properties": schemaNode{"type": schemaNode{"const": kind}}}
		rules = append(rules, schemaNode{"if": is, "then": then})
	}
	return append(rules, wantRules()...)
}

// wantRules give what belongs to a kind of key where that stands.
func wantRules() (rules []schemaNode) {
	for _, f := range wantNeeds() {
		rules = append(rules, schemaNode{"if": schemaNode{"required": []string{f.field}}, "then": needsOne(f.one...)})
	}
	return rules
}
