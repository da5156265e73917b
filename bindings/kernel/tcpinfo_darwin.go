package kernel

import (
	"sync"

	"golang.org/x/sys/unix"
)

// tcpInfoMembers are struct tcp_connection_info's, <netinet/tcp.h>.
var tcpInfoMembers = sync.OnceValue(func() []member { return members(unix.TCPConnectionInfo{}, "tcpi_") })

// decodeTCPInfo makes a table of TCP_CONNECTION_INFO. Times are in milliseconds.
func decodeTCPInfo(b []byte) any { return decodeMembers(b, tcpInfoMembers()) }
