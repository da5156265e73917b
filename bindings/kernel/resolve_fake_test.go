package kernel

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// The types of RFC 1035 section 3.2.2 and RFC 3596 that the resolver asks for.
const (
	typeA     = 1
	typeCNAME = 5
	typePTR   = 12
	typeAAAA  = 28
)

// zone is what a fake name server knows of a name.
type zone struct {
	addrs  []string // of both kinds
	alias  string
	ptr    string
	rcode  byte
	onTCP  bool          // the answer by UDP is cut
	held   chan struct{} // no answer until it is closed
	silent bool
}

// fakeDNS answers questions on 127.0.0.1, by UDP and TCP.
type fakeDNS struct {
	zones map[string]zone
	asked chan string // each question's name, after "tcp " if it came so
	stop  chan struct{}
	group sync.WaitGroup
	conns sync.WaitGroup // by TCP
}

// serveDNS starts a name server, which the look-ups of the test ask.
func serveDNS(t *testing.T, zones map[string]zone) *fakeDNS {
	t.Helper()
	zones["probe.test."] = zone{addrs: []string{"192.0.2.1"}}
	s := &fakeDNS{zones: zones, asked: make(chan string, 100), stop: make(chan struct{})}
	udp, tcp := listenBoth(t)
	s.group.Add(2)
	go s.serveUDP(udp)
	go s.serveTCP(tcp)
	dnsServer = udp.LocalAddr().String()
	t.Cleanup(func() {
		dnsServer = ""
		close(s.stop)
		_ = udp.Close()
		_ = tcp.Close()
		s.group.Wait()
		s.conns.Wait()
	})
	if _, err := lookUp("probe.test.", unix.AF_INET, 0); err != nil {
		t.Skipf("this machine's nsswitch.conf leaves DNS out: %v", err)
	}
	s.drain()
	return s
}

func (s *fakeDNS) drain() {
	for len(s.asked) > 0 {
		<-s.asked
	}
}

// listenBoth finds a port that is free for UDP and TCP.
func listenBoth(t *testing.T) (net.PacketConn, net.Listener) {
	t.Helper()
	for range 20 {
		udp, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if tcp, err := net.Listen("tcp", udp.LocalAddr().String()); err == nil {
			return udp, tcp
		}
		_ = udp.Close()
	}
	t.Fatal("no port is free for UDP and TCP")
	return nil, nil
}

func (s *fakeDNS) serveUDP(c net.PacketConn) {
	defer s.group.Done()
	buf := make([]byte, 2048)
	for {
		n, from, err := c.ReadFrom(buf)
		if err != nil {
			return
		}
		query := slices.Clone(buf[:n])
		s.group.Go(func() {
			if reply := s.reply(query, false); reply != nil {
				_, _ = c.WriteTo(reply, from)
			}
		})
	}
}

func (s *fakeDNS) serveTCP(l net.Listener) {
	defer s.group.Done()
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		s.conns.Go(func() {
			defer func() { _ = c.Close() }()
			s.answerTCP(c)
		})
	}
}

func (s *fakeDNS) answerTCP(c net.Conn) {
	var size [2]byte
	if _, err := io.ReadFull(c, size[:]); err != nil {
		return
	}
	query := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(c, query); err != nil {
		return
	}
	reply := s.reply(query, true)
	if reply == nil {
		<-s.stop
		return
	}
	binary.BigEndian.PutUint16(size[:], uint16(len(reply)))
	_, _ = c.Write(append(size[:], reply...))
}

// reply makes the answer to a query: RFC 1035 section 4.1.
func (s *fakeDNS) reply(query []byte, tcp bool) []byte {
	name, end := readName(query, 12)
	kind := binary.BigEndian.Uint16(query[end:])
	z, ok := s.zones[name]
	event := name
	if tcp {
		event = "tcp " + name
	}
	select {
	case s.asked <- event:
	default:
	}
	if z.held != nil {
		select {
		case <-z.held:
		case <-s.stop:
		}
	}
	if z.silent && (tcp || !z.onTCP) {
		return nil
	}
	const response, recursion, truncated, nxdomain = 0x80, 0x80, 0x02, 3
	out := slices.Clone(query[:end+4])
	clear(out[6:12])
	out[2], out[3] = query[2]|response, recursion|z.rcode
	switch {
	case !ok:
		out[3] |= nxdomain
	case z.onTCP && !tcp:
		out[2] |= truncated
	default:
		records, count := s.records(name, kind)
		binary.BigEndian.PutUint16(out[6:], count)
		out = append(out, records...)
	}
	return out
}

func (s *fakeDNS) records(name string, kind uint16) (out []byte, count uint16) {
	z := s.zones[name]
	add := func(kind uint16, data []byte) {
		out = append(out, packName(name)...)
		out = binary.BigEndian.AppendUint16(out, kind)
		out = append(out, 0, 1, 0, 0, 0, 60) // class IN, for a minute
		out = binary.BigEndian.AppendUint16(out, uint16(len(data)))
		out = append(out, data...)
		count++
	}
	if z.ptr != "" && kind == typePTR {
		add(typePTR, packName(z.ptr))
	}
	for _, a := range z.addrs {
		ip := netip.MustParseAddr(a)
		if ip.Is4() && kind == typeA || ip.Is6() && kind == typeAAAA {
			add(kind, ip.AsSlice())
		}
	}
	if z.alias != "" {
		add(typeCNAME, packName(z.alias))
		more, n := s.records(z.alias, kind)
		if kind != typeCNAME {
			out, count = append(out, more...), count+n
		}
	}
	return out, count
}

func readName(msg []byte, at int) (name string, end int) {
	for msg[at] != 0 {
		n := int(msg[at])
		name += string(msg[at+1:at+1+n]) + "."
		at += 1 + n
	}
	return name, at + 1
}

func packName(name string) []byte {
	var out []byte
	for label := range strings.SplitSeq(strings.TrimSuffix(name, "."), ".") {
		out = append(append(out, byte(len(label))), label...)
	}
	return append(out, 0)
}

// lookUp answers the addresses that getaddrinfo gives, for one socket type.
func lookUp(name string, family, flags int) ([]string, error) {
	task := NewTask(0, "main")
	defer task.End()
	entries, err := lookUpAs(task, name, Hints{Family: family, Socktype: unix.SOCK_STREAM, Flags: flags})
	var addrs []string
	for _, e := range entries {
		addrs = append(addrs, e.Get("addr").(string))
	}
	return addrs, err
}

func lookUpAs(task *Task, name string, h Hints) (entries []Record, err error) {
	f := &task.Frame
	f.Reset()
	op := &Op{Name: "getaddrinfo", Do: func(f *Frame) error { return Getaddrinfo(f, &name, nil, h) }}
	err = task.Do(op, f)
	list, _ := f.Out[0].Any.([]any)
	for _, e := range list {
		entries = append(entries, e.(Record))
	}
	return entries, err
}

// codeOf is the error's EAI number, 0 if it is none.
func codeOf(err error) int {
	if e, ok := err.(*AddrinfoError); ok {
		return e.Code
	}
	return 0
}

// descriptors lists those that are open.
func descriptors() []int {
	var open []int
	for fd := range 4096 {
		if isOpen(fd) {
			open = append(open, fd)
		}
	}
	return open
}
