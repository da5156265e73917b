package bindings

import (
	"strings"
	"testing"
)

// TestTraceLinesLinux: what only Linux has, as strace writes it.
func TestTraceLinesLinux(t *testing.T) {
	L, _, out := tracedState(t)
	nextFD(t, L)
	checkTraceLines(t, L, out, "trace{}", []traceLine{
		{`e = epoll_create1(0)`, `epoll_create1(0) = $0`},
		{`epoll_wait(e, 5, 0)`, `epoll_wait($0, 5, 0) = 0`},
		{`a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)`, `socketpair(AF_UNIX, SOCK_STREAM, 0) = $1, $2`},
		{`accept4(a, bit.bor(SOCK_NONBLOCK, SOCK_CLOEXEC))`, `accept4($1, SOCK_NONBLOCK|SOCK_CLOEXEC) = -1 EINVAL (Invalid argument)`},
		{`epoll_ctl(e, EPOLL_CTL_ADD, a, bit.bor(EPOLLIN, EPOLLOUT))`, `epoll_ctl($0, EPOLL_CTL_ADD, $1, EPOLLIN|EPOLLOUT) = 0`},
		{`epoll_wait(e, 5, 0)`, `epoll_wait($0, 5, 0) = 1 ([{events=EPOLLOUT, data=$1}])`},
		{`setsockopt(a, SOL_SOCKET, SO_ATTACH_FILTER, {{code=6, k=65535}})`,
			`setsockopt($1, SOL_SOCKET, SO_ATTACH_FILTER, [{code=6, k=65535}]) = 0`},
		{`fcntl(a, F_SETSIG, SIGIO)`, `fcntl($1, F_SETSIG, SIGIO) = 0`},
		{`setsockopt(a, SOL_SOCKET, SO_TIMESTAMPING, 0)`, `setsockopt($1, SOL_SOCKET, SO_TIMESTAMPING, [0]) = 0`},
		{`pcall(bind, a, {family=AF_UNIX, path=("x"):rep(109)})`,
			`bind($1, {family=AF_UNIX, path="` + strings.Repeat("x", 109) + `"}) = ? (field 'path': a path of at most 108 bytes expected, got 109)`},
		{`getsockname(a)`, `getsockname($1) = {sa_family=AF_UNIX}`},
		{`connect(a, "@no such\1name")`,
			`connect($1, {sa_family=AF_UNIX, sun_path=@"no such\1name"}) = -1 ECONNREFUSED (Connection refused)`},
		{`bind(a, {family=AF_INET6, addr="::1", port=9, scope_id=1})`,
			`bind($1, {sa_family=AF_INET6, sin6_port=htons(9), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=if_nametoindex("lo")}) = -1 EINVAL (Invalid argument)`},
		{`bind(a, {family=AF_NETLINK, pid=0, groups=17})`,
			`bind($1, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000011}) = -1 EINVAL (Invalid argument)`},
		{`bind(a, {family=77, data="ab\200"})`, `bind($1, {sa_family=77, data="ab\310"}) = -1 EINVAL (Invalid argument)`},
	})
	checkTraceLines(t, L, out, "trace(true)", []traceLine{
		{`r, w = pipe2(bit.bor(O_NONBLOCK, O_CLOEXEC)) close(r) close(w)`, "pipe2(O_NONBLOCK|O_CLOEXEC) = $3, $4\nclose($3) = 0\nclose($4) = 0"},
		{`pipe2(-1) pipe2(1)`, "pipe2(-1) = -1 EINVAL (Invalid argument)\npipe2(0x1) = -1 EINVAL (Invalid argument)"},
		{`dup3(a, 998, O_CLOEXEC) dup3(a, 998, 0) close(998)`, "dup3($1, 998, O_CLOEXEC) = 998\ndup3($1, 998, 0) = 998\nclose(998) = 0"},
		{`r = open("/dev/null", O_RDONLY) fcntl(r, F_SETFL, 0) close(r)`, "open(\"/dev/null\", O_RDONLY) = $3\nfcntl($3, F_SETFL, O_RDONLY) = 0\nclose($3) = 0"},
	})
	checkTraceLines(t, L, out, "trace{paths = true}", []traceLine{
		{`n, z = open("/dev/null"), open("/dev/zero")`,
			"open(\"/dev/null\", O_RDONLY) = $3</dev/null<char 1:3>>\nopen(\"/dev/zero\", O_RDONLY) = $4</dev/zero<char 1:5>>"},
		{`dup2(n, z)`, `dup2($3</dev/null<char 1:3>>, $4</dev/zero<char 1:5>>) = $4</dev/null<char 1:3>>`}, // each as it is at that moment
		{`close(z)`, `close($4</dev/null<char 1:3>>) = 0`},
		{`i = inotify_init1(0) sendmsg(i, {iov={"x"}, control={{level=SOL_SOCKET, type=SCM_RIGHTS, fds={n}}}})`,
			"inotify_init1(0) = $4<anon_inode:inotify>\n" + `sendmsg($4<anon_inode:inotify>, {msg_iov=[{iov_base="x", iov_len=1}], ` +
				`msg_control=[{cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[$3</dev/null<char 1:3>>]}]}, 0) = -1 ENOTSOCK (Socket operation on non-socket)`},
	})
	checkTraceLines(t, L, out, "trace{lua = true}", []traceLine{
		{`epoll_ctl(e, EPOLL_CTL_MOD, a, bit.bor(EPOLLIN, EPOLLOUT), 77) epoll_wait(e, 5, 0)`,
			"epoll_ctl($0, EPOLL_CTL_MOD, $1, bit.bor(EPOLLIN, EPOLLOUT), 77) --> 0\nepoll_wait($0, 5, 0) --> {77}, {EPOLLOUT}"},
	})
}
