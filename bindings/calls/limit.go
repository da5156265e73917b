package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// getrlimit(2); getuid(2) and getgid(2); getcwd(3) and chdir(2): what the process may, who it
// is, and where.
var limitCalls = []Call{
	{
		Name: "getrlimit", Man: "getrlimit(2)", Class: Process,
		Params:  P{Enum("resource", "RLIMIT_")},
		Answers: A{{"soft", KindLimit}, {"hard", KindLimit}},
		Doc:     "Answer a limit of the process: the soft one, which counts, and the hard one, up to which it may be raised.",
		Notes: []string{
			"RLIM_INFINITY (-1) is no limit.",
			"The soft limit of RLIMIT_NOFILE is the hard one here: the program has raised it when it began.",
		},
		Errs:    E{{unix.EINVAL, "there is no such resource"}},
		Example: "soft, hard = getrlimit(RLIMIT_NOFILE)\nprint(soft == hard and soft > 100) --> true",
		Do:      func(f *kernel.Frame) error { return kernel.Getrlimit(f, f.Int(0)) },
	},
	{
		Name: "setrlimit", Man: "getrlimit(2)", Class: Process,
		Params: P{Enum("resource", "RLIMIT_"), Limit("soft"), Limit("hard").Opt()}, Answers: zero,
		Doc: "Set a limit of the process and of the children that it will start; the hard one stays unless given.",
		Notes: []string{
			"Beyond RLIMIT_NOFILE socket, accept and open answer EMFILE. Descriptors that are open already stay.",
			"A low RLIMIT_AS or RLIMIT_DATA ends the program itself, as a signal would: its runtime can't go on without memory. RLIMIT_CPU: SIGXCPU comes at the soft limit, which ends the program unless it is heard (see signal), SIGKILL at the hard one.",
		},
		Errs: E{
			{unix.EPERM, "only root raises a hard limit"},
			{unix.EINVAL, "the soft limit is above the hard one, or there is no such resource"},
		},
		Example: `soft = getrlimit(RLIMIT_NOFILE)
print(setrlimit(RLIMIT_NOFILE, 50)) --> 0
print(dup2(1, 50)) --> nil	dup2: EBADF (Bad file descriptor)	9
setrlimit(RLIMIT_NOFILE, soft)`,
		Do: func(f *kernel.Frame) error {
			return kernel.Setrlimit(f, f.Int(0), f.Args[1].Int, optional(f, 2))
		},
	},
	number0("getuid", "getuid(2)", "uid", "Answer the number of the user who runs this process; root is 0.", unix.Getuid),
	number0("geteuid", "getuid(2)", "uid", "Answer the number of the user by whom permissions are judged.", unix.Geteuid),
	number0("getgid", "getgid(2)", "gid", "Answer the number of the process's group of users.", unix.Getgid),
	number0("getegid", "getgid(2)", "gid", "Answer the number of the group of users by whom permissions are judged.", unix.Getegid),
	{
		Name: "getcwd", Man: "getcwd(3)", Class: Process,
		Answers: A{{"path", KindBytes}},
		Doc:     "Answer the working folder, from which paths without a slash at their beginning go.",
		Errs:    E{{unix.ENOENT, "the folder was taken away"}},
		Example: "print(getcwd():sub(1, 1)) --> /",
		Do:      kernel.Getcwd,
	},
	{
		Name: "chdir", Man: "chdir(2)", Class: Process,
		Params: P{Path("path")}, Answers: zero,
		Doc:     "Make a folder the working folder: a short way to a Unix socket, whose path has at most 107 bytes.",
		Notes:   []string{"Threads share it, and children begin with it."},
		Errs:    append(E{{unix.ENOTDIR, "it is no folder"}}, pathErrs...),
		Example: "before = getcwd()\nprint(chdir(\"/\"), getcwd()) --> 0	/\nchdir(before)",
		Do:      pathZero(func(_ *kernel.Frame, path string) error { return kernel.Chdir(path) }),
	},
}

// number0 is a row of the shape f() that answers a number and can't fail.
func number0(name, man, answer, doc string, get func() int) Call {
	return Call{
		Name: name, Man: man, Class: Process,
		Answers: A{{answer, KindInt}},
		Doc:     doc,
		Example: "print(" + name + "() >= 0) --> true",
		Do:      func(f *kernel.Frame) error { f.Answer(0, get()); return nil },
	}
}
