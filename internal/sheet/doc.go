// Package sheet reads and writes the tables that people keep in spreadsheets:
// workbooks (.xlsx) and text files with separators (.csv, .tsv), and reads the
// times that they write into them. It knows nothing of scenario packs and may
// import nothing of Renkei but i18n and bounds. Start with Open, Table and Clock.Parse.
package sheet
