//go:build darwin || freebsd

package kernel

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

// <sys/filio.h>, which x/sys/unix lacks.
const (
	fionread = 0x4004667f // _IOR('f', 127, int)
	fionbio  = 0x8004667e // _IOW('f', 126, int)
	fioasync = 0x8004667d // _IOW('f', 125, int)
	fiosetow = 0x8004667c // FIOSETOWN: _IOW('f', 124, int)
	fiogetow = 0x4004667b // FIOGETOWN: _IOR('f', 123, int)
)

// requestSize is how much memory a request reads or writes by its number: IOCPARM_LEN
// of <sys/ioccom.h>. The kernel itself copies exactly that.
func requestSize(req uint) int {
	const inOut = 0xc0000000 // IOC_INOUT
	if req&inOut == 0 {
		return 0
	}
	return int(req >> 16 & 0x1fff)
}

// flatRequest tells whether a request's structure is known to hold no addresses: those
// of terminals, of sockets as such, and what sets an interface's own figures.
func flatRequest(req uint) bool {
	switch req >> 8 & 0xff {
	case 't', 's':
		return true
	case 'i':
		for _, flat := range [...]uint{
			unix.SIOCSIFADDR, unix.SIOCSIFNETMASK, unix.SIOCSIFBRDADDR, unix.SIOCSIFDSTADDR, unix.SIOCAIFADDR, unix.SIOCDIFADDR,
			unix.SIOCSIFFLAGS, unix.SIOCSIFMTU, unix.SIOCSIFMETRIC, unix.SIOCSIFLLADDR, unix.SIOCADDMULTI, unix.SIOCDELMULTI,
		} {
			if flat == req {
				return true
			}
		}
	}
	return false
}

// interfaceList fills the list with entries. struct ifconf is an int and an address,
// which macOS packs to 12 bytes: the request's number has the size.
func interfaceList(fd int, req uint, list []byte) (int, unix.Errno) {
	var conf [16]byte
	binary.NativeEndian.PutUint32(conf[:], uint32(len(list)))
	binary.NativeEndian.PutUint64(conf[requestSize(req)-8:], uint64(uintptr(unsafe.Pointer(unsafe.SliceData(list)))))
	_, errno := ioctl(fd, req, unsafe.Pointer(&conf))
	return int(binary.NativeEndian.Uint32(conf[:])), errno
}

// entrySize is the size of an entry and of the address in it, which says its own
// length; an entry is never shorter than a struct ifreq (_SIZEOF_ADDR_IFREQ).
func entrySize(list []byte) (entry, address int) {
	const sizeofSockaddr = 16
	length := int(list[offsetUnion])
	return unix.IFNAMSIZ + max(length, sizeofSockaddr), length
}
