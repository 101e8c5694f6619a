package review

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"renkei/internal/exercise"
)

// Span is a length of exercise time. In JSON it is a number of seconds with at
// most three decimals.
type Span exercise.Time

// MarshalJSON writes seconds.
func (s Span) MarshalJSON() ([]byte, error) {
	ms := math.Round(float64(s) / 1000)
	return strconv.AppendFloat(nil, ms/1000, 'f', -1, 64), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Span) UnmarshalJSON(b []byte) error {
	sec, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return fmt.Errorf("seconds %s: %w", b, err)
	}
	*s = Span(math.Round(sec*1000)) * 1000
	return nil
}

// minutes gives "mm:ss", or "h:mm:ss" from an hour on.
func (s Span) minutes() string {
	sec := int64(s) / int64(exercise.Second)
	if sec >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", sec/3600, sec/60%60, sec%60)
	}
	return fmt.Sprintf("%02d:%02d", sec/60, sec%60)
}

// Clock gives "hh:mm:ss".
func (s Span) Clock() string { return exercise.Time(s).String() }

// Moment is an exercise time: seconds since STARTEX, and the same as a clock
// shows it.
type Moment struct {
	Seconds Span   `json:"seconds"`
	Clock   string `json:"clock"` // hh:mm:ss
}

func momentOf(t exercise.Time) *Moment {
	if t == exercise.Never {
		return nil
	}
	return &Moment{Seconds: Span(t), Clock: t.String()}
}

// clock gives the time for people; without one, a dash.
func (m *Moment) clock() string {
	if m == nil {
		return nought
	}
	return m.Clock
}

// Spread describes a set of lengths. Quartiles are interpolated between the
// nearest two values (Hyndman and Fan 1996, definition 7: what spreadsheets
// call QUARTILE.INC).
type Spread struct {
	N      int  `json:"n"`
	Min    Span `json:"min"`
	Q1     Span `json:"q1"`
	Median Span `json:"median"`
	Q3     Span `json:"q3"`
	Max    Span `json:"max"`
}

// spreadOf returns nil for an empty set.
func spreadOf(values []Span) *Spread {
	if len(values) == 0 {
		return nil
	}
	v := slices.Sorted(slices.Values(values))
	return &Spread{
		N: len(v), Min: v[0], Q1: quantile(v, 1), Median: quantile(v, 2), Q3: quantile(v, 3), Max: v[len(v)-1],
	}
}

// quantile gives quartile q of sorted values, in whole microseconds.
func quantile(v []Span, q int) Span {
	pos := (len(v) - 1) * q
	i, part := pos/4, pos%4
	if part == 0 {
		return v[i]
	}
	return v[i] + (v[i+1]-v[i])*Span(part)/4
}

// Points are points with at most three decimals.
type Points float64

func pointsOf(p float64) Points { return Points(math.Round(p*1000) / 1000) }

// String gives them as people read them, to one decimal: "7.5".
func (p Points) String() string {
	return strconv.FormatFloat(math.Round(float64(p)*10)/10, 'f', -1, 64)
}

// Share gives a share from 0 to 1 as people read it, to two decimals: "0.67".
func (p Points) Share() string {
	return strconv.FormatFloat(math.Round(float64(p)*100)/100, 'f', -1, 64)
}
