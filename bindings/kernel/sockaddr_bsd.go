//go:build darwin || freebsd

package kernel

import "golang.org/x/sys/unix"

const (
	sizeofPath  = 104 // sun_path, unix(4)
	hasAbstract = false
	afPacket    = -2 // there is no such family
)

// Family answers sa_family.
func (a *Sockaddr) Family() int { return int(a.Buf[1]) }

// setFamily sets sa_len, too, which these kernels have.
func (a *Sockaddr) setFamily(number, length int) {
	a.Buf[0], a.Buf[1] = byte(length), byte(number)
	a.Len = uint32(length)
}

// domainOf answers the socket's address family: that of its own name.
func domainOf(fd int) (int, error) {
	var a Sockaddr
	if err := sockname(unix.SYS_GETSOCKNAME, fd, &a); err != nil {
		return 0, err
	}
	return a.Family(), nil
}
