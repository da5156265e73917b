package kernel

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestNames(t *testing.T) {
	both := []string{"192.0.2.10", "2001:db8::10"}
	s := serveDNS(t, map[string]zone{
		"four.test.":  {addrs: both[:1]},
		"six.test.":   {addrs: both[1:]},
		"both.test.":  {addrs: both},
		"empty.test.": {},
		"fail.test.":  {rcode: 2},
		"big.test.":   {addrs: both[:1], onTCP: true},
		"alias.test.": {alias: "next.test."},
		"next.test.":  {alias: "four.test."},
	})
	for _, c := range []struct {
		name          string
		family, flags int
		want          []string // sorted
		code          int
	}{
		{"four.test.", unix.AF_UNSPEC, 0, both[:1], 0},
		{"four.test.", unix.AF_INET, 0, both[:1], 0},
		{"four.test.", unix.AF_INET6, 0, nil, eaiNodata},
		{"four.test.", unix.AF_INET6, aiV4mapped, []string{"::ffff:192.0.2.10"}, 0},
		{"six.test.", unix.AF_INET6, 0, both[1:], 0},
		{"six.test.", unix.AF_INET, 0, nil, eaiNodata},
		{"both.test.", unix.AF_UNSPEC, 0, both, 0},
		{"both.test.", unix.AF_INET6, 0, both[1:], 0},
		{"both.test.", unix.AF_INET6, aiV4mapped, both[1:], 0},
		{"both.test.", unix.AF_INET6, aiV4mapped | aiAll, []string{"2001:db8::10", "::ffff:192.0.2.10"}, 0},
		{"both.test.", unix.AF_INET, aiNumerichost, nil, eaiNoname},
		{"empty.test.", unix.AF_UNSPEC, 0, nil, eaiNodata},
		{"missing.test.", unix.AF_UNSPEC, 0, nil, eaiNoname},
		{"fail.test.", unix.AF_INET, 0, nil, eaiAgain},
		{"big.test.", unix.AF_INET, 0, both[:1], 0},
		{"alias.test.", unix.AF_INET, 0, both[:1], 0},
		{"no good\x00name", unix.AF_INET, 0, nil, eaiNoname},
		{"", unix.AF_INET, 0, nil, eaiNoname},
	} {
		before := descriptors()
		got, err := lookUp(c.name, c.family, c.flags)
		s.conns.Wait() // or the server's own descriptor would count
		slices.Sort(got)
		if !slices.Equal(got, c.want) || codeOf(err) != c.code {
			t.Errorf("%q family %d flags %#x: %q, %v; want %q, %d", c.name, c.family, c.flags, got, err, c.want, c.code)
		}
		if after := descriptors(); !slices.Equal(before, after) {
			t.Errorf("%q: descriptors before %v, after %v", c.name, before, after)
		}
	}
}

func TestCanonicalName(t *testing.T) {
	serveDNS(t, map[string]zone{
		"alias.test.": {alias: "next.test."},
		"next.test.":  {alias: "four.test."},
		"four.test.":  {addrs: []string{"192.0.2.10", "192.0.2.11"}},
	})
	task := NewTask(0, "main")
	defer task.End()
	for range 10 { // the resolver's queries race with each other
		entries, err := lookUpAs(task, "alias.test.", Hints{Flags: aiCanonname})
		if err != nil {
			t.Fatal(err)
		}
		if got := entries[0].Get("canonname"); got != "four.test" {
			t.Errorf("canonname %v, want four.test", got)
		}
		if got := entries[1].Get("canonname"); got != nil {
			t.Errorf("the second entry has canonname %v", got)
		}
	}
}

