// Package chat connects running exercises with a chat service, such as
// Mattermost. What is said there comes into the log, and does there what the same
// would do on our pages; what happens in the log is told there. It knows no
// service: server hands one in.
//
// Start reading at [Bridge.Take], for what comes in, and [Bridge.Run], for what
// goes out.
package chat
