// Package sheet writes tables as workbooks (.xlsx) and as text with separators
// (.csv). It knows nothing of scenario packs and may import nothing of Renkei
// but i18n. Start with Table.
package sheet
