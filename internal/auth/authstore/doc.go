// Package authstore keeps people, accounts, grants, links, sessions, tokens of
// programs and the audit log in the database of the installation. Every change
// is written in one transaction with its entries in the audit log. It decides
// nothing: that is for package auth. It may import package database and nothing
// else of the program.
//
// Start reading at [Store] and [Scope]; the files are named for what they keep.
package authstore
