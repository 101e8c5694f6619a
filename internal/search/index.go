package search

import (
	"embed"
	"io/fs"
	"strings"

	"renkei/internal/database"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Area is what all indexes store in a database. It follows from what the areas
// store, who make it anew with Put.
func Area() database.Area {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return database.Area{
		Name: "search", Migrations: files,
		Tables:   []string{"search_documents", "search_indexes", "search_postings"},
		ReadFrom: database.FromNothing,
	}
}

// Document is what can be found.
type Document struct {
	ID     string // to its area; unique in the index
	Text   string // all that it is found by, in all languages
	Facets []string
}

// Index finds the documents of one area. It is safe for use by many goroutines
// where its database is.
type Index struct {
	name string
	r    *database.Reader
}

// New returns the index of that name, in a database with the migrations of
// Area. An index that nothing was put into is empty.
func New(r *database.Reader, name string) *Index { return &Index{name, r} }

// What is read to find something.
var (
	selectPostings  = `SELECT block, documents FROM search_postings WHERE name = $1 AND token = $2 ORDER BY block`
	selectDocuments = `SELECT number, id, folded FROM search_documents WHERE name = $1 AND number IN (` + places(2, fetched) + `)`
)

// places are n arguments from $first on.
func places(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(itoa(first + i))
	}
	return b.String()
}

// every is the token of all documents.
const every = "#"

// facet is the token of a facet; no gram begins like it.
func facet(name string) string { return "#" + name }

// tokens calls each for every token of a document, some more than once.
func tokens(folded string, facets []string, each func(string)) {
	each(every)
	for word := range strings.FieldsSeq(folded) {
		grams(word, each)
	}
	for _, f := range facets {
		each(facet(f))
	}
}
