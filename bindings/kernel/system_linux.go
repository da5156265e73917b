package kernel

import "golang.org/x/sys/unix"

// MachineMemory is the machine's memory in bytes, sysinfo(2); 0 if it does not say.
func MachineMemory() int64 {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return 0
	}
	return int64(info.Totalram) * int64(info.Unit)
}

// The requests that read and set a terminal's modes at once, tty_ioctl(4).
const (
	getModes = unix.TCGETS
	setModes = unix.TCSETS
)
