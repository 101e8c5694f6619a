//go:build unix

package joining_test

import (
	"testing"

	"renkei/internal/testkit/postgres"
)

func TestPostgres(t *testing.T) {
	t.Parallel()
	testStore(t, postgres.Start(t).Database(t))
}
