package kernel

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// FuzzKernelAnswers: what the kernel's answers say of their own lengths is never trusted:
// sock_diag's messages, tcp_info, a socket filter, a list of interfaces.
func FuzzKernelAnswers(f *testing.F) {
	header := func(size, kind int) string {
		return string(native.AppendUint16(native.AppendUint32(nil, uint32(size)), uint16(kind))) + strings.Repeat("\x00", 10)
	}
	body := strings.Repeat("\x01", sizeofUnixMsg)
	f.Add([]byte{})
	f.Add([]byte(header(unix.SizeofNlMsghdr, unix.SOCK_DIAG_BY_FAMILY)))
	f.Add([]byte(header(1000, unix.SOCK_DIAG_BY_FAMILY) + body))
	f.Add([]byte(header(unix.SizeofNlMsghdr+sizeofUnixMsg+8, unix.SOCK_DIAG_BY_FAMILY) + body + "\x40\x00\x02\x00abcd"))
	for _, kind := range []string{"\x02", "\x04"} { // UNIX_DIAG_PEER, UNIX_DIAG_RQLEN, too short
		f.Add([]byte(header(unix.SizeofNlMsghdr+sizeofUnixMsg+5, unix.SOCK_DIAG_BY_FAMILY) + body + "\x05\x00" + kind + "\x00a"))
	}
	f.Add([]byte(header(unix.SizeofNlMsghdr+sizeofInetMsg, unix.SOCK_DIAG_BY_FAMILY) + strings.Repeat("\xfe", sizeofInetMsg)))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = answers(b, func(answer []byte) bool {
			parseUnixDiag(answer)
			var s tcpSocket
			if s.find(unix.AF_INET6, uint64(inodeOf(answer)), answer) && s.remote.String() == "" {
				t.Fatalf("a peer without an address: %q", answer)
			}
			return false
		})
		decodeTCPInfo(b)
		decodeFilter(b)
		splitInterfaces(b)
	})
}

// inodeOf is the inode that an answer of inet_diag has, 0 if it is too short.
func inodeOf(answer []byte) uint32 {
	if len(answer) < sizeofInetMsg {
		return 0
	}
	return native.Uint32(answer[68:])
}
