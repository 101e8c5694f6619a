// Package follow lets people look on while an exercise is played. It follows the
// committed events of one exercise, keeps the state that they make for reading,
// and tells each viewer that there is something new, never what: the viewer
// fetches that from where they left off.
//
// It knows the engine and the log, but no HTTP. Start reading at [Exercise].
package follow
