// Package bounds keeps what people bring from taking more of the machine than
// it may: Zip reads the list of files of a zip, Source bounds what a parser is
// given, and Budget shares memory among all who parse at once. It imports
// nothing of the program. docs/security.md has the figures of every parser.
package bounds
