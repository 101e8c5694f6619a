// Package area registers exercises with the program: all addresses of their
// pages, their place in the navigation and on the start page. Package exercise
// itself is the engine, which knows nothing of pages.
package area
