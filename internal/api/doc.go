// Package api serves programs: what their owner may read of exercises, as JSON
// under /api/v1, described in docs/openapi.json. It changes nothing.
//
// A program shows a token; cookies count for nothing here. What is foreign and
// what is not there answer alike, as on the pages. It knows nothing of the
// pages, and they nothing of it. Start reading at [New] and [operations].
package api
