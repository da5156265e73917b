//go:build darwin || freebsd

package kernel

import "golang.org/x/sys/unix"

// lastSignal is the last that has a name on both systems.
const lastSignal = 31

// ownSignal: none is needed here.
func ownSignal(unix.Signal) bool { return false }

// isDeadly: only SIGQUIT is caught for the prompt. Go's runtime drops the others that would end
// a process, and there is no way round it: macOS wants system calls made by its library.
func isDeadly(s unix.Signal) bool { return s == unix.SIGQUIT }

func releaseDeadly() {}

func release(unix.Signal) {}

func catch(unix.Signal) {}
