// Package handbook is the policy reference of a community: what challenges its
// members face, what they need, and what they have done and plan in each
// measure, edition by edition. It is domain and knows no SQL and no HTTP.
//
// A member has one working copy, a [Draft], which its owner edits, its approver
// approves and the secretariat publishes. An [Edition] freezes what was
// published; [Compare] sets two of them side by side, and [Plans] follows what
// was promised over all of them.
//
// Start reading at [Item] and [Compare].
package handbook
