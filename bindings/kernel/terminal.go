package kernel

import "golang.org/x/sys/unix"

// IsTerminal tells whether the descriptor is a terminal.
func IsTerminal(fd int) bool {
	_, err := unix.IoctlGetTermios(fd, getModes)
	return err == nil
}

// NoEcho has a terminal no longer show what is typed (termios(3)).
func NoEcho(fd int) error {
	modes, err := unix.IoctlGetTermios(fd, getModes)
	if err != nil {
		return err
	}
	modes.Lflag &^= unix.ECHO
	return unix.IoctlSetTermios(fd, setModes, modes)
}
