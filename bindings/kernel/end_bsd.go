//go:build darwin || freebsd

package kernel

// unixPeer: these systems do not tell who has the other end of a Unix socket.
func unixPeer(uint64) uint64 { return 0 }

// eventNumber: they do not tell which eventfd it is.
func eventNumber(int) (uint64, bool) { return 0, false }

// Watched: they do not tell what a queue watches.
func Watched(int, int64) []int { return nil }
