package main

import (
	"errors"

	"renkei/internal/database"
	"renkei/internal/exercise/archive"
	"renkei/internal/exercise/transfer"
)

// lasting reports whether the same command fails until somebody changes
// something: to try it again is no use.
func lasting(err error) bool {
	var two *transfer.TwoError
	var full *transfer.NotEmptyError
	var occupied *transfer.OccupiedError
	var inside *transfer.InsideError
	var bad *archive.Error
	return errors.As(err, &two) || errors.As(err, &full) || errors.As(err, &occupied) || errors.As(err, &inside) ||
		errors.As(err, &bad) && (bad.Code == archive.CodeEncrypted || bad.Code == archive.CodeKey) ||
		errors.Is(err, database.ErrSchema) || errors.Is(err, database.ErrOldServer)
}
