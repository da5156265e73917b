package kernel

import (
	"encoding/binary"
	"math"
	"unsafe"

	"golang.org/x/sys/unix"
)

// include/uapi/asm-generic/ioctls.h, what x/sys/unix lacks.
const (
	fionread = unix.TIOCINQ
	fionbio  = 0x5421
	fioasync = 0x5452
	fiosetow = 0x8901 // FIOSETOWN
	fiogetow = 0x8903 // FIOGETOWN
)

// systemRequests are Linux's own: netdevice(7), socket(7), tcp(7), the tun driver's
// (Documentation/networking/tuntap.rst), vsock(7).
var systemRequests = []requestRow{
	{answerInt, []uint{
		unix.SIOCOUTQNSD, fiogetow, unix.TIOCGSID, unix.TIOCGPTN, unix.TUNGETFEATURES, unix.TUNGETSNDBUF, unix.TUNGETVNETHDRSZ,
		unix.IOCTL_VM_SOCKETS_GET_LOCAL_CID,
	}},
	{takeInt, []uint{
		fiosetow, unix.TIOCSPTLCK, unix.TUNSETSNDBUF, unix.TUNSETVNETHDRSZ, unix.TUNSETVNETLE, unix.TUNSETVNETBE, unix.TUNSETCARRIER,
		unix.TUNSETIFINDEX,
	}},
	{takeValue, []uint{
		unix.TUNSETPERSIST, unix.TUNSETOWNER, unix.TUNSETGROUP, unix.TUNSETLINK, unix.TUNSETNOCSUM, unix.TUNSETDEBUG,
		unix.TUNSETOFFLOAD,
	}},
	{byInterface(intOf), []uint{unix.SIOCGIFINDEX, unix.SIOCGIFTXQLEN}},
	{byInterface(shortOf), []uint{unix.SIOCGIFPFLAGS}},
	{byInterface(hardwareOf), []uint{unix.SIOCGIFHWADDR}},
	{answerName, []uint{unix.SIOCGIFNAME}},
	{answerStamp(1e6), []uint{unix.SIOCGSTAMP_OLD, unix.SIOCGSTAMP_NEW}},
	{answerStamp(1e9), []uint{unix.SIOCGSTAMPNS_OLD, unix.SIOCGSTAMPNS_NEW}},
}

// requestSize is how much memory a request reads or writes by its number: _IOC_SIZE,
// include/uapi/asm-generic/ioctl.h. The old ones (SIOCGIFADDR, TCGETS) do not say.
func requestSize(req uint) int {
	if req>>30 == 0 {
		return 0
	}
	return int(req >> 16 & (1<<14 - 1))
}

// withAddresses are the socket requests whose structure leads the kernel to other
// memory, first and last, include/uapi/linux/sockios.h.
var withAddresses = [][2]uint{
	{unix.SIOCGIFCONF, unix.SIOCGIFCONF},
	{unix.SIOCGIFBR, unix.SIOCSIFBR},
	{unix.SIOCETHTOOL, unix.SIOCETHTOOL},
	{unix.SIOCWANDEV, unix.SIOCWANDEV},
	{unix.SIOCBONDENSLAVE, unix.SIOCBONDCHANGEACTIVE},
	{unix.SIOCSHWTSTAMP, unix.SIOCGHWTSTAMP},
	{unix.SIOCDEVPRIVATE, unix.SIOCDEVPRIVATE + 15},
}

// flatRequest tells whether a request's structure is known to hold no addresses and no
// count of what follows it: those of sockets but for withAddresses, and those of
// terminals and of tun devices. A device's own may hold anything.
func flatRequest(req uint) bool {
	const sockets, terminals = 0x89, 'T' // _IOC_TYPE
	switch req >> 8 & 0xff {
	case terminals:
		return true
	case sockets:
		for _, r := range withAddresses {
			if n := req & 0xffff; n >= r[0] && n <= r[1] {
				return false
			}
		}
		return true
	}
	return false
}

// hardwareOf answers an interface's hardware address: as many bytes as its type has,
// or all that the kernel gave.
func hardwareOf(r *ifreq) any {
	const sizeofEthernet, sizeofData = 6, 14
	size := sizeofData
	switch binary.NativeEndian.Uint16(r.union()) {
	case unix.ARPHRD_ETHER, unix.ARPHRD_LOOPBACK, unix.ARPHRD_IEEE80211:
		size = sizeofEthernet
	case unix.ARPHRD_NONE:
		size = 0
	}
	return string(r.union()[2 : 2+size])
}

// answerName answers the name of the interface with an index.
func answerName(f *Frame, fd int, req uint, arg any) error {
	index, ok := AsInt(arg)
	if !ok || index < math.MinInt32 || index > math.MaxInt32 {
		return badArg(argRequest, "interface index expected, got %s", typeOfArg(arg))
	}
	var r ifreq
	binary.NativeEndian.PutUint32(r.union(), uint32(index))
	_, errno := ioctl(fd, req, unsafe.Pointer(&r))
	f.AnswerAny(0, unix.ByteSliceToString(r[:offsetUnion]))
	return asError(errno)
}

// answerStamp answers when the last packet came, in seconds.
func answerStamp(parts float64) request {
	return func(f *Frame, fd int, req uint, arg any) error {
		if err := noArg(arg); err != nil {
			return err
		}
		var ts unix.Timespec
		_, errno := ioctl(fd, req, unsafe.Pointer(&ts))
		f.AnswerAny(0, float64(ts.Sec)+float64(ts.Nsec)/parts)
		return asError(errno)
	}
}

// interfaceList fills the list with entries, each a struct ifreq.
func interfaceList(fd int, req uint, list []byte) (int, unix.Errno) {
	conf := struct {
		size int32
		list *byte
	}{int32(len(list)), unsafe.SliceData(list)}
	_, errno := ioctl(fd, req, unsafe.Pointer(&conf))
	return int(conf.size), errno
}

// entrySize is the size of an entry and of the address in it.
func entrySize([]byte) (entry, address int) {
	return unix.IFNAMSIZ + 24, unix.SizeofSockaddrInet4
}
