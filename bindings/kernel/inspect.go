package kernel

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// Describe answers what the kernel knows of a descriptor, as a line of the descriptor
// table: fields that it does not tell are absent. Nothing is changed by asking.
func Describe(fd int) (Record, error) {
	fd = Visible(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, err
	}
	d := &description{fd: fd, stat: &st}
	d.add("fd", int64(fd))
	d.kind = d.kindOf()
	d.add("type", d.kind)
	d.addFlags()
	if d.isSocket() {
		d.addSocket()
	} else {
		d.addFile()
	}
	d.addSystem()
	return d.rec, nil
}

// Table answers a line for each descriptor that is not the program's own.
func Table() []any {
	var lines []any
	for _, fd := range OpenDescriptors() {
		if rec, err := Describe(fd); err == nil {
			lines = append(lines, rec)
		}
	}
	return lines
}

// Words are what the type or the state of a line may be, in order; nil for other fields.
func Words(field string) []string {
	switch field {
	case "type":
		return types()
	case "state":
		return states()
	}
	return nil
}

var types = sync.OnceValue(func() []string {
	words := []string{"block", "char", "dir", "file", "other", "pipe", "socket", "tty", "unix"}
	for _, transport := range [...]string{"inet", "mptcp", "ping", "raw", "sctp", "tcp", "udp"} {
		words = append(words, transport, transport+"6")
	}
	words = append(words, otherTypes()...)
	slices.Sort(words)
	return words
})

var states = sync.OnceValue(func() []string {
	words := append([]string{"UNCONNECTED"}, tcpStates[:]...)
	slices.Sort(words)
	return slices.DeleteFunc(slices.Compact(words), func(word string) bool { return word == "" })
})

// description is a line in the making.
type description struct {
	fd   int
	stat *unix.Stat_t
	kind string // tcp, pipe, file
	link string // what the system calls the descriptor's file; "" if it does not say
	rec  Record

	domain, socktype, protocol int  // of a socket; -1 if unknown
	listening                  bool // it takes connections
	connected                  bool // it has a peer
	tcpState                   int  // the system's number; 0 if unknown
}

func (d *description) add(name string, value any) { d.rec = append(d.rec, Field{name, value}) }

// addInt adds a number that the kernel may not tell.
func (d *description) addInt(name string, n int, err error) {
	if err == nil {
		d.add(name, int64(n))
	}
}

func (d *description) isSocket() bool { return d.stat.Mode&unix.S_IFMT == unix.S_IFSOCK }

// kindOf names what the descriptor is for.
func (d *description) kindOf() string {
	if d.isSocket() {
		d.identify()
		return d.socketKind()
	}
	switch d.stat.Mode & unix.S_IFMT {
	case unix.S_IFIFO:
		return "pipe"
	case unix.S_IFREG:
		return "file"
	case unix.S_IFDIR:
		return "dir"
	case unix.S_IFBLK:
		return "block"
	case unix.S_IFCHR:
		if IsTerminal(d.fd) {
			return "tty"
		}
		return "char"
	}
	return d.otherKind()
}

// identify asks what kind of socket it is.
func (d *description) identify() {
	d.domain, d.socktype, d.protocol = -1, -1, -1
	if n, err := domainOf(d.fd); err == nil {
		d.domain = n
	}
	if n, err := unix.GetsockoptInt(d.fd, unix.SOL_SOCKET, unix.SO_TYPE); err == nil {
		d.socktype = n
	}
	if n, err := protocolOf(d.fd); err == nil {
		d.protocol = n
	}
}

// socketKind names the socket by its protocol: tcp, udp6, unix.
func (d *description) socketKind() string {
	switch d.domain {
	case unix.AF_UNIX:
		return "unix"
	case unix.AF_INET:
		return d.transport()
	case unix.AF_INET6:
		return d.transport() + "6"
	}
	return otherDomain(d.domain)
}

// transport names the protocol of an Internet socket. Where the system does not tell
// it, it follows from the type.
func (d *description) transport() string {
	switch {
	case d.socktype == unix.SOCK_RAW:
		return "raw"
	case d.protocol == protocolMPTCP:
		return "mptcp"
	case d.protocol == unix.IPPROTO_SCTP:
		return "sctp"
	case d.protocol == unix.IPPROTO_ICMP || d.protocol == unix.IPPROTO_ICMPV6:
		return "ping"
	case d.socktype == unix.SOCK_STREAM:
		return "tcp"
	case d.socktype == unix.SOCK_DGRAM:
		return "udp"
	}
	return "inet"
}

func (d *description) isTCP() bool { return d.kind == "tcp" || d.kind == "tcp6" }

