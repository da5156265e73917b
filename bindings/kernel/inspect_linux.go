package kernel

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Columns says which columns of the descriptor table this system leaves blank; "" if none.
const Columns = ""

const (
	protocolMPTCP = unix.IPPROTO_MPTCP
	tcpInfoOption = unix.TCP_INFO
)

func protocolOf(fd int) (int, error) {
	return unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PROTOCOL)
}

// otherDomain names the families that have no transport of their own name.
func otherDomain(domain int) string {
	switch domain {
	case unix.AF_NETLINK:
		return "netlink"
	case unix.AF_PACKET:
		return "packet"
	case unix.AF_VSOCK:
		return "vsock"
	}
	return "socket"
}

// hasPeers: of a netlink socket getpeername always answers, the kernel for one.
func (d *description) hasPeers() bool { return d.domain != unix.AF_NETLINK }

// restless are options that a connection or the kernel itself changes: they say nothing
// of what the user set. The sizes of the buffers have fields of their own.
var restless = []optionKey{
	{unix.SOL_SOCKET, unix.SO_RCVBUF, 0}, {unix.SOL_SOCKET, unix.SO_SNDBUF, 0},
	{unix.SOL_SOCKET, unix.SO_INCOMING_CPU, 0}, {unix.SOL_SOCKET, unix.SO_TXREHASH, 0},
	{unix.IPPROTO_TCP, unix.TCP_MAXSEG, 0}, {unix.IPPROTO_TCP, unix.TCP_WINDOW_CLAMP, 0},
	{unix.IPPROTO_TCP, unix.TCP_QUICKACK, 0}, {unix.IPPROTO_TCP, unix.TCP_TIMESTAMP, 0},
	{unix.IPPROTO_TCP, unix.TCP_QUEUE_SEQ, 0}, {unix.IPPROTO_IPV6, unix.IPV6_MTU, 0},
	{unix.IPPROTO_TCP, unix.TCP_DELACK_MAX_US, 0}, {unix.IPPROTO_TCP, unix.TCP_RTO_MIN_US, 0},
	{unix.IPPROTO_TCP, unix.TCP_FASTOPEN_KEY, 0},
}

// OpenDescriptors lists the process's descriptors in order, less the program's own. Where there
// is none left for the folder that lists them, they are found all the same.
func OpenDescriptors() []int {
	dir, err := unix.Open("/proc/self/fd", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return tryDescriptors()
	}
	dir = Own(dir)
	defer disown(dir)
	var fds []int
	names, _ := readNames(dir)
	for _, name := range names {
		if fd, err := strconv.Atoi(name); err == nil && !owns(fd) {
			fds = append(fds, fd)
		}
	}
	slices.Sort(fds)
	return fds
}

// anonymous are the names of /proc/self/fd for what has no file: fs/anon_inodes.c and
// its callers.
var anonymous = map[string]string{
	"eventpoll": "epoll", "eventfd": "eventfd", "timerfd": "timerfd", "signalfd": "signalfd",
	"inotify": "inotify", "pidfd": "pidfd", "io_uring": "io_uring", "fanotify": "fanotify", "userfaultfd": "userfaultfd",
}

// otherTypes are the types that only Linux has.
func otherTypes() []string {
	return append(slices.Collect(maps.Values(anonymous)), "netlink", "packet", "vsock")
}

// otherKind names the kind of a descriptor for which fstat tells no type, such as epoll's.
func (d *description) otherKind() string {
	d.readLink()
	if name, ok := strings.CutPrefix(d.link, "anon_inode:"); ok {
		name = strings.Trim(name, "[]")
		if kind := anonymous[name]; kind != "" {
			return kind
		}
		return name
	}
	if strings.HasPrefix(d.link, "pidfd:") {
		return "pidfd"
	}
	return "other"
}

func (d *description) readLink() {
	if d.link == "" {
		d.link, _ = os.Readlink("/proc/self/fd/" + strconv.Itoa(d.fd))
	}
}

// addSystem adds what is Linux's own: the path and the inode.
func (d *description) addSystem() {
	d.readLink()
	if strings.HasPrefix(d.link, "/") {
		d.add("path", d.link)
	}
	d.add("inode", int64(d.stat.Ino))
}

