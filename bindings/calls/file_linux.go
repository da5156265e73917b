package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// sendfile(2), splice(2), tee(2), memfd_create(2).
var copyCalls = []Call{
	{
		Name: "sendfile", Man: "sendfile(2)", Class: Transfer,
		Params:  P{FD("out"), FD("in"), Long("offset").Opt(), Count("count")},
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
			return kernel.Sendfile(f, f.FD(0), kernel.Visible(f.Int(1)), optional(f, 2), f.Int(3))
		},
	},
	{
		Name: "splice", Man: "splice(2)", Class: Transfer,
		Params: P{FD("in"), Long("off_in").Opt(), FD("out"), Long("off_out").Opt(), Count("count"),
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
			return kernel.Splice(f, f.FD(0), optional(f, 1), kernel.Visible(f.Int(2)), optional(f, 3), f.Int(4), f.Int(5))
		},
	},
	{
		Name: "tee", Man: "tee(2)", Class: Transfer,
		Params:  P{FD("in"), FD("out"), Count("count"), Flags("flags", "SPLICE_F_").Or(0)},
		Answers: count,
		Doc:     "Copy bytes from one pipe to another inside the kernel; they stay in the first.",
		Errs:    E{{unix.EINVAL, "one of the descriptors is no pipe, or both are the same"}},
		Example: `r, w = pipe()
r2, w2 = pipe()
write(w, "hello")
print(tee(r, w2, 100)) --> 5
print(read(r, 100), read(r2, 100)) --> hello	hello`,
		Wait: kernel.Read,
		Do: func(f *kernel.Frame) error {
			return kernel.Tee(f, f.FD(0), kernel.Visible(f.Int(1)), f.Int(2), f.Int(3))
		},
	},
	{
		Name: "memfd_create", Man: "memfd_create(2)", Class: Descriptors,
		Params: P{Bytes("name"), Flags("flags", "MFD_").Or(0)}, Answers: newFD,
		Doc:   "Make a file in memory that has no path; name is only for people, fds() shows it.",
		Notes: []string{"It goes with its last descriptor. Passed to another process with SCM_RIGHTS it is memory that both have; with MFD_ALLOW_SEALING fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE) makes it one that nobody changes any more."},
		Errs:  E{{unix.EINVAL, "the name is longer than 249 bytes, or there is no such flag"}},
		Example: `fd = memfd_create("page", MFD_ALLOW_SEALING)
write(fd, "hello")
print(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), pread(fd, 100, 0)) --> 0	hello
print(write(fd, "!")) --> nil	write: EPERM (Operation not permitted)	1`,
		Do: func(f *kernel.Frame) error { return kernel.MemfdCreate(f, f.Str(0), f.Int(1)) },
	},
}