// addFlags adds the flags that people ask for, as words.
func (d *description) addFlags() {
	var words []string
	status, err := unix.FcntlInt(uintptr(d.fd), unix.F_GETFL, 0)
	if err == nil {
		for _, flag := range statusWords {
			if status&flag.bit != 0 {
				words = append(words, flag.word)
			}
		}
	}
	if fdFlags, err := unix.FcntlInt(uintptr(d.fd), unix.F_GETFD, 0); err == nil && fdFlags&unix.FD_CLOEXEC != 0 {
		words = append(words, "cloexec")
	}
	d.add("flags", strings.Join(words, " "))
	if err == nil && !d.isSocket() {
		if mode := status & unix.O_ACCMODE; mode < len(accessWords) {
			d.add("access", accessWords[mode])
		}
	}
}

var statusWords = []struct {
	bit  int
	word string
}{{unix.O_NONBLOCK, "nonblock"}, {unix.O_APPEND, "append"}, {unix.O_ASYNC, "async"}}

var accessWords = [...]string{unix.O_RDONLY: "r", unix.O_WRONLY: "w", unix.O_RDWR: "rw"}

// addSocket adds the addresses, the state and the queues.
func (d *description) addSocket() {
	if d.socktype >= 0 {
		d.add("socktype", int64(d.socktype))
	}
	if n, err := unix.GetsockoptInt(d.fd, unix.SOL_SOCKET, unix.SO_ACCEPTCONN); err == nil {
		d.listening = n != 0
	}
	d.addName("local", unix.SYS_GETSOCKNAME)
	d.connected = d.hasPeers() && d.addName("remote", unix.SYS_GETPEERNAME)
	d.addState()
	if !d.listening {
		d.addQueues()
	}
}

func (d *description) addName(field string, trap uintptr) bool {
	var a Sockaddr
	if sockname(trap, d.fd, &a) != nil {
		return false
	}
	if a.Len >= offsetData {
		d.add(field, &a)
	}
	return true
}

// addPlainState is the state of a socket whose protocol has none of its own to tell.
func (d *description) addPlainState() {
	switch {
	case d.listening:
		d.add("state", "LISTEN")
	case d.connected:
		d.add("state", "ESTABLISHED")
	default:
		d.add("state", "UNCONNECTED")
	}
}

// addFile adds what there is to say of what is no socket.
func (d *description) addFile() {
	switch d.kind {
	case "file":
		if at, err := unix.Seek(d.fd, 0, unix.SEEK_CUR); err == nil {
			d.add("offset", at)
		}
		d.add("size", d.stat.Size)
	case "pipe", "tty":
		n, err := unix.IoctlGetInt(d.fd, fionread)
		if d.canRead() {
			d.addInt("recvq", n, err)
		} else if d.kind == "pipe" {
			d.addInt("sendq", n, err)
		}
	}
}

// canRead tells whether the descriptor is open for reading: the write end of a pipe
// has its bytes still to be read by the other end.
func (d *description) canRead() bool {
	access, _ := d.rec.Get("access").(string)
	return access != "w"
}

// DescribeFully is Describe with the sizes of the buffers, what the protocol knows, and
// who else has the open file description. ChangedOptions has the options.
func (f *Frame) DescribeFully(fd int) (Record, error) {
	rec, err := Describe(fd)
	if err != nil {
		return nil, err
	}
	if _, isSocket := rec.Get("socktype").(int64); isSocket {
		rec = f.addBuffers(rec, fd)
		rec = f.addProtocol(rec, fd)
		rec = append(rec, pendingError(fd)...)
		rec = appendFDs(rec, "peer_fds", internetPeers(fd))
	}
	return append(rec, systemDetails(fd, rec)...), nil
}

// appendFDs appends a field that lists descriptors, if there are any.
func appendFDs(rec Record, name string, fds []int) Record {
	if len(fds) == 0 {
		return rec
	}
	list := make([]any, len(fds))
	for i, fd := range fds {
		list[i] = int64(fd)
	}
	return append(rec, Field{name, list})
}

// Unchanged tells whether the descriptor is still the file that a record describes: another
// thread may have closed it while it was looked at, and the record is half of one thing.
func Unchanged(fd int, rec Record) error {
	var st unix.Stat_t
	if err := unix.Fstat(Visible(fd), &st); err != nil {
		return err
	}
	if inode, ok := rec.Get("inode").(int64); ok && inode != int64(st.Ino) {
		return unix.EBADF
	}
	return nil
}

// addBuffers adds the sizes of the buffers, as the kernel counts them.
func (f *Frame) addBuffers(rec Record, fd int) Record {
	for _, o := range [...]struct {
		field string
		name  int
	}{{"rcvbuf", unix.SO_RCVBUF}, {"sndbuf", unix.SO_SNDBUF}} {
		if n, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, o.name); err == nil {
			rec = append(rec, Field{o.field, int64(n)})
		}
	}
	return rec
}