// An interrupt ends a look-up that waits for an answer, by UDP, in a TCP connection,
// forward and reverse; no descriptor is left, and while it runs the user's next
// descriptor is the one that it would be without.
func TestInterruptedLookup(t *testing.T) {
	zones := map[string]zone{
		"silent.test.":               {silent: true},
		"tcp.test.":                  {silent: true, onTCP: true},
		"7.100.51.198.in-addr.arpa.": {silent: true},
	}
	forward := func(name string, family int) func(f *Frame) error {
		return func(f *Frame) error { return Getaddrinfo(f, &name, nil, Hints{Family: family}) }
	}
	for _, c := range []struct {
		name, until string
		questions   int
		do          func(f *Frame) error
	}{
		{"getaddrinfo", "silent.test.", 1, forward("silent.test.", unix.AF_INET)},
		{"getaddrinfo", "silent.test.", 2, forward("silent.test.", unix.AF_UNSPEC)},
		{"getaddrinfo", "tcp tcp.test.", 1, forward("tcp.test.", unix.AF_INET)},
		{"getnameinfo", "7.100.51.198.in-addr.arpa.", 1, func(f *Frame) error {
			var a Sockaddr
			a.SetInet(unix.AF_INET, netip.MustParseAddr("198.51.100.7"), 80, 0, 0)
			return Getnameinfo(f, &a, 0)
		}},
	} {
		t.Run(c.until, func(t *testing.T) {
			interruptLookup(t, serveDNS(t, zones), &Op{Name: c.name, Do: c.do}, c.until, c.questions)
		})
	}
}

func interruptLookup(t *testing.T, s *fakeDNS, op *Op, until string, questions int) {
	t.Helper()
	overTCP := strings.HasPrefix(until, "tcp ")
	task := NewTask(0, "main")
	defer task.End()
	before, next := descriptors(), nextFD(t)
	result := make(chan error, 1)
	task.Frame.Reset()
	go func() { result <- task.Do(op, &task.Frame) }()
	for questions > 0 {
		if name := <-s.asked; name == until {
			questions--
		}
	}
	if got := nextFD(t); got != next && !overTCP { // the server's own socket is new there
		t.Errorf("%s: while it runs the next descriptor is %d, %d without", op.Name, got, next)
	}
	if !slices.ContainsFunc(descriptors(), func(fd int) bool {
		return fd >= ownBase && owns(fd) && !slices.Contains(before, fd)
	}) {
		t.Errorf("%s: its socket is not among the program's own", op.Name)
	}
	began := time.Now()
	task.Interrupt()
	if err := <-result; err != ErrInterrupted {
		t.Errorf("%s: %v, want %v", op.Name, err, ErrInterrupted)
	}
	if took := time.Since(began); took > 100*time.Millisecond {
		t.Errorf("%s: interrupted after %v", op.Name, took)
	}
	after := descriptors()
	if overTCP { // the server's end is open until it stops
		after = slices.DeleteFunc(after, func(fd int) bool { return fd < ownBase && !slices.Contains(before, fd) })
	}
	if !slices.Equal(before, after) {
		t.Errorf("%s: descriptors before %v, after %v", op.Name, before, after)
	}
	if task.Note() != op.Name {
		t.Errorf("note %q, want %q", task.Note(), op.Name)
	}
}

// Wherever in a look-up the interrupt comes, nothing is left.
func TestInterruptAtAnyTime(t *testing.T) {
	serveDNS(t, map[string]zone{"silent.test.": {silent: true}})
	before := descriptors()
	for range 200 {
		task := NewTask(0, "main")
		begun := make(chan struct{})
		go func() {
			<-begun
			task.Interrupt()
		}()
		close(begun)
		if _, err := lookUpAs(task, "silent.test.", Hints{}); err != ErrInterrupted {
			t.Fatalf("%v, want %v", err, ErrInterrupted)
		}
		task.End()
	}
	if after := descriptors(); !slices.Equal(before, after) {
		t.Errorf("descriptors before %v, after %v", before, after)
	}
}

// nextFD is the number that the next socket would have.
func nextFD(t *testing.T) int {
	t.Helper()
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	_ = unix.Close(fd)
	return fd
}

