package roster_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/roster"
	"renkei/internal/testkit/memory"
)

// TestHeavy: a list of people takes little, however much is wrong in it, and
// however many units there are that could be meant.
func TestHeavy(t *testing.T) {
	for name, build := range map[string]func() []byte{
		"everything is wrong": func() []byte {
			return []byte(head + strings.Repeat(",x,nobody,playr,astria/hospitl,englsh\n", (2<<20-len(head))/38))
		},
		"columns without end": func() []byte { return []byte(head + strings.Repeat(",", 2<<20-len(head))) },
		"one long cell":       func() []byte { return []byte(head + strings.Repeat("x", 2<<20-len(head))) },
		"letters that combine": func() []byte {
			return []byte(head + "a" + strings.Repeat("\u0301", (1<<20-len(head))/2) + ",x,a@example.org,player,asteria,en\n")
		},
	} {
		t.Run(name, func(t *testing.T) {
			memory.Within(t, 160<<20, 20*time.Second, build, func(t *testing.T, input []byte) {
				t.Helper()
				known := exercise()
				for i := range 500 {
					unit := known.Units[0]
					unit.Key, unit.Code = fmt.Sprint("unit-", i), fmt.Sprint("U", i)
					known.Units = append(known.Units, unit)
				}
				plan, err := roster.Read(input, known)
				if err == nil || errors.Is(err, auth.ErrPlan) && len(plan.Problems) == 0 {
					t.Errorf("%d problems, %v", len(plan.Problems), err)
				}
			})
		})
	}
}
