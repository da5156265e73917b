package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// open(2), lseek(2), truncate(2), fsync(2), dup(2), flock(2), pipe(2).
var fileCalls = []Call{
	{
		Name: "open", Man: "open(2)", Class: Descriptors,
		Params:  P{Path("path"), Flags("flags", "O_").Or(unix.O_RDONLY), Flags("mode", "S_I").Or(0o666)},
		Answers: newFD,
		Doc:     "Open a file and answer its descriptor.",
		Notes:   []string{"mode is for a file that O_CREAT makes; the umask is taken from it."},
		Errs:    E{{unix.ENOENT, "there is no such file"}, {unix.EACCES, "the permissions refuse it"}, {unix.EEXIST, "O_EXCL, and the file is there"}},
		Example: "fd = assert(open(\"/dev/null\", O_WRONLY))\nprint(write(fd, \"gone\")) --> 4",
		Wait:    kernel.Read,
		Do: func(f *kernel.Frame) error {
			return kernel.Open(f, f.Str(0), f.Int(1), f.Int(2))
		},
	},
	{
		Name: "lseek", Man: "lseek(2)", Class: Descriptors,
		Params: P{FD("fd"), Long("offset"), Enum("whence", "SEEK_")}, Answers: A{{"offset", KindLong}},
		Doc:     "Move a file's offset, and answer the new one.",
		Errs:    E{{unix.ESPIPE, "a socket or a pipe has no offset"}},
		Example: "r, w = pipe()\nprint((select(2, lseek(r, 0, SEEK_SET)))) --> lseek: ESPIPE (Illegal seek)",
		Do: func(f *kernel.Frame) error {
			return kernel.Lseek(f, f.FD(0), f.Args[1].Int, f.Int(2))
		},
	},
	{
		Name: "ftruncate", Man: "truncate(2)", Class: Descriptors,
		Params: P{FD("fd"), Long("length")}, Answers: zero,
		Doc:     "Give a file another length: what is beyond it is lost, what is new is zeros.",
		Errs:    E{{unix.EINVAL, "it is no file, it is not open for writing, or the length is negative"}},
		Example: "fd = open(os.tmpname(), O_RDWR)\nwrite(fd, \"hello\")\nprint(ftruncate(fd, 4), pread(fd, 100, 0)) --> 0	hell",
		Do: func(f *kernel.Frame) error {
			return kernel.Ftruncate(f, f.FD(0), f.Args[1].Int)
		},
	},
	{
		Name: "fsync", Man: "fsync(2)", Class: Descriptors,
		Params: P{FD("fd")}, Answers: zero,
		Doc:     "Wait until what was written to a file is on the disk.",
		Errs:    E{{unix.EINVAL, "a socket or a pipe has no disk"}, {unix.EIO, "the disk could not write it"}},
		Example: "fd = open(os.tmpname(), O_RDWR)\nwrite(fd, \"hello\")\nprint(fsync(fd)) --> 0",
		Wait:    kernel.Write,
		Do:      fd(kernel.Fsync),
	},
	{
		Name: "dup", Man: "dup(2)", Class: Descriptors,
		Params: P{FD("fd")}, Answers: newFD,
		Doc:     "Make another number for the same open file description: flags and offset are shared.",
		Example: "r, w = pipe()\nprint(write(dup(w), \"x\"), read(r, 1)) --> 1	x",
		Do:      fd(kernel.Dup),
	},
	{
		Name: "dup2", Man: "dup(2)", Class: Descriptors,
		Params: P{FD("fd"), FD("newfd")}, Answers: newFD,
		Doc:     "Make newfd a number for fd's open file description; what it was before is closed.",
		Errs:    E{{unix.EBADF, "fd is not open, or newfd is out of range"}},
		Example: "r, w = pipe()\nprint(dup2(w, 77), write(77, \"x\")) --> 77	1",
		Do: func(f *kernel.Frame) error {
			return kernel.Dup2(f, f.FD(0), kernel.Visible(f.Int(1)))
		},
	},
	{
		Name: "flock", Man: "flock(2)", Class: Descriptors,
		Params: P{FD("fd"), Flags("operation", "LOCK_")}, Answers: zero,
		Doc: "Lock a whole file (LOCK_SH, LOCK_EX), or unlock it (LOCK_UN). It waits for the lock, but with LOCK_NB.",
		Notes: []string{
			"The lock belongs to the open file description: duplicates and children share it, and another open of the same file has to wait for it. The last close gives it back.",
			"LOCK_EX after LOCK_SH, and the other way, gives the first lock back before it takes the other.",
		},
		Errs: E{{unix.EAGAIN, "another has the lock, and LOCK_NB was given"}, {unix.EINVAL, "the operation is none"}},
		Example: `name = os.tmpname()
a, b = open(name), open(name)
print(flock(a, LOCK_EX)) --> 0
print(flock(b, bit.bor(LOCK_EX, LOCK_NB))) --> nil	flock: EAGAIN (Resource temporarily unavailable)	11
flock(a, LOCK_UN)
print(flock(b, LOCK_EX)) --> 0`,
		Wait: kernel.Read,
		Do:   func(f *kernel.Frame) error { return kernel.Flock(f, f.FD(0), f.Int(1)) },
	},
	{
		Name: "pipe", Man: "pipe(2)", Class: Descriptors,
		Answers: A{{"r", KindNewFD}, {"w", KindNewFD}},
		Doc:     "Make a pipe: the end to read from, and the end to write to.",
		Example: "r, w = pipe()\nwrite(w, \"x\")\nprint(read(r, 1)) --> x",
		Do:      func(f *kernel.Frame) error { return kernel.Pipe(f, 0) },
	},
}