// Two tasks that look up the same name do not share their fate.
func TestLookupsOfTwoTasks(t *testing.T) {
	held := make(chan struct{})
	s := serveDNS(t, map[string]zone{"held.test.": {addrs: []string{"192.0.2.3"}, held: held}})
	begin := func() (*Task, chan error) {
		task, result := NewTask(0, "main"), make(chan error, 1)
		go func() {
			_, err := lookUpAs(task, "held.test.", Hints{Family: unix.AF_INET})
			result <- err
		}()
		<-s.asked
		return task, result
	}
	one, oneResult := begin()
	two, twoResult := begin()
	defer one.End()
	defer two.End()
	one.Interrupt()
	if err := <-oneResult; err != ErrInterrupted {
		t.Errorf("the interrupted one: %v", err)
	}
	close(held)
	if err := <-twoResult; err != nil {
		t.Errorf("the other one: %v", err)
	}
}

func TestInterruptBeforeLookup(t *testing.T) {
	s := serveDNS(t, map[string]zone{"four.test.": {addrs: []string{"192.0.2.10"}}})
	task := NewTask(0, "main")
	defer task.End()
	task.Interrupt()
	if _, err := lookUpAs(task, "four.test.", Hints{}); err != ErrInterrupted {
		t.Errorf("%v, want %v", err, ErrInterrupted)
	}
	if len(s.asked) > 0 {
		t.Error("a question was sent after the interrupt")
	}
	task.Resume()
	if _, err := lookUpAs(task, "four.test.", Hints{}); err != nil {
		t.Errorf("after Resume: %v", err)
	}
}

func TestWatch(t *testing.T) {
	task := NewTask(0, "main")
	defer task.End()
	calls := 0
	stop := task.Watch(func() { calls++ })
	task.Interrupt()
	task.Interrupt()
	stop()
	if calls != 1 {
		t.Errorf("called %d times while watching, want once", calls)
	}
	task.Resume()
	task.Watch(func() { calls++ })()
	task.Interrupt()
	if calls != 1 {
		t.Error("called after stop")
	}
}

func nameInfo(text string, port, flags int) (host, service string, err error) {
	task := NewTask(0, "main")
	defer task.End()
	f := &task.Frame
	f.Reset()
	ip := netip.MustParseAddr(text)
	scope, _ := scopeID(ip.Zone())
	var a Sockaddr
	a.SetInet(ipFamily(ip), ip, port, 0, scope)
	err = task.Do(&Op{Name: "getnameinfo", Do: func(f *Frame) error { return Getnameinfo(f, &a, flags) }}, f)
	return f.Out[0].Str, f.Out[1].Str, err
}

func TestGetnameinfo(t *testing.T) {
	serveDNS(t, map[string]zone{
		"10.2.0.192.in-addr.arpa.": {ptr: "four.test."},
		"11.2.0.192.in-addr.arpa.": {rcode: 2},
	})
	numeric := niNumerichost | niNumericserv
	for _, c := range []struct {
		addr          string
		port, flags   int
		host, service string
		code          int
	}{
		{"192.0.2.10", 65001, 0, "four.test", "65001", 0},
		{"192.0.2.10", 80, numeric, "192.0.2.10", "80", 0},
		{"192.0.2.11", 80, 0, "", "", eaiAgain},
		{"192.0.2.12", 80, niNumericserv, "192.0.2.12", "80", 0},
		{"192.0.2.12", 80, niNamereqd, "", "", eaiNoname},
		{"::1%7", 80, numeric, "::1%7", "80", 0},
		{"192.0.2.10", 80, 1 << 20, "", "", eaiBadflags},
	} {
		host, service, err := nameInfo(c.addr, c.port, c.flags)
		if host != c.host || service != c.service || codeOf(err) != c.code {
			t.Errorf("%s flags %#x: %q, %q, %v; want %q, %q, %d", c.addr, c.flags, host, service, err, c.host, c.service, c.code)
		}
	}
}
