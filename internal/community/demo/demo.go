// Package demo holds the demo community: ten members of ASEAN and Japan, and one
// that joined later. Its names are facts of 2023 and after; people, addresses and
// numbers are invented and lead nowhere. It may import its domain only.
package demo

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"renkei/internal/community"
)

//go:embed demo.yaml
var file []byte

//go:embed desk.asc
var key string

// Names returns the members and their bodies, without anything invented: what an
// installation can begin with.
func Names() ([]community.Record, error) {
	var lists map[community.Kind][]map[string]any
	if err := yaml.Load(file, &lists); err != nil {
		return nil, fmt.Errorf("demo community: %w", err)
	}
	var all []community.Record
	for _, k := range community.Kinds() {
		for _, entry := range lists[k] {
			body, err := json.Marshal(entry)
			if err != nil {
				return nil, fmt.Errorf("demo community: %w", err)
			}
			rec, err := community.Decode(k, body)
			if err != nil {
				return nil, fmt.Errorf("demo community: %w", err)
			}
			all = append(all, rec)
		}
	}
	// What is a part comes after that of which it is one.
	slices.SortStableFunc(all, func(a, b community.Record) int { return depth(a) - depth(b) })
	return all, nil
}

func depth(r community.Record) int {
	switch r := r.(type) {
	case *community.Member:
		return 0
	case *community.Organisation:
		if r.Parent == "" {
			return 1
		}
	}
	return 2
}

// Records returns Names with two invented points of contact for each member: a
// desk, and a person who is next in the order of escalation.
func Records() ([]community.Record, error) {
	all, err := Names()
	if err != nil {
		return nil, err
	}
	keys, err := community.ReadKeys(key)
	if err != nil {
		return nil, fmt.Errorf("key of the demo community: %w", err)
	}
	zones := map[string]string{}
	desks := map[string]string{} // organisation by member
	for _, r := range all {
		switch r := r.(type) {
		case *community.Member:
			zones[r.ID] = r.Zone
		case *community.Organisation:
			if r.Member != "" && (desks[r.Member] == "" || r.Type == community.CSIRT) {
				desks[r.Member] = r.ID
			}
		}
	}
	for i, member := range slices.Sorted(maps.Keys(desks)) {
		all = append(all, contacts(member, desks[member], zones[member], i, keys)...)
	}
	return all, nil
}

// contacts are the invented points of contact of a member.
func contacts(member, organisation, zone string, i int, keys []community.Key) []community.Record {
	code := strings.ToUpper(member)
	host := organisation + ".example"
	person := &community.Person{
		ID: member + "-officer", TLP: community.Amber, Languages: []string{"en"},
		Name:  community.Text{"en": "Demo Officer (" + code + ")", "ja": "デモ担当官（" + code + "）"},
		Posts: []community.Post{{Organisation: organisation, Title: community.Text{"en": "Head of operations (demo)", "ja": "運用責任者（デモ）"}}},
	}
	desk := &community.Contact{
		ID: member + "-duty", Organisation: organisation, Order: 1, TLP: community.Green, Hours: "24/7", Zone: zone, Languages: []string{"en"},
		Role: community.Text{"en": "Duty desk (demo)", "ja": "当直窓口（デモ）"},
		Channels: []community.Channel{
			{Kind: community.Mail, Value: "duty@" + host},
			{Kind: community.Phone, Value: fmt.Sprintf("+999 %03d 0001", i+1)},
			{Kind: community.Mattermost, Value: "@" + member + "-duty"},
		},
	}
	if member == "jp" {
		desk.Keys = keys
	}
	head := &community.Contact{
		ID: member + "-head", Organisation: organisation, Person: person.ID, Order: 2, TLP: community.Amber,
		Hours: "Mon-Fri 08:30-17:00", Zone: zone, Languages: []string{"en"},
		Role: community.Text{"en": "Head of operations (demo)", "ja": "運用責任者（デモ）"},
		Channels: []community.Channel{
			{Kind: community.Mail, Value: "head@" + host}, {Kind: community.Phone, Value: fmt.Sprintf("+999 %03d 0002", i+1)},
		},
	}
	return []community.Record{person, desk, head}
}

// Changes returns the records as changes of somebody to an empty community.
func Changes(records []community.Record, author, reason string) []community.Change {
	all := make([]community.Change, len(records))
	for i, r := range records {
		all[i] = community.Change{Author: author, Reason: reason, Of: r.Kind(), ID: r.Key(), Record: r}
	}
	return all
}
