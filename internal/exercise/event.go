package exercise

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
)

// Type names what happened, such as "inject.released".
type Type string

// Event is one thing that happened, the unit of the log.
type Event struct {
	Seq   uint64   // from 1, without gaps
	At    Time     // exercise time
	Wall  int64    // wall time, unix microseconds
	Actor string   // who: "clock", "excon", "bot/<unit>", a person id
	To    Audience // who may see it
	Cmd   string   // idempotency key of the command that made it
	On    string   // where it was said or done: a chat service, a slash and a room; "" for our own pages
	Place Place    // among the events of that command
	Body  Body
}

// Place tells where the events of one command end. Conditions are looked at
// there, for an instant between two events of one command is not a fact.
type Place uint8

// Places of an event.
const (
	Unmarked Place = iota // written before places were: folded by itself
	Inner                 // more events of the command follow
	Last
)

// Body is the payload of an event; its type names the event.
type Body interface{ Type() Type }

// wire is the stored form of an event, but for the order of writing.
type wire struct {
	Seq   uint64          `json:"seq"`
	At    Time            `json:"at"`
	Wall  int64           `json:"wall"`
	Actor string          `json:"actor"`
	To    Audience        `json:"to"`
	Cmd   string          `json:"cmd"`
	On    string          `json:"on"`
	Last  *bool           `json:"last"`
	Type  Type            `json:"type"`
	Body  json.RawMessage `json:"body"`
}

// Encode gives the bytes that are stored: one JSON object without a newline.
// "clock" repeats "at" for people.
func (e *Event) Encode() ([]byte, error) {
	body, err := marshal(e.Body)
	if err != nil {
		return nil, fmt.Errorf("encode event %d %s: %w", e.Seq, e.Body.Type(), err)
	}
	b := make([]byte, 0, 160+len(body))
	b = append(b, `{"seq":`...)
	b = strconv.AppendUint(b, e.Seq, 10)
	b = append(b, `,"clock":"`...)
	b = e.At.append(b)
	b = append(b, `","at":`...)
	b = strconv.AppendInt(b, int64(e.At), 10)
	b = append(b, `,"wall":`...)
	b = strconv.AppendInt(b, e.Wall, 10)
	b = append(b, `,"actor":`...)
	b = appendString(b, e.Actor)
	b = append(b, `,"to":[`...)
	for i, to := range e.To {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, to)
	}
	b = append(b, `],"cmd":`...)
	b = appendString(b, e.Cmd)
	if e.On != "" {
		b = append(b, `,"on":`...)
		b = appendString(b, e.On)
	}
	if e.Place != Unmarked {
		b = append(b, `,"last":`...)
		b = strconv.AppendBool(b, e.Place == Last)
	}
	b = append(b, `,"type":"`...)
	b = append(b, e.Body.Type()...)
	b = append(b, `","body":`...)
	b = append(b, body...)
	return append(b, '}'), nil
}

// marshal is json.Marshal without the escapes for HTML, which would hide "<"
// and "&" from whoever searches a log.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// appendString appends s as a JSON string. Plain ASCII, nearly every id and
// key, needs no encoder.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, err := marshal(s)
			if err != nil { // cannot happen for a string
				return append(b, `""`...)
			}
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// Bodies makes an empty body for every type of event.
type Bodies map[Type]reflect.Type

// NewBodies returns the table of all event types.
func NewBodies() Bodies {
	t := Bodies{}
	for _, b := range allBodies() {
		t[b.Type()] = reflect.TypeOf(b).Elem()
	}
	return t
}

// Decode reads stored bytes. An unknown type is an error: a log of a newer
// version must not be misread.
func (t Bodies) Decode(b []byte) (Event, error) {
	if p, ok := split(b); ok {
		e := Event{Seq: p.seq, At: p.at, Wall: p.wall, Actor: string(p.actor), To: p.to, Cmd: string(p.cmd), On: string(p.on), Place: p.place}
		if t.decodeBody(&e, Type(p.kind), p.body) == nil {
			return e, nil
		}
	}
	return t.decodeAny(b)
}

// decodeAny reads an event however it is spelt.
func (t Bodies) decodeAny(b []byte) (Event, error) {
	var w wire
	if err := json.Unmarshal(b, &w); err != nil {
		return Event{}, fmt.Errorf("decode event: %w", err)
	}
	e := Event{Seq: w.Seq, At: w.At, Wall: w.Wall, Actor: w.Actor, To: w.To, Cmd: w.Cmd, On: w.On}
	if w.Last != nil {
		e.Place = placeOf(*w.Last)
	}
	err := t.decodeBody(&e, w.Type, w.Body)
	return e, err
}

func placeOf(last bool) Place {
	if last {
		return Last
	}
	return Inner
}

func (t Bodies) decodeBody(e *Event, name Type, raw []byte) error {
	kind, ok := t[name]
	if !ok {
		return fmt.Errorf("event %d: unknown type %q", e.Seq, name)
	}
	body, ok := reflect.New(kind).Interface().(Body)
	if !ok {
		return fmt.Errorf("event %d: type %q has no body", e.Seq, name)
	}
	if err := json.Unmarshal(raw, body); err != nil {
		return fmt.Errorf("event %d %s: %w", e.Seq, name, err)
	}
	e.Body = body
	return nil
}
