// Package search finds texts in every language by what stands in them: a text
// is found by any part of any word, also where a script puts no spaces between
// words, and with or without the marks of Latin letters.
//
// A text is folded ([Fold]), cut into grams of one to three characters, and
// each gram keeps the list of the documents that have it, in tables that both
// engines know. Facets, such as the year or who may see a document, are kept
// like grams, so that a filter costs no more than a letter. The full text
// search of the engines is not used: SQLite's trigrams find no word of two
// characters, such as 演習, and those of PostgreSQL depend on the locale.
//
// It may import the database and nothing else of this program. Start reading at
// [Index.Put] and [Index.Search].
package search
