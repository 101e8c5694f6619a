// Package load is thousands of people at their browsers: it fills a database
// with an exercise and everybody who takes part, and then signs them in, holds
// their streams open, and hands in their answers, as browsers do and with as
// little of the machine as it can, for the server shares it.
//
// Start with Prepare, then Connect.
package load
