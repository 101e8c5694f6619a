package msel

import (
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

// sort says what stands in a field.
type sort uint8

const (
	sortText  sort = iota // as it is written
	sortTime              // since STARTEX
	sortSpan              // a length of time
	sortAfter             // a key and a delay
	sortList
	sortPhase
	sortFrom
	sortTo
	sortTLP
	sortEnum
)

// field is a column of the MSEL.
type field struct {
	name string
	sort sort
	lang bool   // one column for each language of the pack
	def  string // what holds where nothing is written
	file bool   // stands in the text file of the inject, not in msel.yaml
}

// fields are all columns, in the order in which they are written.
func fields() []field {
	return []field{
		{name: "key"},
		{name: "at", sort: sortTime},
		{name: "after", sort: sortAfter},
		{name: "title", lang: true},
		{name: "phase", sort: sortPhase},
		{name: "from", sort: sortFrom},
		{name: "to", sort: sortTo},
		{name: "subject", lang: true, file: true},
		{name: "text", lang: true, file: true},
		{name: "expected", lang: true},
		{name: "controller"},
		{name: "notes", lang: true},
		{name: "tlp", sort: sortTLP, def: scenario.TLPAmber.String()},
		{name: "for", sort: sortList},
		{name: "attachments", sort: sortList},
		{name: "kind", sort: sortEnum, def: scenario.KindContextual},
		{name: "mode", sort: sortEnum, def: "email"},
		{name: "delivery", lang: true},
		{name: "objectives", sort: sortList},
		{name: "branch"},
		{name: "when"},
		{name: "since"},
		{name: "within", sort: sortSpan},
		{name: "delay", sort: sortSpan},
		{name: "unless"},
	}
}

// fieldOf finds a field by a name such as "at" or "title.ja".
func fieldOf(name string) (f field, lang string, ok bool) {
	base, lang, _ := strings.Cut(name, ".")
	i := slices.IndexFunc(fields(), func(f field) bool { return f.name == base })
	if i < 0 || lang != "" && !fields()[i].lang {
		return field{}, "", false
	}
	return fields()[i], lang, true
}

// names are the columns of a pack with these languages.
func names(langs []string) []string {
	var all []string
	for _, f := range fields() {
		if !f.lang {
			all = append(all, f.name)
			continue
		}
		for _, lang := range langs {
			all = append(all, f.name+"."+lang)
		}
	}
	return all
}
