package store

// engine is what the database engines do differently; all else is SQL text
// that each of them reads.
type engine struct {
	// query turns our SQL text into the engine's.
	query func(text string) string
	// ddl does so with the definition of tables.
	ddl func(text string) string
	// explain adds the store's own error where callers tell it apart.
	explain func(err error) error
}
