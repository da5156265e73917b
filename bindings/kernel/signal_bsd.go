//go:build darwin || freebsd

package kernel

import "golang.org/x/sys/unix"

// lastSignal is the last that has a name on both systems.
const lastSignal = 31

// ownSignal: none is needed here.
func ownSignal(unix.Signal) bool { return false }