// addProtocol adds what the system tells of a TCP connection, under its names.
func (f *Frame) addProtocol(rec Record, fd int) Record {
	if kind, _ := rec.Get("type").(string); kind != "tcp" && kind != "tcp6" {
		return rec
	}
	info, err := f.readOption(fd, OptionOf(unix.IPPROTO_TCP, tcpInfoOption, 0))
	fields, ok := info.(Record)
	if err != nil || !ok {
		return rec
	}
	return append(rec, Field{"tcp_info", fields})
}

// pendingError tells that the socket has an error for its next call. Which one, the
// kernel tells by SO_ERROR only, which clears it.
func pendingError(fd int) Record {
	p := []unix.PollFd{{Fd: int32(fd)}}
	if _, err := unix.Poll(p, 0); err != nil {
		return nil
	}
	return Record{{"error_pending", p[0].Revents&unix.POLLERR != 0}}
}

// OptionValue is an option with its value.
type OptionValue struct {
	Option *Option
	Value  any
}

// ChangedOptions are the options of the socket that a new one of its kind has
// otherwise, but for those that the connection or the kernel sets by itself.
func (f *Frame) ChangedOptions(fd int) []OptionValue {
	fresh, ok := f.freshOptions(fd)
	if !ok {
		return nil
	}
	var changed []OptionValue
	for _, o := range f.readableOptions(fd) {
		if before, known := fresh[o.Option]; known && !sameValue(before, o.Value) {
			changed = append(changed, o)
		}
	}
	return changed
}

// readableOptions reads every option that can be set and read on the socket.
func (f *Frame) readableOptions(fd int) []OptionValue {
	var list []OptionValue
	typ, _ := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
	stream := typ == unix.SOCK_STREAM
	all := Options()
	for i := range all {
		o := &all[i]
		if o.Access != Both || o.Family != 0 || slices.Contains(restless, optionKey{o.Level, o.Name, 0}) {
			continue
		}
		if stream && o.Level != unix.SOL_SOCKET && o.Level != unix.IPPROTO_TCP && slices.Contains(multicast, o.Name) {
			continue // accept leaves the peer's TTL there (tcp_v4_syn_recv_sock in net/ipv4/tcp_ipv4.c)
		}
		if v, err := f.readOption(fd, o); err == nil {
			list = append(list, OptionValue{o, v})
		}
	}
	return list
}

var multicast = []int{unix.IP_MULTICAST_TTL, unix.IP_MULTICAST_IF, unix.IPV6_MULTICAST_HOPS, unix.IPV6_MULTICAST_IF}

// socketKey is a kind of socket.
type socketKey struct{ domain, socktype, protocol int }

// freshOptions are the options of a new socket of the same kind.
func (f *Frame) freshOptions(fd int) (map[*Option]any, bool) {
	d := description{fd: fd}
	d.identify()
	key := socketKey{d.domain, d.socktype, max(d.protocol, 0)}
	fresh, err := unix.Socket(key.domain, key.socktype, key.protocol)
	if err != nil {
		return nil, false
	}
	fresh = Own(fresh)
	defer disown(fresh)
	values := map[*Option]any{}
	for _, o := range f.readableOptions(fresh) {
		values[o.Option] = o.Value
	}
	return values, true
}

// sameValue tells whether two plain values are alike.
func sameValue(a, b any) bool {
	switch x := a.(type) {
	case Record:
		y, ok := b.(Record)
		return ok && slices.EqualFunc(x, y, func(a, b Field) bool { return a.Name == b.Name && sameValue(a.Value, b.Value) })
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, sameValue)
	case *Sockaddr:
		y, ok := b.(*Sockaddr)
		return ok && *x == *y
	}
	return a == b
}

// PeekBuffer answers up to n bytes of what waits to be received, without taking them
// and without waiting: recv(2) with MSG_PEEK. eof: the peer has ended its direction.
func PeekBuffer(fd, n int) (data string, eof bool, err error) {
	fd = Visible(fd)
	buf := make([]byte, n)
	got, _, err := unix.Recvfrom(fd, buf, unix.MSG_PEEK|unix.MSG_DONTWAIT)
	for err == unix.EINTR {
		got, _, err = unix.Recvfrom(fd, buf, unix.MSG_PEEK|unix.MSG_DONTWAIT)
	}
	if err == unix.EAGAIN {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	typ, _ := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
	return string(buf[:max(got, 0)]), got == 0 && n > 0 && typ == unix.SOCK_STREAM, nil
}
