package scenario

import "fmt"

// TLP is a Traffic Light Protocol 2.0 label (FIRST, August 2022), ordered from
// the widest sharing to the narrowest: a greater value is stricter.
type TLP uint8

// The labels of TLP 2.0. The zero value means that no label was given.
const (
	TLPNone TLP = iota
	TLPClear
	TLPGreen
	TLPAmber
	TLPAmberStrict
	TLPRed
)

var tlpNames = [...]string{"", "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"}

// String returns the label without the "TLP:" prefix.
func (t TLP) String() string {
	if int(t) < len(tlpNames) {
		return tlpNames[t]
	}
	return fmt.Sprintf("TLP(%d)", uint8(t))
}

// ParseTLP reads a label without its prefix, in capitals.
func ParseTLP(s string) (TLP, error) {
	for i, n := range tlpNames {
		if n == s {
			return TLP(i), nil
		}
	}
	return TLPNone, fmt.Errorf("unknown TLP label %q", s)
}

// MarshalText writes the label.
func (t TLP) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the label.
func (t *TLP) UnmarshalText(b []byte) (err error) {
	*t, err = ParseTLP(string(b))
	return err
}
