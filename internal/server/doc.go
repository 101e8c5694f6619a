// Package server is the only wiring: it opens the database, puts the areas of
// the program together and serves them on the network. It may import everything;
// nothing but commands and tests imports it. Start reading at [Serve].
package server
