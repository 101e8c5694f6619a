// Package mail is the channel of the outbox that sends mail by SMTP: to one
// server of the operator's, over TLS, which takes it from there. It may import
// the outbox and nothing else of this program.
//
// Start reading at [Channel.Send].
package mail
