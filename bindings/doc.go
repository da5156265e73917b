// Package bindings turns Lua values into Go values and back: it makes Lua functions of
// the calls, globals of the constants, and reads and writes nothing else. It makes no
// system call of its own.
//
// One call goes this way:
//
//	Lua → decode (by the kinds of the parameters) → the gate → encode → Lua
//
// A call answers its C result; other values that C fills in follow. A refusal of the
// kernel answers nil, message, errno. A wrong type, a missing or a surplus argument
// raises: bad argument #1 to 'recv' (descriptor expected, got nil).
package bindings
