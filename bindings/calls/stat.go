package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// stat(2), readlink(2), scandir(3), unlink(2), mkdir(2), rmdir(2), chmod(2), umask(2): what a server of
// files, or one on a Unix socket's path, needs of the file system.
var statCalls = []Call{
	{
		Name: "fstat", Man: "stat(2)", Class: Descriptors,
		Params: P{FD("fd")}, Answers: status,
		Doc:     "Answer what is known of a descriptor's file: a table with C's st_ fields.",
		Notes:   statNotes,
		Example: "r, w = pipe()\nprint(bit.band(fstat(r).st_mode, S_IFMT) == S_IFIFO) --> true",
		Do:      fd(kernel.Fstat),
	},
	{
		Name: "stat", Man: "stat(2)", Class: Descriptors,
		Params: P{Path("path")}, Answers: status,
		Doc:     "Answer what is known of a file by its path; a symbolic link is followed.",
		Notes:   statNotes,
		Errs:    pathErrs,
		Example: "print(bit.band(stat(\"/\").st_mode, S_IFMT) == S_IFDIR) --> true",
		Do:      onPath(kernel.Stat),
	},
	{
		Name: "lstat", Man: "stat(2)", Class: Descriptors,
		Params: P{Path("path")}, Answers: status,
		Doc:     "stat that does not follow a symbolic link.",
		Notes:   statNotes,
		Errs:    pathErrs,
		Example: "print(lstat(\"/\").st_size >= 0) --> true",
		Do:      onPath(kernel.Lstat),
	},
	{
		Name: "readlink", Man: "readlink(2)", Class: Descriptors,
		Params: P{Path("path")}, Answers: A{{"target", KindBytes}},
		Doc:     "Answer what a symbolic link says, all of it.",
		Notes:   []string{"On Linux \"/proc/self/fd/\" .. fd is a link to where a descriptor leads, without dots and links."},
		Errs:    append(E{{unix.EINVAL, "it is no symbolic link"}}, pathErrs...),
		Example: "_, problem = readlink(\"/\")\nprint(problem) --> readlink: EINVAL (Invalid argument)",
		Do:      onPath(kernel.Readlink),
	},
	{
		Name: "scandir", Man: "scandir(3)", Class: Descriptors,
		Params: P{Path("path")}, Answers: A{{"names", KindTable}},
		Doc:     "Answer the names in a folder as an array, sorted by their bytes.",
		Notes:   []string{"C's \".\" and \"..\" are left out; lstat tells what a name is."},
		Errs:    append(E{{unix.ENOTDIR, "it is no folder"}}, pathErrs...),
		Example: "for _, name in ipairs(scandir(\"/\")) do\n  if name == \"etc\" then print(name) end --> etc\nend",
		Do:      onPath(kernel.Scandir),
	},
	{
		Name: "unlink", Man: "unlink(2)", Class: Descriptors,
		Params: P{Path("path")}, Answers: zero,
		Doc:     "Take a name away; the file goes when nobody has it open any more.",
		Notes:   []string{"A Unix socket's path stays when the socket is closed: a server unlinks it before bind."},
		Errs:    append(E{{unix.EISDIR, "a folder: rmdir"}}, pathErrs...),
		Example: "fd = socket(AF_UNIX, SOCK_STREAM, 0)\nname = os.tmpname()\nprint(unlink(name), bind(fd, name), unlink(name)) --> 0	0	0",
		Do:      pathZero(func(f *kernel.Frame, path string) error { return kernel.Unlink(path) }),
	},
	{
		Name: "mkdir", Man: "mkdir(2)", Class: Descriptors,
		Params: P{Path("path"), Flags("mode", "S_I").Or(0o777)}, Answers: zero,
		Doc:     "Make a folder; the umask is taken from its mode.",
		Errs:    append(E{{unix.EEXIST, "the name is there already"}}, pathErrs...),
		Example: "name = os.tmpname()\nunlink(name)\nprint(mkdir(name), rmdir(name)) --> 0	0",
		Do:      pathZero(func(f *kernel.Frame, path string) error { return kernel.Mkdir(path, f.Int(1)) }),
	},
	{
		Name: "rmdir", Man: "rmdir(2)", Class: Descriptors,
		Params: P{Path("path")}, Answers: zero,
		Doc:     "Take an empty folder away.",
		Errs:    append(E{{unix.ENOTEMPTY, "something is in it"}, {unix.ENOTDIR, "it is no folder"}}, pathErrs...),
		Example: "name = os.tmpname()\nunlink(name)\nmkdir(name)\nprint(rmdir(name)) --> 0",
		Do:      pathZero(func(f *kernel.Frame, path string) error { return kernel.Rmdir(path) }),
	},
	{
		Name: "chmod", Man: "chmod(2)", Class: Descriptors,
		Params: P{Path("path"), Flags("mode", "S_I")}, Answers: zero,
		Doc:     "Set a file's permissions: of a Unix socket's path, who may connect.",
		Errs:    append(E{{unix.EPERM, "the file is another user's"}}, pathErrs...),
		Example: "name = os.tmpname()\nprint(chmod(name, S_IRUSR), bit.band(stat(name).st_mode, 511) == S_IRUSR) --> 0	true\nunlink(name)",
		Do:      pathZero(func(f *kernel.Frame, path string) error { return kernel.Chmod(path, f.Int(1)) }),
	},
	{
		Name: "umask", Man: "umask(2)", Class: Process,
		Params: P{Flags("mask", "S_I")}, Answers: A{{"before", KindFlags}},
		Doc:     "Set which permissions new files do not get, and answer what it was.",
		Notes:   []string{"Threads share it."},
		Example: "before = umask(63)\nprint(umask(before)) --> 63",
		Do: func(f *kernel.Frame) error {
			f.Answer(0, unix.Umask(f.Int(0)))
			return nil
		},
	},
}

var status = A{{"status", KindTable}}

var statNotes = []string{
	"st_mode is the kind of file (bit.band(st_mode, S_IFMT): S_IFREG, S_IFDIR, S_IFSOCK ...) and its permissions.",
	"st_atime, st_mtime and st_ctime are seconds since 1970, with fractions; st_size is bytes, st_blocks pieces of 512.",
}

var pathErrs = E{{unix.ENOENT, "there is no such name"}, {unix.EACCES, "the permissions of a folder on the way refuse it"}}

// onPath is the shape f(path).
func onPath(do func(f *kernel.Frame, path string) error) func(*kernel.Frame) error {
	return func(f *kernel.Frame) error { return do(f, f.Str(0)) }
}

// pathZero is the shape f(path, ...) of a call that answers 0.
func pathZero(do func(f *kernel.Frame, path string) error) func(*kernel.Frame) error {
	return func(f *kernel.Frame) error {
		f.Answer(0, 0)
		return do(f, f.Str(0))
	}
}
