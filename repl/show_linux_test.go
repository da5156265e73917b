package repl_test

import "testing"

// TestEventNames: events are shown by their names, too, as a comment.
func TestEventNames(t *testing.T) {
	s := open(t, setting{})
	s.expect(
		`a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)`, ``,
		`kqueue`, `function kqueue()`, // which is missing here: no hint to call it
		`e = epoll_create1()`, ``,
		`epoll_ctl(e, EPOLL_CTL_ADD, a, EPOLLOUT)`, `0`,
		`epoll_wait(e, 10)`, "{3}     {4 --[[EPOLLOUT]]}",
		`p = {{fd = 99, events = POLLIN}} ready = select("#", poll(p, 0))`, ``,
		`p`, `{{events = 1 --[[POLLIN]], fd = 99, revents = 32 --[[POLLNVAL]]}}`,
		`{{events = 1 --[[POLLIN]], fd = 99}}`, `{{events = 1 --[[POLLIN]], fd = 99}}`,
		`{{fd = 1, events = 0}, {events = 1}}`, `{{events = 0, fd = 1}, {events = 1}}`,
	)
}

// TestConstantNames: what a call answers of a group of constants has its name beside it, be it
// in a table or alone; a count has none.
func TestConstantNames(t *testing.T) {
	s := open(t, setting{})
	s.expect(
		`a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)`, ``,
		`rights = {level = SOL_SOCKET, type = SCM_RIGHTS, fds = {0}}`, ``,
		`sendmsg(a, {iov = {"xyz"}, control = {rights}})`, `3`,
		`recvmsg(b, {iov = {1}, control = 99})`, "1       {\n  control = {\n    {fds = {5}, level = 1 --[[SOL_SOCKET]], type = 1 --[[SCM_RIGHTS]]}\n  },\n  flags = 0,\n  iov = {\"x\"}\n}",
		`fcntl(b, F_GETFL)`, `2 --[[O_RDWR]]`,
		`fcntl(b, F_GETFD)`, `0`,
		`getrlimit(RLIMIT_CPU)`, `-1 --[[RLIM_INFINITY]]  -1 --[[RLIM_INFINITY]]`,
		`setrlimit(RLIMIT_CPU, 1e9)`, `0`,
		`getrlimit(RLIMIT_CPU)`, `1000000000      -1 --[[RLIM_INFINITY]]`,
		`getsockopt(b, SOL_SOCKET, SO_TYPE)`, `1 --[[SOCK_STREAM]]`,
		`getsockopt(b, SOL_SOCKET, SO_ERROR)`, `0`,
		`getsockopt(b, SOL_SOCKET, SO_ACCEPTCONN)`, `0`,
		`fcntl(b, F_DUPFD, 1)`, `6`,
		`bit.band(fcntl(b, F_GETFL), O_RDWR)`, `2`,
		`{level = 1, flags = 2}`, `{flags = 2, level = 1}`,
	)
}
