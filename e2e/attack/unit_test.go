//go:build linux

package attack

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestLimitsOfTheUnit: what the program is attacked under is what the shipped
// unit gives it.
func TestLimitsOfTheUnit(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../deploy/renkei.service")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		fmt.Sprintf("MemoryMax=%dG", memoryMax>>30), "Environment=GOMEMLIMIT=" + goLimit, fmt.Sprintf("LimitNOFILE=%d", noFile),
	} {
		if !strings.Contains(string(raw), "\n"+line+"\n") {
			t.Errorf("the unit has no line %q", line)
		}
	}
}
