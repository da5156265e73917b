//go:build darwin || freebsd

package kernel

import "golang.org/x/sys/unix"

// MachineMemory is the machine's memory in bytes; 0 if it does not say.
func MachineMemory() int64 {
	for _, name := range [...]string{"hw.memsize", "hw.physmem"} {
		if n, err := unix.SysctlUint64(name); err == nil {
			return int64(n)
		}
	}
	return 0
}

// The requests that read and set a terminal's modes at once, tty(4).
const (
	getModes = unix.TIOCGETA
	setModes = unix.TIOCSETA
)
