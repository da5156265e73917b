package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// sendfile(2), splice(2).
var copyCalls = []Call{
	{
		Name: "sendfile", Man: "sendfile(2)", Class: Transfer,
		Params:  P{FD("out"), FD("in"), Long("offset").Opt(), Size("count")},
		Answers: A{{"count", KindInt}, {"offset", KindLong}},
		Doc:     "Copy from a file to a descriptor inside the kernel; answer the bytes sent, and the new offset if one was given.",
		Notes:   []string{"Without an offset (nil) the file's own is used, and moved."},
		Errs:    E{{unix.EINVAL, "in can't be read so (it must be a file), or out is open for appending"}, {unix.EAGAIN, "out is non-blocking and full"}},
		Example: `name = os.tmpname()
fd = assert(open(name, bit.bor(O_RDWR, O_CREAT), 384))
write(fd, "hello")
a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
print(sendfile(a, fd, 1, 100)) --> 4	5
print(recv(b, 100)) --> ello
os.remove(name)`,
		Wait: kernel.Write,
		Do: func(f *kernel.Frame) error {
			return kernel.Sendfile(f, f.FD(0), kernel.Visible(f.Int(1)), offset(f, 2), f.Int(3))
		},
	},
	{
		Name: "splice", Man: "splice(2)", Class: Transfer,
		Params: P{FD("in"), Long("off_in").Opt(), FD("out"), Long("off_out").Opt(), Size("count"),
			Flags("flags", "SPLICE_F_").Or(0)},
		Answers: count,
		Doc:     "Move bytes between a pipe and another descriptor inside the kernel.",
		Errs:    E{{unix.EINVAL, "neither descriptor is a pipe"}, {unix.ESPIPE, "an offset was given for a pipe"}},
		Example: `r, w = pipe()
a, b = socketpair(AF_UNIX, SOCK_STREAM, 0)
write(w, "hello")
print(splice(r, nil, a, nil, 100)) --> 5
print(recv(b, 100)) --> hello`,
		Wait: kernel.Read,
		Do: func(f *kernel.Frame) error {
			return kernel.Splice(f, f.FD(0), offset(f, 1), kernel.Visible(f.Int(2)), offset(f, 3), f.Int(4), f.Int(5))
		},
	},
}

// offset answers an optional offset; nil is the file's own.
func offset(f *kernel.Frame, i int) *int64 {
	if !f.Has(i) {
		return nil
	}
	at := f.Args[i].Int
	return &at
}
