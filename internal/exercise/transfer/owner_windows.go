package transfer

// ownerOf has nothing to say: what is restored inherits the rights of its
// folder.
func ownerOf(string) (uid, gid int, err error) { return 0, 0, nil }
