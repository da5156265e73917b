package help

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
)

var update = flag.Bool("update", false, "write the pages of testdata anew")

// TestGolden compares pages with those of testdata, at 80 and at 40 columns; run it with
// -update after a row, a line or the layout has changed, and read the difference.
func TestGolden(t *testing.T) {
	for _, name := range []string{"start", "socket", "SO_REUSEADDR", "ECONNREFUSED", "string.pack", "sock", "fork", "recv", "Waiting for several descriptors"} {
		for _, width := range []int{80, 40} {
			got := Start(width, Style{})
			if name != "start" {
				got, _ = Topic(name, width, Style{})
			}
			file := filepath.Join("testdata", fmt.Sprintf("%s.%d.txt", name, width))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s at %d columns:\n%s\nwant:\n%s", name, width, got, want)
			}
		}
	}
}

// TestParts holds that a page has one thing right after another, or at its end.
func TestParts(t *testing.T) {
	for name, want := range map[string]string{
		"getpid":           "Answer the number of this process. Example print(getpid() > 0)",
		"open":             `number: O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_NONBLOCK, O_ASYNC, O_DIRECTORY, O_NOFOLLOW, O_CLOEXEC, more in help "O_"; may be left out mode constants joined with bit.bor, or their number: S_`,
		"mkdir":            "; 0777 unless given Errors EEXIST",
		"poll":             "entries an array of {fd=, events=}, whose revents are filled in milliseconds a time in milliseconds; -1 waits for ever; -1 unless given Notes",
		"exec":             "args any value of Lua's; fields: env,",
		"spawn":            ", grace; any number of them Notes",
		"select":           "readfds an array of descriptors, or nil; may be left out writefds",
		"splice":           "an integer; or nil out a descriptor: an integer off_out",
		"sendmsg":          "msg a table {name=, iov=, control=}: name, iov, control (a message); level,",
		"setsockopt":       "one of the level's, SO_ with SOL_SOCKET, TCP_ with IPPROTO_TCP, IP_, IPV6_ value a number, a string or a table; fields: onoff, linger (SO_LINGER's); multiaddr,",
		"send":             "or their number: MSG_DONTWAIT, MSG_NOSIGNAL, MSG_MORE, MSG_OOB, MSG_DONTROUTE, MSG_EOR, MSG_CONFIRM; may be left out Notes",
		"shutdown":         "how a constant, or its number: SHUT_RD, SHUT_WR, SHUT_RDWR Errors",
		"fork":             "fork() fork(2) Go's runtime can't go on in a forked child",
		"recv":             "See also peek, recvfrom. More: help \"Sending and receiving\"; man 2 recv in a shell.\n",
		"guide(":           "guide() goes on with it.\n",
		"fds":              "(entry.recvq) end --> 5 end More: help \"Seeing inside\".\n",
		"EAI_NONAME":       "EAI_NONAME = -2 No such host or service. Notes - getaddrinfo: EAI_NONAME: no such name",
		"EWOULDBLOCK":      "Resource temporarily unavailable The number is shown as EAGAIN. Usual causes accept, ",
		"O_SYNC":           "(0x101000) write returns when the data is on the disk. Taken by",
		"SO_ACCEPTCONN":    "Read whether listen was called. Taken by getsockopt(name) with SOL_SOCKET, setsockopt(name) with SOL_SOCKET Of the same group SO_ATTACH_FILTER, ",
		"SO_ZEROCOPY":      "group SO_RCVLOWAT, SO_RCVTIMEO, SO_REUSEADDR, SO_REUSEPORT, SO_RXQ_OVFL, SO_SNDBUF, SO_SNDLOWAT, SO_SNDTIMEO, SO_TIMESTAMP, SO_TIMESTAMPING, SO_TIMESTAMPNS, SO_TYPE, more in help \"SO_\"\n",
		"SO_KEEPALIVE":     "group SO_BROADCAST, SO_BUSY_POLL, SO_DOMAIN, SO_DONTROUTE, SO_ERROR, SO_INCOMING_CPU, SO_LINGER, SO_MARK, SO_OOBINLINE, SO_PASSCRED, SO_PEEK_OFF, SO_PEERCRED, more",
		"AF_APPLETALK":     "AF_APPLETALK = 5 Taken by",
		"EUSERS":           "EUSERS = 87 Too many users\n",
		"INADDR_BROADCAST": "INADDR_BROADCAST = 4294967295 (0xffffffff) 255",
		"EPOLL_CLOEXEC":    "Taken by epoll_create1(flags)\n",
		"AF_":              " constants) Taken by bind(address.family), ",
		"chmod":            "S_IRUSR, S_IRWXU, more in help \"S_I\" Errors",
		"epoll_create1":    "or their number: EPOLL_CLOEXEC; may be left out Errors",
		"recvmmsg":         "room a size, or table {iov=, control=}; fields: name",
		"sendmmsg":         "messages an array of messages {",
		"getsockopt":       "level a constant, or its number: SOL_SOCKET, IPPROTO_IP, ",
		"AF_UNIX":          "Fields of its addresses family AF_UNIX path ",
		"EV_ADD":           "EV_ADD It is macOS and FreeBSD's: this system has no such constant.\n",
		"EPOLLIN":          "Of the same group EPOLLPRI, EPOLLOUT, ",
	} {
		text, _ := Topic(name, 80, Style{})
		if flat := strings.Join(strings.Fields(text), " ") + "\n"; !strings.Contains(flat, want) {
			t.Errorf("help %q lacks %q:\n%s", name, want, text)
		}
	}
}

// TestHeeded holds that the constants which a row names for a parameter are of its group.
func TestHeeded(t *testing.T) {
	for _, c := range calls.All() {
		for _, q := range c.Params {
			for _, name := range q.Heeded {
				if group, _ := consts.Group(name); group != q.Group {
					t.Errorf("%s, %s: %s is not of %s", c.Name, q.Name, name, q.Group)
				}
			}
		}
	}
}
