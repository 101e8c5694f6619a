// Package mattermost is the channel to a Mattermost server: it posts what the
// outbox has, makes the team and the channels of an exercise, and captures what
// is said in them. It may import the outbox and nothing else of this program;
// package store below it keeps what it has to know again.
//
// Start reading at [Client], [Channel.Send], [Setup] and [Capture].
package mattermost
