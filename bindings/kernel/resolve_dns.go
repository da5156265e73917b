package kernel

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// dnsLookup is one question to Go's resolver: the hosts file, then DNS. An interrupt
// ends it without a context. The resolver looks at its context between two queries
// only, not while it waits for an answer, and leaves a goroutine and a socket behind
// when that is cancelled. Instead the connections are ours: an interrupt ends what
// waits on them, no further one is made, and the resolver comes back soon, by the way
// on which it closes everything.
type dnsLookup struct {
	sync.Mutex
	aborted bool
	refused unix.Errno // of a socket that there was no descriptor for
	known   bool       // a server knows the name, though it may have no such address
	conns   map[*dnsConn]bool
}

// dnsServer is asked in place of those of resolv.conf, in tests.
var dnsServer string

// resolve runs ask so that an interrupt of the task ends it.
func (t *Task) resolve(ask func(ctx context.Context, r *net.Resolver) error) error {
	l := &dnsLookup{conns: map[*dnsConn]bool{}}
	stop := t.Watch(l.abort)
	// A resolver of its own: net.Resolver joins equal questions of several callers.
	err := ask(context.Background(), &net.Resolver{PreferGo: true, Dial: l.dial})
	stop()
	if t.Interrupted() {
		return ErrInterrupted
	}
	return l.asAddrinfo(err)
}

// asAddrinfo says the resolver's error as getaddrinfo would. Go's does not tell a
// name that is not there from one that has no address of the kind.
func (l *dnsLookup) asAddrinfo(err error) error {
	var dns *net.DNSError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &dns) && dns.IsNotFound && l.known:
		return eai(eaiNodata)
	case errors.As(err, &dns) && dns.IsNotFound:
		return eai(eaiNoname)
	case l.refused != 0: // as glibc does, resolv/nss_dns/dns-host.c
		return &AddrinfoError{Code: eaiSystem, Errno: l.refused}
	}
	return eai(eaiAgain)
}

// abort ends every wait of the look-up.
func (l *dnsLookup) abort() {
	l.Lock()
	defer l.Unlock()
	l.aborted = true
	for c := range l.conns {
		_ = c.file.SetDeadline(time.Unix(1, 0))
	}
}

func (l *dnsLookup) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if dnsServer != "" {
		address = dnsServer
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	c, err := l.open(network, to)
	if err != nil {
		return nil, err
	}
	if err := c.connect(ctx); err != nil {
		_ = c.Close()
		return nil, err
	}
	if strings.HasPrefix(network, "udp") {
		return dnsPacketConn{c}, nil
	}
	return c, nil
}

// open makes a socket above the user's numbers. Go's own dialer would take the lowest,
// and the user's next socket would be another one than without the look-up.
func (l *dnsLookup) open(network string, to netip.AddrPort) (*dnsConn, error) {
	l.Lock()
	defer l.Unlock()
	if l.aborted {
		return nil, ErrInterrupted
	}
	domain, kind := unix.AF_INET6, unix.SOCK_STREAM
	if to.Addr().Is4() {
		domain = unix.AF_INET
	}
	if strings.HasPrefix(network, "udp") {
		kind = unix.SOCK_DGRAM
	}
	syscall.ForkLock.RLock() // macOS has no SOCK_CLOEXEC
	fd, err := unix.Socket(domain, kind, 0)
	if err == nil {
		unix.CloseOnExec(fd)
		fd = Own(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		if err == unix.EMFILE || err == unix.ENFILE {
			l.refused = err.(unix.Errno)
		}
		return nil, os.NewSyscallError("socket", err)
	}
	_ = unix.SetNonblock(fd, true) // or os.NewFile would not use the poller
	c := &dnsConn{lookup: l, fd: fd, to: to, file: os.NewFile(uintptr(fd), "dns")}
	l.conns[c] = true
	return c, nil
}

// dnsConn is a connection to a name server.
type dnsConn struct {
	lookup *dnsLookup
	file   *os.File
	fd     int
	to     netip.AddrPort
}

// connect waits for the connection in Go's poller, where abort reaches it.
func (c *dnsConn) connect(ctx context.Context) error {
	if deadline, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(deadline)
	}
	raw, err := c.file.SyscallConn()
	if err != nil {
		return err
	}
	begun, done := false, error(nil)
	err = raw.Write(func(fd uintptr) bool {
		if begun {
			var errno int
			errno, done = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_ERROR)
			if done == nil {
				done = asError(unix.Errno(errno))
			}
			return true
		}
		begun = true
		done = unix.Connect(int(fd), dnsSockaddr(c.to))
		return done != unix.EINPROGRESS
	})
	if err != nil {
		return err
	}
	return os.NewSyscallError("connect", done)
}

func dnsSockaddr(to netip.AddrPort) unix.Sockaddr {
	if to.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}
	}
	scope, _ := scopeID(to.Addr().Zone())
	return &unix.SockaddrInet6{Port: int(to.Port()), Addr: to.Addr().As16(), ZoneId: scope}
}

// Read looks at the answer's code on the way: RCODE of RFC 1035 section 4.1.1.
func (c *dnsConn) Read(b []byte) (int, error) {
	const sizeofHeader, rcode, noError = 12, 0x0f, 0
	n, err := c.file.Read(b)
	if n >= sizeofHeader && b[3]&rcode == noError {
		c.lookup.Lock()
		c.lookup.known = true
		c.lookup.Unlock()
	}
	return n, err
}

func (c *dnsConn) Write(b []byte) (int, error) { return c.file.Write(b) }

// Close closes the descriptor.
func (c *dnsConn) Close() error {
	c.lookup.Lock()
	delete(c.lookup.conns, c)
	c.lookup.Unlock()
	forget(c.fd)
	return c.file.Close()
}

// SetDeadline sets the resolver's time limit, unless an interrupt has set a nearer.
func (c *dnsConn) SetDeadline(t time.Time) error {
	c.lookup.Lock()
	defer c.lookup.Unlock()
	if c.lookup.aborted {
		return ErrInterrupted
	}
	return c.file.SetDeadline(t)
}

// What completes net.Conn; the resolver does not use it.
func (c *dnsConn) LocalAddr() net.Addr              { return nil }
func (c *dnsConn) RemoteAddr() net.Addr             { return net.UDPAddrFromAddrPort(c.to) }
func (c *dnsConn) SetReadDeadline(time.Time) error  { return os.ErrNoDeadline }
func (c *dnsConn) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }

// dnsPacketConn is one that carries a message in each datagram: the resolver knows it
// by the methods of net.PacketConn.
type dnsPacketConn struct{ *dnsConn }

func (c dnsPacketConn) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := c.Read(b)
	return n, c.RemoteAddr(), err
}

func (c dnsPacketConn) WriteTo(b []byte, _ net.Addr) (int, error) { return c.Write(b) }
