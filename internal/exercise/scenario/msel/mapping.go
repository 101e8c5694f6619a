package msel

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"go.yaml.in/yaml/v4"

	"renkei/internal/sheet"
)

// Mapping says how a spreadsheet is read. It is kept in a small YAML file, so
// that nobody is asked twice.
type Mapping struct {
	Sheet    string            `yaml:"sheet,omitempty"`    // "": the one with the most known heads
	Head     int               `yaml:"head,omitempty"`     // row of the heads, from 1; 0: found
	Columns  map[string]string `yaml:"columns,omitempty"`  // field -> head
	Notes    []string          `yaml:"notes,omitempty"`    // heads of columns that are kept as notes
	Ignore   []string          `yaml:"ignore,omitempty"`   // heads of columns that are left out
	Language string            `yaml:"language,omitempty"` // of texts whose head names none
	Times    Times             `yaml:"times,omitempty"`
	// Values gives for a field what its cells stand for: {to: {Everybody: teams}}.
	Values map[string]map[string]string `yaml:"values,omitempty"`
}

// Times says how times are meant.
type Times struct {
	Startex string `yaml:"startex,omitempty"` // date, time and zone; "": that of the pack
	Unit    string `yaml:"unit,omitempty"`    // of a bare number: minutes or hours
	Order   string `yaml:"order,omitempty"`   // of a date: dmy or mdy
	Clock   string `yaml:"clock,omitempty"`   // what 9:30 is: day (time of day) or elapsed; "": guessed
}

// Values of Times.
const (
	UnitMinutes  = "minutes"
	UnitHours    = "hours"
	ClockDay     = "day"
	ClockElapsed = "elapsed"
)

// ErrMapping is returned for a mapping that cannot be read.
var ErrMapping = errors.New("not a mapping of columns")

// ReadMapping reads a mapping file.
func ReadMapping(raw []byte) (Mapping, error) {
	var m Mapping
	if len(bytes.TrimSpace(raw)) == 0 {
		return m, nil
	}
	if err := yaml.Load(raw, &m, yaml.WithKnownFields()); err != nil {
		return m, fmt.Errorf("%w: %w", ErrMapping, err)
	}
	for name := range m.Columns {
		if _, _, ok := fieldOf(name); !ok && name != dateField {
			return m, fmt.Errorf("%w: unknown field %q", ErrMapping, name)
		}
	}
	return m, m.Times.check()
}

// dateField is a column with the date alone; the time stands in "at".
const dateField = "date"

func (t Times) check() error {
	for _, v := range []struct {
		name, value string
		known       []string
	}{
		{"unit", t.Unit, []string{"", UnitMinutes, UnitHours}},
		{"order", t.Order, []string{"", string(sheet.OrderDMY), string(sheet.OrderMDY)}},
		{"clock", t.Clock, []string{"", ClockDay, ClockElapsed}},
	} {
		ok := false
		for _, k := range v.known {
			ok = ok || v.value == k
		}
		if !ok {
			return fmt.Errorf("%w: times.%s: %q", ErrMapping, v.name, v.value)
		}
	}
	if t.Startex == "" {
		return nil
	}
	if _, err := time.Parse(time.RFC3339, t.Startex); err != nil {
		return fmt.Errorf("%w: times.startex: %q", ErrMapping, t.Startex)
	}
	return nil
}

// Bytes writes the mapping as its file.
func (m Mapping) Bytes() ([]byte, error) {
	raw, err := yaml.Dump(m, yaml.WithIndent(2))
	if err != nil {
		return nil, fmt.Errorf("write mapping: %w", err)
	}
	return raw, nil
}

// clock makes the reader of times.
func (m Mapping) clock(startex time.Time, length time.Duration) sheet.Clock {
	c := sheet.Clock{
		Startex: startex, Length: length, Order: sheet.Order(m.Times.Order), Elapsed: m.Times.Clock == ClockElapsed,
	}
	if t, err := time.Parse(time.RFC3339, m.Times.Startex); err == nil {
		c.Startex = t
	}
	switch m.Times.Unit {
	case UnitMinutes:
		c.Unit = time.Minute
	case UnitHours:
		c.Unit = time.Hour
	}
	return c
}
