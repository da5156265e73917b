package calls

// Kind is what a parameter or an answer is. Package bindings has a decoder for each
// kind of parameter and an encoder for each kind of answer; a test holds it to that.
type Kind struct {
	Name string // as the error messages say it: "descriptor"
	Doc  string // one line for the reference
}

// The kinds. Where a value lies in a kernel.Frame is said in brackets.
var (
	KindFD      = &Kind{"descriptor", "a descriptor: an integer [Int]"}
	KindInt     = &Kind{"integer", "a C int, -2147483648 to 4294967295 [Int]"}
	KindLong    = &Kind{"integer", "a C long: an integer [Int]"}
	KindLimit   = &Kind{"integer", "a limit of the process: an integer, RLIM_INFINITY for none [Int]"}
	KindSize    = &Kind{"size", "a number of bytes or of things, 0 or more [Int]"}
	KindCount   = &Kind{"size", "a number of bytes or of things, 0 or more [Int; there need be no room for them]"}
	KindEnum    = &Kind{"integer", "a constant of a group, or its number [Int]"}
	KindFlags   = &Kind{"integer", "constants of a group joined with bit.bor, or their number [Int]"}
	KindSock    = &Kind{"integer", "a socket type, with SOCK_NONBLOCK or SOCK_CLOEXEC joined to it [Int]"}
	KindSeconds = &Kind{"seconds", "a time in seconds, 0 or more; fractions are allowed [Num]"}
	KindMillis  = &Kind{"milliseconds", "a time in milliseconds; -1 waits for ever [Int]"}
	KindBytes   = &Kind{"string", "a string of bytes, 8-bit clean [Str]"}
	KindPath    = &Kind{"string", "a path [Str]"}
	KindAddr    = &Kind{"address", "an address: a table, or host and port, or a path [Frame.Peer]"}
	KindFDSet   = &Kind{"array of descriptors", "an array of descriptors, or nil [Frame.Sets, by the parameter's position]"}
	KindPollSet = &Kind{"array of poll entries", "an array of {fd=, events=}, whose revents are filled in [Frame.Poll]"}
	KindStrings = &Kind{"array of strings", "an array of strings [Frame.Iov]"}
	KindSizes   = &Kind{"array of sizes", "an array of sizes in bytes [Frame.Lens]"}
	KindTable   = &Kind{"table", "a table with named fields [Any: kernel.Record]"}
	KindFilter  = &Kind{`table such as {type="tcp"}`, "a table of fields and the values that they are to have [Any: kernel.Record]"}
	KindAny     = &Kind{"value", "a number, a string or a table [Any: int64, float64, string, bool, kernel.Record, []any]"}
	KindValue   = &Kind{"value", "any value of Lua's [a native function reads it from Lua]"}
	KindThread  = &Kind{"thread", "a thread, as thread() answers it [a native function reads it from Lua]"}
	KindMutex   = &Kind{"mutex", "a mutex, as mutex() answers it [a native function reads it from Lua]"}
	KindChannel = &Kind{"channel", "a channel, as channel.make() answers it [a native function reads it from Lua]"}
	KindFunc    = &Kind{"function", "a function [a native function reads it from Lua]"}

	// Answers only.
	KindNewFD  = &Kind{"descriptor", "a descriptor that the call made [Int]"}
	KindNumber = &Kind{"number", "a number [Num]"}
	KindPeer   = &Kind{"address", "the address that the kernel filled in, a table; nil if it did not [Frame.From]"}
	KindInts   = &Kind{"array of integers", "an array of integers [Frame.Ints, by the answer's position]"}
	KindEvents = &Kind{"array of integers", "an array of integers, EPOLLIN and others joined [Frame.Ints, by the answer's position]"}
	KindPolled = &Kind{"array of poll entries", "those entries that are ready [Frame.Poll]"}
	KindReady  = &Kind{"array of descriptors", "those of the set that are ready [Frame.Sets, by the answer's position]"}
	KindText   = &Kind{"string", "text to be read: the prompt shows it as it is, not quoted [Str]"}
)

// FD is a parameter that is a descriptor.
func FD(name string) Param { return Param{Name: name, Kind: KindFD} }

// Int is a parameter that is a C int.
func Int(name string) Param { return Param{Name: name, Kind: KindInt} }

// Long is a parameter that is a C long.
func Long(name string) Param { return Param{Name: name, Kind: KindLong} }

// Limit is a parameter that is a limit of the process.
func Limit(name string) Param { return Param{Name: name, Kind: KindLimit, Group: "RLIM_"} }

// Size is a parameter that counts bytes or things.
func Size(name string) Param { return Param{Name: name, Kind: KindSize} }

// Count is a parameter that counts bytes or things, as Size; but there need be no memory for them here.
func Count(name string) Param { return Param{Name: name, Kind: KindCount} }

// Enum is a parameter that is one constant of a group.
func Enum(name, group string) Param { return Param{Name: name, Kind: KindEnum, Group: group} }

// Flags is a parameter that joins constants of a group.
func Flags(name, group string) Param { return Param{Name: name, Kind: KindFlags, Group: group} }

// SockType is a parameter that is a socket type with its flags.
func SockType(name string) Param { return Param{Name: name, Kind: KindSock, Group: "SOCK_"} }

// Seconds is a parameter that is a time in seconds.
func Seconds(name string) Param { return Param{Name: name, Kind: KindSeconds} }

// Millis is a parameter that is a time in milliseconds.
func Millis(name string) Param { return Param{Name: name, Kind: KindMillis} }

// Bytes is a parameter that is data.
func Bytes(name string) Param { return Param{Name: name, Kind: KindBytes} }

// Path is a parameter that is a path.
func Path(name string) Param { return Param{Name: name, Kind: KindPath} }

// Addr is a parameter that is an address; it must be the last.
func Addr(name string) Param { return Param{Name: name, Kind: KindAddr} }

// Table is a parameter that is a table with named fields.
func Table(name string) Param { return Param{Name: name, Kind: KindTable} }

// Any is a parameter whose type depends on another's value.
func Any(name string) Param { return Param{Name: name, Kind: KindAny} }

// Value is a parameter that may be any value of Lua's. Only a native row has one.
func Value(name string) Param { return Param{Name: name, Kind: KindValue} }

// Func is a parameter that is a function. Only a native row has one.
func Func(name string) Param { return Param{Name: name, Kind: KindFunc} }

// Rest is what follows the other parameters, any number of values. Only a native row has
// it, as its last.
func Rest(name string) Param {
	return Param{Name: name, Kind: KindValue, Optional: true, Rest: true}
}

// The answers that many calls have.
var (
	zero     = A{{"0", KindInt}}
	newFD    = A{{"fd", KindNewFD}}
	count    = A{{"count", KindInt}}
	data     = A{{"data", KindBytes}}
	peerName = A{{"address", KindPeer}}
)
