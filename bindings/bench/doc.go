// Command bench puts sockrepl beside other ways to write an echo server: C, Python, and
// Lua with LuaSocket, those that are on the machine. It needs Linux. Run it from the
// folder of go.mod:
//
//	go run ./bindings/bench
//
// For each load every peer's server is started, loaded by a process of its own (this
// program, run again), and stopped; then the next round begins, so that what else the
// machine does hits all alike. The table has the medians of the rounds: requests per
// second, processor time of the server for each request as the kernel's scheduler counts
// it, to the nanosecond (/proc/PID/task/*/schedstat), memory, and that time's ratio to
// C's in the same round. Requests per second say little where the load shares the machine
// with the server.
//
//	-rounds N     rounds of each load (9)
//	-load RE      only the loads whose name matches
//	-peer RE      only the peers whose name matches (C is always there)
//	-factor F     requests of a round, as a factor (1)
//	-binary PATHS sockrepls that are built already, with commas between them: two versions,
//	              say, in one run
//
// go run ./bindings/bench scale has sockrepl's servers hold 10,000 connections at once.
package main
