package main

// load is one kind of traffic.
type load struct {
	name     string
	server   string // which of the peers' servers: select, poll, epoll, accept, loop
	conns    int    // connections that are open
	active   int    // of them, those that send
	size     int    // bytes of a request
	requests int    // of a round
	reach    string // what sockrepl is to reach: its ratio to C
}

var loads = []load{
	{"select, 1 connection, 64 B", "select", 1, 1, 64, 20000, "0.95"},
	{"select, 100 connections, 64 B", "select", 100, 100, 64, 40000, "1.08"},
	{"select, 900 connections, 64 B", "select", 900, 900, 64, 40000, "1.10"},
	{"select, 10 active of 910, 64 B", "select", 910, 10, 64, 20000, "0.75"},
	{"poll, 100 connections, 64 B", "poll", 100, 100, 64, 40000, ""},
	{"poll, 10 active of 910, 64 B", "poll", 910, 10, 64, 20000, "1.30"},
	{"epoll, 100 connections, 64 B", "epoll", 100, 100, 64, 40000, "1.10"},
	{"epoll, 10 active of 5010, 64 B", "epoll", 5010, 10, 64, 30000, "1.20"},
	{"epoll, 4 connections, 64 KiB", "epoll", 4, 4, 65536, 6000, "1.10"},
	{"accept, echo 16 B, close", "accept", 0, 4, 16, 8000, "1.30"},
	{"loop (coroutines), 100 connections, 64 B", "loop", 100, 100, 64, 40000, "1.40"},
}
