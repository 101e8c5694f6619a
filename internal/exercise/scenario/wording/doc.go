// Package wording reads what people write: which names a text mentions and
// whether it stands by them, which numbers, times and dates stand in it. It
// knows nothing of packs and imports nothing of Renkei. Texts come folded, see
// scenario.Fold. Start reading at Find and Statement.
package wording
