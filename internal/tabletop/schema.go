package tabletop

import (
	"encoding/json"
	"fmt"
	"slices"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

type node = map[string]any

// Schema gives the JSON Schema (2020-12) of tabletop.yaml, by which editors
// complete and explain its fields. say gives the text for a key of the catalogue.
// The schema holds shapes: what only the whole pack can tell is for Check.
func Schema(say func(key string) string) ([]byte, error) {
	w := &schema{say: say}
	root := w.object("file", []string{"modules"}, node{"modules": list(ref("module"), 1, maxModules)})
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	question := w.object("question", []string{"key", "type", "title"}, questionFields())
	question["allOf"] = byType()
	root["$defs"] = node{
		"module": w.object("module", []string{"key", "title", "questions"}, node{
			"key": key(), "title": text(), "at": duration(), "pictures": list(word(), 0, 0), "material": list(word(), 0, 0),
			"notes": text(), "expected": list(text(), 0, 0), "questions": list(ref("question"), 1, 0),
		}),
		"question": question,
		"option":   w.object("option", []string{"key", "text"}, node{"key": key(), "text": text(), "handbook": ref("topic")}),
		"topic":    w.object("topic", []string{"key", "measure"}, node{"key": key(), "measure": word(), "themes": list(word(), 0, 0)}),
		"when":     w.object("when", []string{"question", "chosen"}, node{"question": word(), "chosen": word()}),
	}
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write schema of %s: %w", File, err)
	}
	return append(out, '\n'), nil
}

func questionFields() node {
	return node{
		"key": key(), "type": node{"enum": exercise.PollKinds()}, "title": text(), "attributed": node{"type": "boolean"},
		"open": duration(), "discuss": duration(), "again": node{"type": "boolean"}, "when": ref("when"),
		"notes": text(), "expected": list(text(), 0, 0), "options": list(ref("option"), 1, exercise.MaxPollOptions),
		"least": whole(1, exercise.MaxPollOptions), "most": whole(1, exercise.MaxPollOptions),
		"low": whole(-100, 100), "high": whole(-100, 100), "share": whole(1, 1000),
	}
}

// byType says which fields a question of a type needs and which it does not have.
func byType() (rules []node) {
	for _, kind := range exercise.PollKinds() {
		required, optional := fieldsOf(kind)
		props := node{}
		for _, name := range specialFields() {
			if !slices.Contains(required, name) && !slices.Contains(optional, name) {
				props[name] = false
			}
		}
		then := node{"properties": props}
		if len(required) > 0 {
			then["required"] = required
		}
		rules = append(rules, node{
			"if":   node{"properties": node{"type": node{"const": kind}}, "required": []string{"type"}},
			"then": then,
		})
	}
	return rules
}

type schema struct{ say func(string) string }

// object is a map with its fields and what they mean.
func (w *schema) object(name string, required []string, fields node) node {
	for field, f := range fields {
		fields[field] = node{"allOf": []any{f}, "title": field, "description": w.say("tabletop.schema." + name + "." + field)}
	}
	return node{
		"type": "object", "title": w.say("tabletop.schema." + name), "required": required,
		"properties": fields, "additionalProperties": false,
	}
}

func ref(name string) node { return node{"$ref": "#/$defs/" + name} }

func list(of node, least, most int) node {
	n := node{"type": "array", "items": of}
	if least > 0 {
		n["minItems"] = least
	}
	if most > 0 {
		n["maxItems"] = most
	}
	return n
}

// word is any plain value, as YAML reads `443` and `yes`.
func word() node { return node{"type": []string{"string", "number", "boolean"}} }

func key() node { return node{"type": []string{"string", "boolean"}, "pattern": scenario.KeyPattern()} }

func text() node {
	return node{"anyOf": []node{word(), {"type": "object", "additionalProperties": word()}}}
}

func duration() node { return node{"type": "string", "pattern": scenario.DurationPattern()} }

func whole(least, most int) node {
	return node{"type": "integer", "minimum": least, "maximum": most}
}