// tcpStates are include/net/tcp_states.h, as netstat(8) and ss(8) write them.
var tcpStates = [...]string{1: "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE",
	"CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "SYN_RECV"}

func (d *description) addState() {
	switch {
	case d.isTCP():
		d.addTCPState()
	case d.kind == "unix":
		d.addPlainState()
		d.addUnix()
	default:
		d.addPlainState()
	}
}

const (
	tcpSynSent = 2
	tcpClose   = 7
)

// addTCPState takes the state from TCP_INFO. Of a listening socket it has the accept
// queue, too: tcpi_unacked is its length and tcpi_sacked its limit (tcp_get_info in
// net/ipv4/tcp.c).
func (d *description) addTCPState() {
	info, err := unix.GetsockoptTCPInfo(d.fd, unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		return
	}
	d.tcpState = int(info.State)
	if d.tcpState < len(tcpStates) {
		d.add("state", tcpStates[d.tcpState])
	}
	if d.listening {
		d.add("queue", int64(info.Unacked))
		d.add("queue_limit", int64(info.Sacked))
	}
}

// addUnix adds what only sock_diag tells of a Unix socket.
func (d *description) addUnix() {
	diag, err := unixDiag(d.stat.Ino)
	if err != nil {
		return
	}
	if d.listening && diag.hasQueue {
		d.add("queue", int64(diag.rqueue))
		d.add("queue_limit", int64(diag.wqueue))
	}
	if diag.peer != 0 {
		d.add("peer_inode", int64(diag.peer))
	}
}

// addQueues adds what waits in the buffers, in bytes where the kernel counts bytes.
// recvq_unit and sendq_unit say what else it counts.
func (d *description) addQueues() {
	in, inErr := unix.IoctlGetInt(d.fd, fionread)
	out, outErr := d.unsent()
	multipath := d.protocol == protocolMPTCP
	if !multipath || d.connected { // else it answers 1 for the end of file (mptcp_inq_hint in net/mptcp/protocol.c)
		d.addInt("recvq", in, inErr)
	}
	whole := d.socktype == unix.SOCK_STREAM || d.kind == "unix" && d.socktype == unix.SOCK_SEQPACKET
	if inErr == nil && !whole {
		d.add("recvq_unit", "first datagram")
	}
	d.addInt("sendq", out, outErr)
	if outErr == nil && !d.isTCP() && !multipath {
		d.add("sendq_unit", "buffer memory")
	}
	if d.socktype == unix.SOCK_STREAM || d.kind == "unix" { // a Unix socket's messages are the sender's
		return
	}
	if mem, err := memInfo(d.fd); err == nil {
		d.add("recv_memory", int64(mem[memReceive]))
		d.add("drops", int64(mem[memDrops]))
	}
}

// unsent is what waits to be sent or acknowledged. Of a TCP socket that is closed the kernel
// still counts the bytes that it has thrown away, and a SYN that came to nothing; of one that
// connects it does not count the SYN, which sock_diag and so ss(8) do. That one's peer, which
// getpeername does not tell yet, is there, too.
func (d *description) unsent() (int, error) {
	switch {
	case d.isTCP() && d.tcpState == tcpClose:
		return 0, nil
	case d.isTCP() && d.tcpState == tcpSynSent:
		local, _ := d.rec.Get("local").(*Sockaddr)
		if diag, err := tcpDiag(d.domain, d.tcpState, local, d.stat.Ino); err == nil {
			d.add("remote", &diag.remote)
			return int(diag.wqueue), nil
		}
	}
	return unix.IoctlGetInt(d.fd, unix.SIOCOUTQ)
}

// SO_MEMINFO's numbers: include/uapi/linux/sock_diag.h.
const (
	memReceive = 0
	memDrops   = 8
	memVars    = 9
)

func memInfo(fd int) (mem [memVars]uint32, err error) {
	size := uint32(unsafe.Sizeof(mem))
	_, _, errno := unix.RawSyscall6(unix.SYS_GETSOCKOPT, uintptr(fd), unix.SOL_SOCKET, unix.SO_MEMINFO,
		uintptr(unsafe.Pointer(&mem)), uintptr(unsafe.Pointer(&size)), 0)
	return mem, asError(errno)
}

// systemDetails are which other numbers stand for the same open file description, the
// other end if this process has it, and the lines of /proc/self/fdinfo beyond the usual.
func systemDetails(fd int, rec Record) Record {
	var details Record
	ends := inodes()
	if peer, ok := rec.Get("peer_inode").(int64); ok {
		details = appendFDs(details, "peer_fds", ends[uint64(peer)])
		if diag, err := unixDiag(uint64(peer)); err == nil && diag.hasQueue && rec.Get("socktype") != int64(unix.SOCK_DGRAM) {
			details = append(details, Field{"peer_recvq", int64(diag.rqueue)}) // the bytes that sendq does not tell
		}
	}
	own, _ := rec.Get("inode").(int64)
	if shared, ok := sharing(fd, ends[uint64(own)]); ok {
		details = append(details, Field{"shared_with", shared})
	}
	if kind, _ := rec.Get("type").(string); kind == "pipe" {
		details = appendFDs(details, "peer_fds", otherEnds(fd, ends[uint64(own)]))
		if size, err := unix.FcntlInt(uintptr(fd), unix.F_GETPIPE_SZ, 0); err == nil {
			details = append(details, Field{"pipe_size", int64(size)})
		}
	}
	if lines := fdinfoLines(fd); len(lines) > 0 {
		details = append(details, Field{"fdinfo", lines})
	}
	return details
}

// otherEnds are those of a pipe's descriptors that have the other access.
func otherEnds(fd int, candidates []int) (others []int) {
	mine, _ := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	for _, other := range candidates {
		flags, err := unix.FcntlInt(uintptr(other), unix.F_GETFL, 0)
		if err == nil && flags&unix.O_ACCMODE != mine&unix.O_ACCMODE {
			others = append(others, other)
		}
	}
	return others
}

// inodes answers the descriptors by inode.
func inodes() map[uint64][]int {
	m := map[uint64][]int{}
	for _, fd := range OpenDescriptors() {
		var st unix.Stat_t
		if unix.Fstat(fd, &st) == nil {
			m[st.Ino] = append(m[st.Ino], fd)
		}
	}
	return m
}

// sharing answers those of the descriptors that are the same open file description:
// kcmp(2), or F_DUPFD_QUERY where that is denied. ok is false if both are.
func sharing(fd int, candidates []int) (shared []any, ok bool) {
	shared = []any{}
	for _, other := range candidates {
		if other == fd {
			continue
		}
		same, err := sameFile(fd, other)
		if err != nil {
			return nil, false
		}
		if same {
			shared = append(shared, int64(other))
		}
	}
	return shared, true
}

func sameFile(a, b int) (bool, error) {
	const kcmpFile = 0 // KCMP_FILE, include/uapi/linux/kcmp.h
	pid := uintptr(os.Getpid())
	order, _, errno := unix.RawSyscall6(unix.SYS_KCMP, pid, pid, kcmpFile, uintptr(a), uintptr(b), 0)
	if errno == 0 {
		return order == 0, nil
	}
	same, err := unix.FcntlInt(uintptr(a), unix.F_DUPFD_QUERY, b)
	return same == 1, err
}

// fdinfoLines are the lines of proc_pid_fdinfo(5) that only some kinds have: an
// eventfd's count, what an epoll descriptor watches.
func fdinfoLines(fd int) []any {
	text, err := os.ReadFile("/proc/self/fdinfo/" + strconv.Itoa(fd))
	if err != nil {
		return nil
	}
	var lines []any
	for line := range strings.Lines(string(text)) {
		name, _, _ := strings.Cut(line, ":")
		if !slices.Contains([]string{"pos", "flags", "mnt_id", "ino", "scm_fds"}, name) {
			lines = append(lines, strings.Join(strings.Fields(line), " "))
		}
	}
	return lines
}

// Path says what a descriptor stands for, as strace -yy does: a file's path,
// TCP:[127.0.0.1:40000->127.0.0.1:7007]; "" if it is not open.
func Path(fd int) string {
	fd = Visible(fd)
	var st unix.Stat_t
	if unix.Fstat(fd, &st) != nil {
		return ""
	}
	d := &description{fd: fd, stat: &st}
	if d.isSocket() {
		d.identify()
		return d.socketPath()
	}
	d.readLink()
	text := Escape(d.link)
	if st.Mode&unix.S_IFMT == unix.S_IFCHR {
		text += fmt.Sprintf("<char %d:%d>", unix.Major(st.Rdev), unix.Minor(st.Rdev))
	}
	return text
}

// socketPath begins with the protocol's name as the kernel has it, which strace takes from
// the same place: TCP, UDPv6, UNIX-STREAM, and UNIX for the other types.
func (d *description) socketPath() string {
	name := "socket"
	buf := make([]byte, 32)
	if n, err := unix.Fgetxattr(d.fd, "system.sockprotoname", buf); err == nil {
		name, _, _ = strings.Cut(string(buf[:n]), "\x00")
	}
	return name + ":[" + d.endpoints() + "]"
}

// endpoints are the addresses of an Internet socket, the inodes and the path of a Unix
// one, and the inode of others.
func (d *description) endpoints() string {
	inode := strconv.FormatUint(d.stat.Ino, 10)
	var local, remote Sockaddr
	if sockname(unix.SYS_GETSOCKNAME, d.fd, &local) != nil {
		return inode
	}
	_, port, _, _, isInet := local.Inet()
	switch {
	case d.domain == unix.AF_UNIX:
		return inode + d.unixPeer() + quotedPath(local.Path())
	case !isInet || port == 0:
		return inode
	case sockname(unix.SYS_GETPEERNAME, d.fd, &remote) == nil:
		return local.String() + "->" + remote.String()
	}
	return local.String()
}

func (d *description) unixPeer() string {
	if diag, err := unixDiag(d.stat.Ino); err == nil && diag.peer != 0 {
		return fmt.Sprintf("->%d", diag.peer)
	}
	return ""
}

func quotedPath(path string) string {
	switch {
	case path == "":
		return ""
	case path[0] == '@':
		return `,@"` + Escape(path[1:]) + `"`
	}
	return `,"` + Escape(path) + `"`
}
