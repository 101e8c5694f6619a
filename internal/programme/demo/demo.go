// Package demo holds a programme to try the program with: what a public report
// of 2023 and public pages say, restated, and the plan of a report of that year.
// It is domain and reads nothing but its own files. Start reading at [Changes].
package demo

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v4"

	"renkei/internal/programme"
)

//go:embed 2023.yaml
var file []byte

// Records returns the demo programme, each record after those that it names. An
// error means a broken build.
func Records() ([]programme.Record, error) {
	var lists map[programme.Kind][]map[string]any
	if err := yaml.Load(file, &lists); err != nil {
		return nil, fmt.Errorf("demo programme: %w", err)
	}
	var all []programme.Record
	for _, k := range programme.Kinds() {
		for _, entry := range lists[k] {
			body, err := json.Marshal(entry)
			if err != nil {
				return nil, fmt.Errorf("demo programme: %w", err)
			}
			rec, err := programme.Decode(k, body)
			if err != nil {
				return nil, fmt.Errorf("demo programme: %w", err)
			}
			all = append(all, rec)
		}
	}
	return all, nil
}

// Changes returns the records as changes of somebody to an empty programme.
func Changes(author, reason string) ([]programme.Change, error) {
	records, err := Records()
	if err != nil {
		return nil, err
	}
	all := make([]programme.Change, len(records))
	for i, r := range records {
		all[i] = programme.Change{Author: author, Reason: reason, Of: r.Kind(), ID: r.Key(), Record: r}
	}
	return all, nil
}
