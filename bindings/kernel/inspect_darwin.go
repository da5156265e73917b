package kernel

import "golang.org/x/sys/unix"

// Columns says which columns of the descriptor table this system leaves blank; "" if none.
const Columns = "macOS does not tell of accept queues: QUEUE stays blank"

const (
	protocolMPTCP = -2 // there is none
	tcpInfoOption = unix.TCP_CONNECTION_INFO
	soNwrite      = 0x1024 // SO_NWRITE, <sys/socket.h>
)

// protocolOf: macOS does not tell.
func protocolOf(int) (int, error) { return 0, unix.ENOPROTOOPT }

func unsent(fd int) (int, error) { return unix.GetsockoptInt(fd, unix.SOL_SOCKET, soNwrite) }

var restless = []optionKey{
	{unix.SOL_SOCKET, unix.SO_RCVBUF, 0}, {unix.SOL_SOCKET, unix.SO_SNDBUF, 0}, {unix.IPPROTO_TCP, unix.TCP_MAXSEG, 0},
}

// tcpStates are <netinet/tcp_fsm.h>.
var tcpStates = [...]string{"CLOSED", "LISTEN", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT_1",
	"CLOSING", "LAST_ACK", "FIN_WAIT_2", "TIME_WAIT"}

func (d *description) addTCPState() {
	info, err := unix.GetsockoptTCPConnectionInfo(d.fd, unix.IPPROTO_TCP, unix.TCP_CONNECTION_INFO)
	if err == nil && int(info.State) < len(tcpStates) {
		d.add("state", tcpStates[info.State])
	}
}

// addBacklog: macOS does not tell a process of its accept queues.
func (d *description) addBacklog() {}

// filePath is the path of a file: F_GETPATH of fcntl(2).
func filePath(fd int) string {
	const maxPath, fGetpath = 1024, 50 // MAXPATHLEN, F_GETPATH
	buf := make([]byte, maxPath)
	if fcntlInto(fd, fGetpath, buf) != nil {
		return ""
	}
	return unix.ByteSliceToString(buf)
}
