// Package browser is a real browser for tests, Debian's Chromium: pages of
// different people in one browser, each with cookies of their own. Start with
// New; Page has what a person does.
//
// A page waits for what it is told to look at or use, for as long as the test's
// patience lasts, and then fails the test with a picture of the page.
package browser
