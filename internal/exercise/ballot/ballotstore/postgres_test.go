//go:build unix

package ballotstore_test

import (
	"testing"

	"renkei/internal/testkit/postgres"
)

func TestPostgres(t *testing.T) {
	t.Parallel()
	suite(t, postgres.Start(t).Database(t))
}
