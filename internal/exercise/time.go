package exercise

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Time is exercise time in microseconds since STARTEX. It stands still while
// the exercise is paused and runs faster at a higher speed.
type Time int64

// Never is later than every time of an exercise.
const Never = Time(math.MaxInt64)

// Second is one second of exercise time.
const Second = Time(1_000_000)

// At converts a duration since STARTEX.
func At(d time.Duration) Time { return Time(d / time.Microsecond) }

// Duration converts the time to a duration since STARTEX.
func (t Time) Duration() time.Duration { return time.Duration(t) * time.Microsecond }

// String gives hours, minutes and seconds, "01:02:03"; fractions are cut.
func (t Time) String() string {
	if t == Never {
		return "never"
	}
	return string(t.append(make([]byte, 0, 10)))
}

func (t Time) append(b []byte) []byte {
	if t < 0 {
		b, t = append(b, '-'), -t
	}
	s := int64(t) / int64(Second)
	for i, n := range [3]int64{s / 3600, s / 60 % 60, s % 60} {
		if i > 0 {
			b = append(b, ':')
		}
		if n < 10 {
			b = append(b, '0')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	return b
}

// ParseTime reads "hh:mm:ss", "mm:ss" or a duration such as "15m". The error
// names the forms.
func ParseTime(s string) (Time, error) {
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return At(d), nil
	}
	parts := strings.Split(s, ":")
	var sum int64
	for i, p := range parts {
		n, err := strconv.ParseInt(p, 10, 32)
		if err != nil || n < 0 || len(parts) > 3 || len(parts) < 2 || (i > 0 && n > 59) {
			return 0, fmt.Errorf("exercise time %q: want hh:mm:ss, mm:ss or a duration such as 15m", s)
		}
		sum = sum*60 + n
	}
	return Time(sum) * Second, nil
}
