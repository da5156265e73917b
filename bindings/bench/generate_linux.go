package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// The load generator: one thread, epoll, a request at a time on each active connection.
// Every byte that comes back is compared. It says "ready" when its connections stand,
// and then does so many requests for each line that it reads.

// client is one connection.
type client struct {
	fd       int
	sent     int
	received int
}

type generator struct {
	to      *unix.SockaddrInet4
	load    load
	epoll   int
	clients map[int]*client
	message []byte
	buf     []byte
	begun   int // requests
	ended   int
	target  int
}

// generate is the generator's main: port, connections, active ones, size.
func generate(args []string) {
	runtime.LockOSThread()
	g := &generator{to: &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}, clients: map[int]*client{}, buf: make([]byte, 1<<16)}
	l := &g.load
	if _, err := fmt.Sscan(args[0], &g.to.Port); err != nil {
		fail(err)
	}
	for i, n := range []*int{&l.conns, &l.active, &l.size} {
		if _, err := fmt.Sscan(args[i+1], n); err != nil {
			fail(err)
		}
	}
	g.message = bytes.Repeat([]byte("0123456789abcdef"), l.size/16)
	var err error
	if g.epoll, err = unix.EpollCreate1(0); err != nil {
		fail(err)
	}
	idle := g.connections()
	fmt.Println("ready")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var n int
		if _, err := fmt.Sscan(lines.Text(), &n); err != nil {
			fail(err)
		}
		g.run(n)
		fmt.Println("done")
	}
	runtime.KeepAlive(idle)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "load generator:", err)
	os.Exit(1)
}

// connections opens those that stay; an echo on each tells that the server has it.
func (g *generator) connections() (idle []int) {
	for i := range g.load.conns {
		fd := g.connect()
		if i < g.load.active {
			g.watch(fd)
			continue
		}
		if _, err := unix.Write(fd, g.message[:16]); err != nil {
			fail(err)
		}
		for got := 0; got < 16; {
			n, err := unix.Read(fd, g.buf)
			if err != nil || n == 0 {
				fail(fmt.Errorf("connection %d: %d bytes, %v", i, n, err))
			}
			got += n
		}
		idle = append(idle, fd)
	}
	return idle
}

func (g *generator) connect() int {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err == nil {
		err = unix.Connect(fd, g.to)
	}
	if err == nil {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	}
	if err != nil {
		fail(err)
	}
	return fd
}

func (g *generator) watch(fd int) *client {
	_ = unix.SetNonblock(fd, true)
	c := &client{fd: fd}
	g.clients[fd] = c
	if err := unix.EpollCtl(g.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)}); err != nil {
		fail(err)
	}
	return c
}

// run does n requests.
func (g *generator) run(n int) {
	g.begun, g.ended, g.target = 0, 0, n
	if g.load.conns == 0 {
		for range g.load.active {
			g.fresh()
		}
	}
	for _, c := range g.clients {
		g.begin(c)
	}
	events := make([]unix.EpollEvent, 256)
	for g.ended < g.target {
		n, err := unix.EpollWait(g.epoll, events, 20000)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			fail(fmt.Errorf("%d of %d requests; then %d events, %v", g.ended, g.target, n, err))
		}
		for _, e := range events[:n] {
			g.serve(g.clients[int(e.Fd)])
		}
	}
}

// fresh makes a connection for one request.
func (g *generator) fresh() {
	if g.begun < g.target {
		g.begin(g.watch(g.connect()))
	}
}

func (g *generator) begin(c *client) {
	if g.begun < g.target && c.sent == 0 {
		g.begun++
		g.send(c)
	}
}

func (g *generator) send(c *client) {
	for c.sent < len(g.message) {
		n, err := unix.Write(c.fd, g.message[c.sent:])
		if err == unix.EAGAIN {
			return
		}
		if err != nil {
			fail(err)
		}
		c.sent += n
	}
}

// serve takes what has come back.
func (g *generator) serve(c *client) {
	n, err := unix.Read(c.fd, g.buf)
	switch {
	case err == unix.EAGAIN:
		return
	case err != nil || n == 0 && c.received < len(g.message):
		fail(fmt.Errorf("after %d bytes: %v", c.received, err))
	case n == 0: // the server has closed, as it should
		g.drop(c)
		return
	case !bytes.Equal(g.buf[:n], g.message[c.received:c.received+n]):
		fail(fmt.Errorf("other bytes came back"))
	}
	if c.received += n; c.received < len(g.message) {
		g.send(c)
		return
	}
	if g.load.conns > 0 {
		g.ended++
		c.sent, c.received = 0, 0
		g.begin(c)
	}
}

// drop closes without TIME_WAIT, of which there would be too many.
func (g *generator) drop(c *client) {
	delete(g.clients, c.fd)
	_ = unix.SetsockoptLinger(c.fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
	_ = unix.Close(c.fd)
	g.ended++
	g.fresh()
}
