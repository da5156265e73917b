package repl_test

import "testing"

// TestEventNames: events are shown by their names, too, as a comment.
func TestEventNames(t *testing.T) {
	s := open(t, setting{})
	s.expect(
		`a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)`, ``,
		`e = epoll_create1()`, ``,
		`epoll_ctl(e, EPOLL_CTL_ADD, a, EPOLLOUT)`, `0`,
		`epoll_wait(e, 10)`, "{3}     {4 --[[EPOLLOUT]]}",
		`p = {{fd = 99, events = POLLIN}} ready = select("#", poll(p, 0))`, ``,
		`p`, `{{events = 1 --[[POLLIN]], fd = 99, revents = 32 --[[POLLNVAL]]}}`,
		`{{events = 1 --[[POLLIN]], fd = 99}}`, `{{events = 1 --[[POLLIN]], fd = 99}}`,
		`{{fd = 1, events = 0}, {events = 1}}`, `{{events = 0, fd = 1}, {events = 1}}`,
	)
}
