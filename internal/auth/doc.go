// Package auth says who somebody is and what they may do: accounts with
// passwords, links that are good once, sessions, and grants. It knows no HTTP
// and no SQL.
//
// Start reading at [Access], which decides, and [Service], which signs in.
package auth
