package main

import (
	"context"
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/tabletop"
)

// scenarioSchema prints the JSON Schema of a file of the pack.
func scenarioSchema(_ context.Context, e *env, args []string) error {
	f := e.flags("scenario schema", "pack|msel|ttx")
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	if pos[0] == scenario.KindTTX {
		schema, err := tabletop.Schema(e.say)
		if err != nil {
			return err
		}
		_, err = e.out.Write(schema)
		return err
	}
	if known := append(scenario.SchemaFiles(), scenario.KindTTX); !slices.Contains(known, pos[0]) {
		return f.wrong(e.p.T("cli.scenario.schema.unknown", i18n.Args{"Name": pos[0], "Known": strings.Join(known, ", ")}))
	}
	schema, err := scenario.Schema(pos[0], e.say)
	if err != nil {
		return err
	}
	_, err = e.out.Write(schema)
	return err
}

// say gives a text without placeholders.
func (e *env) say(key string) string { return e.p.T(key, nil) }
