package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// inotify(7): what happens to files.
var inotifyCalls = []Call{
	{
		Name: "inotify_init1", Man: "inotify_init(2)", Class: Readiness,
		Params: P{Flags("flags", "INOTIFY_INIT").Or(0)}, Answers: newFD,
		Doc:     "Make a descriptor that can be read when something happens to the files that it watches.",
		Errs:    E{{unix.EMFILE, "the user has too many of them (fs.inotify.max_user_instances)"}, {unix.EINVAL, "there is no such flag"}},
		Example: "i = inotify_init1(IN_NONBLOCK)\nprint(select(3, read(i, 4096)) == EAGAIN) --> true",
		Do:      func(f *kernel.Frame) error { return kernel.InotifyInit1(f, f.Int(0)) },
	},
	{
		Name: "inotify_add_watch", Man: "inotify_add_watch(2)", Class: Readiness,
		Params: P{FD("fd"), Path("path"), Flags("mask", "INOTIFY")}, Answers: A{{"wd", KindInt}},
		Doc: "Watch a file, or what is in a folder, for the events of the mask; answer the number of the watch.",
		Notes: []string{
			"read answers the events as C has them, struct inotify_event: wd, mask, cookie and the length of the name, four integers of 4 bytes, and the name with NULs behind it. Give it 4096 bytes of room.",
			"A path that is watched already has its mask replaced; with IN_MASK_ADD added to.",
		},
		Errs: append(E{{unix.ENOSPC, "the user has too many watches (fs.inotify.max_user_watches)"}, {unix.EINVAL, "the mask is empty, or fd is no inotify descriptor"}}, pathErrs...),
		Example: `folder = os.tmpname()
unlink(folder)
mkdir(folder)
i = inotify_init1()
wd = inotify_add_watch(i, folder, IN_CREATE)
mkdir(folder .. "/new")
number, mask, cookie, length, at = string.unpack("=i4I4I4I4", (read(i, 4096)))
print(number == wd, mask == bit.bor(IN_CREATE, IN_ISDIR), length) --> true	true	16
rmdir(folder .. "/new")
rmdir(folder)`,
		Do: func(f *kernel.Frame) error { return kernel.InotifyAddWatch(f, f.FD(0), f.Str(1), f.Int(2)) },
	},
	{
		Name: "inotify_rm_watch", Man: "inotify_rm_watch(2)", Class: Readiness,
		Params: P{FD("fd"), Int("wd")}, Answers: zero,
		Doc:     "End a watch; an event IN_IGNORED is its last.",
		Errs:    E{{unix.EINVAL, "there is no such watch, or fd is no inotify descriptor"}},
		Example: "i = inotify_init1()\nprint(inotify_rm_watch(i, inotify_add_watch(i, \"/\", IN_CREATE))) --> 0",
		Do:      fdInt(kernel.InotifyRmWatch),
	},
}

// pidfd_open(2).
var pidfdCalls = []Call{
	{
		Name: "pidfd_open", Man: "pidfd_open(2)", Class: Process,
		Params: P{Int("pid"), Flags("flags", "PIDFD").Or(0)}, Answers: newFD,
		Doc:     "Make a descriptor for a process: select, poll and epoll say of it that it can be read once the process has ended.",
		Notes:   []string{"waitpid still has to take a child's status. FD_CLOEXEC is set. Another process may get the number after the end; the descriptor stays this one's."},
		Errs:    E{{unix.ESRCH, "there is no such process"}, {unix.EINVAL, "there is no such flag, or the number is not above 0"}},
		Example: "pid = exec(\"true\")\np = pidfd_open(pid)\nprint(#select({p}, nil, nil) == 1, select(3, waitpid(pid))) --> true	exited with 0",
		Do:      func(f *kernel.Frame) error { return kernel.PidfdOpen(f, f.Int(0), f.Int(1)) },
	},
}
