package stdio

import (
	"time"

	"golang.org/x/sys/unix"
)

// Remove removes a file or an empty directory, remove(3). The errno of a refused
// unlink says little on a directory (EISDIR, or EPERM on BSD); rmdir's counts there.
func Remove(path string) error {
	err := unix.Unlink(path)
	if err == nil {
		return nil
	}
	if asDirectory := unix.Rmdir(path); asDirectory != unix.ENOTDIR {
		return asDirectory
	}
	return err
}

// Rename renames a file, rename(2).
func Rename(from, to string) error { return unix.Rename(from, to) }

// Clock is the processor time that the process has used, clock(3).
func Clock() (time.Duration, error) {
	var use unix.Rusage
	err := unix.Getrusage(unix.RUSAGE_SELF, &use)
	return time.Duration(use.Utime.Nano() + use.Stime.Nano()), err
}

// Identity tells which file a descriptor stands for: another one may get its number.
type Identity struct{ dev, ino uint64 }

// Identify answers the identity of a descriptor's file; false if it is not open.
func Identify(fd int) (Identity, bool) {
	var st unix.Stat_t
	if unix.Fstat(fd, &st) != nil {
		return Identity{}, false
	}
	return Identity{uint64(st.Dev), st.Ino}, true
}
