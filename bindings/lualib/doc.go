// Package lualib is Lua 5.1's standard library as its manual has it, where
// gopher-lua's differs from the manual or harms a script that talks to
// sockets: strings that are bytes, patterns and loops that Ctrl-C can end,
// protected calls that coroutines can yield through. It adds bit,
// string.pack, string.unpack and string.packsize.
//
// It knows Lua only; no system call is made here.
package lualib
