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

// IsTerminal tells whether the descriptor is a terminal.
func IsTerminal(fd int) bool {
	_, err := unix.IoctlGetTermios(fd, unix.TIOCGETA)
	return err == nil
}
