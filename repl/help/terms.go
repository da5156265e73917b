package help

import "strings"

// term is a word of the field's that is no name of anything here, and what it means here.
type term struct {
	stems []string // by which it is asked for
	about string
}

var terms = []term{
	{[]string{"fd", "descriptor", "fil descriptor"}, "A descriptor (fd) is the integer by which this process calls what it has open. " +
		"socket, accept, open and pipe answer one, the lowest that is free; close gives it up. 0, 1 and 2 are there at the start. " +
		"fds() lists all, fdinfo(fd) shows one."},
	{[]string{"port"}, "A port is a number up to 65535 that tells apart the sockets of one address; TCP and UDP each have their own. " +
		`bind(fd, "127.0.0.1", 7007) gives a socket one. With 0, or without bind, the kernel chooses it, and getsockname(fd).port tells which. ` +
		"It is written as it is: no htons."},
	{[]string{"addres", "address"}, `An address is a table, {addr = "127.0.0.1", port = 7007}, or {path = "/tmp/s"} of a Unix socket. ` +
		`Calls take "127.0.0.1", 7007, or "/tmp/s" in its place, too; the name of a host is looked up.`},
	{[]string{"block", "nonblock"}, "A call blocks while it waits: recv until something comes, accept until somebody connects, send while the buffer is full. " +
		"With O_NONBLOCK it answers EAGAIN in its place; select, poll and epoll_wait tell when to try again. Ctrl-C ends any wait."},
}

// termOf answers what a query means that asks for a term and no more: "port", "what is a port".
func termOf(query string) string {
	var list []string
	for _, w := range asked(query) {
		if !w.slight {
			list = append(list, stem(w.itself))
		}
	}
	sought := strings.Join(list, " ")
	for _, t := range terms {
		for _, s := range t.stems {
			if s == sought {
				return t.about
			}
		}
	}
	return ""
}
