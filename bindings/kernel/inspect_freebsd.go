package kernel

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// Columns says which columns of the descriptor table this system leaves blank; "" if none.
const Columns = ""

const (
	protocolMPTCP = -2 // there is none
	tcpInfoOption = unix.TCP_INFO
)

func protocolOf(fd int) (int, error) {
	return unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PROTOCOL)
}

func unsent(fd int) (int, error) { return unix.IoctlGetInt(fd, fionwrite) }

var restless = []optionKey{
	{unix.SOL_SOCKET, unix.SO_RCVBUF, 0}, {unix.SOL_SOCKET, unix.SO_SNDBUF, 0}, {unix.IPPROTO_TCP, unix.TCP_MAXSEG, 0},
}

// tcpStates are <netinet/tcp_fsm.h>.
var tcpStates = [...]string{"CLOSED", "LISTEN", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT_1",
	"CLOSING", "LAST_ACK", "FIN_WAIT_2", "TIME_WAIT"}

// addTCPState takes the state from TCP_INFO, the first byte of it.
func (d *description) addTCPState() {
	f := Frame{}
	if info, err := f.option(d.fd, unix.IPPROTO_TCP, unix.TCP_INFO, shapeTCPInfo); err == nil && len(info) > 0 {
		if int(info[0]) < len(tcpStates) {
			d.add("state", tcpStates[info[0]])
		}
	}
}

// addBacklog adds a listening socket's accept queue.
func (d *description) addBacklog() {
	n, err := unix.GetsockoptInt(d.fd, unix.SOL_SOCKET, unix.SO_LISTENQLEN)
	d.addInt("queue", n, err)
	n, err = unix.GetsockoptInt(d.fd, unix.SOL_SOCKET, unix.SO_LISTENQLIMIT)
	d.addInt("queue_limit", n, err)
}

// filePath is the path of a file: F_KINFO of fcntl(2), 13.1 and newer. In struct kinfo_file
// of <sys/user.h> the first member is the structure's size, and kf_path the last.
func filePath(fd int) string {
	const sizeofKinfoFile, maxPath, fKinfo = 1392, 1024, 22 // KINFO_FILE_SIZE, PATH_MAX, F_KINFO
	buf := make([]byte, sizeofKinfoFile)
	binary.NativeEndian.PutUint32(buf, sizeofKinfoFile)
	if fcntlInto(fd, fKinfo, buf) != nil {
		return ""
	}
	return unix.ByteSliceToString(buf[sizeofKinfoFile-maxPath:])
}
