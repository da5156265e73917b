// Package kernel is the gate: the one place where a system call of the user's
// is made, and all that knows the system it is made on: waiting, interruption,
// addresses, options, control data, names. It knows no Lua and no table of calls.
//
// A call is an Op: a name, what it may wait for, and a function that performs it
// on a Frame, which holds the arguments and takes the answer. Task.Do runs it:
//
//	try without blocking → wait so that an interrupt wakes it → answer
//
// How the waiting is done differs between systems (block_linux.go, block_bsd.go);
// no Op writes a wait loop of its own.
package kernel
