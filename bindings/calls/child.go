package calls

import (
	"strconv"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// childOptions is said of exec and of spawn.
var childOptions = []string{
	"A table as the last argument is options. [n] = fd has the descriptor fd be the child's n, [n] = false has n closed there; pass_fds = {fd, ...} lets the child have those, whatever their FD_CLOEXEC, and of the others 0, 1 and 2 only.",
	"env = {NAME = \"value\", OTHER = false} sets and removes variables, clearenv = true begins with none; cwd is the working folder; pgid = 0 puts the child into a process group of its own, pgid = n into that one; setsid = true has it begin a session, without a terminal.",
	"uid = 65534, gid = 65534 have it be that user's, in no further groups (setgroups, setgid, setuid in C): how a server that begins as root lets somebody else do the work. Without gid it stays in this process's group, which is root's.",
	"Without options the child has this process's descriptors at the same numbers, less those with FD_CLOEXEC.",
	"At the prompt a child is in the background: Ctrl-C is not for it, unless it ends the script that has started the child (see run); with grace = 1 a child that catches that SIGINT is killed a second later, and its process group with it. One that wants the terminal, such as an editor, gets it while waitpid waits for it; Ctrl-Z gives the prompt back.",
}

// Child processes.
var childCalls = []Call{
	{
		Name: "fork", Man: "fork(2)", Class: Process,
		Absent: "Go's runtime can't go on in a forked child: the program has several threads, and the child would have one of them. " +
			"spawn starts a child that inherits the descriptors, as a forked one does: pid = spawn(serve, fd)",
	},
	{
		Name: "spawn", Man: "posix_spawn(3)", Class: Process, Native: true,
		Params:  P{Value("script"), Rest("args")},
		Answers: A{{"pid", KindInt}},
		Doc:     "Start a child process of sockrepl, which inherits the descriptors, and answer its number.",
		Notes: append([]string{
			"script is a function, the name of a file or of a demo, or Lua source. A script gets its arguments as the command line's do, in arg; a function and source as they are: nil, booleans, numbers, strings, and tables of these.",
			"A function goes with a copy of the global functions and the plain-data globals. It must not capture a local of its surroundings.",
			"The child shares nothing but what lies behind the descriptors: it has a copy of everything else, as after fork.",
		}, childOptions...),
		Errs: E{
			{unix.ENOENT, "there is no such script, or no such working folder"},
			{unix.EBADF, "a descriptor of the options is not open"},
			{unix.EAGAIN, "there are too many processes"},
			{unix.EPERM, "uid and gid need root; who leads a session (setsid) has no other group (pgid)"},
		},
		Example: "r, w = pipe()\npid = spawn(function(fd) write(fd, \"from the child\") end, w)\nclose(w)\nprint(read(r, 100)) --> from the child\nprint(select(3, waitpid(pid))) --> exited with 0",
	},
	{
		Name: "exec", Man: "exec(3)", Class: Process, Native: true,
		Params:  P{Path("program"), Rest("args")},
		Answers: A{{"pid", KindInt}},
		Doc:     "Start a program as a child process, and answer its number.",
		Notes: append([]string{
			"C's exec puts the program in the place of the process, and servers call it in a forked child; here it makes that child.",
			"A program without a slash in its name is looked for along PATH. No shell sees the arguments.",
		}, childOptions...),
		Errs: E{
			{unix.ENOENT, "there is no such program (its arguments stand by themselves: \"ls\", \"-l\"), or no such working folder"},
			{unix.EACCES, "the file may not be run"},
			{unix.EBADF, "a descriptor of the options is not open"},
			{unix.EAGAIN, "there are too many processes"},
			{unix.EPERM, "uid and gid need root; who leads a session (setsid) has no other group (pgid)"},
		},
		Example: "r, w = pipe()\npid = exec(\"echo\", \"hello\", {[1] = w})\nclose(w)\nprint((read(r, 100):gsub(\"\\n\", \"\"))) --> hello\nwaitpid(pid)",
	},
	{
		Name: "waitpid", Man: "waitpid(2)", Class: Process,
		Params:  P{Int("pid"), Flags("options", "WAIT").Or(0)},
		Answers: A{{"pid", KindInt}, {"status", KindInt}, {"how", KindBytes}},
		Doc:     "Wait for a child's end, and answer its number, its status, and what that says.",
		Notes: []string{
			"pid -1 is any child, 0 any of this process group, -n any of group n. With WNOHANG and nothing to tell the answer is 0 alone.",
			"how reads \"exited with 3\", \"killed by SIGKILL\", \"stopped by SIGTSTP\" or \"continued\"; WIFEXITED(status) and the others tell the same to a program.",
			"Ctrl-C ends the wait, and not the child, unless the script that it ends has started it (see run).",
		},
		Errs: E{
			{unix.ECHILD, "there is no such child, or it was waited for already"},
		},
		Example: "print(select(2, waitpid(exec(\"sh\", \"-c\", \"exit 3\")))) --> 768	exited with 3",
		Wait:    kernel.Children,
		Do:      func(f *kernel.Frame) error { return kernel.Waitpid(f, f.Int(0), f.Int(1)) },
	},
	{
		Name: "wait4", Man: "wait4(2)", Class: Process,
		Params:  P{Int("pid"), Flags("options", "WAIT").Or(0)},
		Answers: A{{"pid", KindInt}, {"status", KindInt}, {"how", KindBytes}, {"rusage", KindTable}},
		Doc:     "Wait for a child as waitpid does, and answer also what it has used, as getrusage does.",
		Errs: E{
			{unix.ECHILD, "there is no such child, or it was waited for already"},
		},
		Example: "_, _, how, used = wait4(exec(\"true\"))\nprint(how, used.ru_maxrss > 0) --> exited with 0	true",
		Wait:    kernel.Children,
		Do:      func(f *kernel.Frame) error { return kernel.Wait4(f, f.Int(0), f.Int(1)) },
	},
	{
		Name: "getrusage", Man: "getrusage(2)", Class: Process,
		Params:  P{Enum("who", "RUSAGE_")},
		Answers: A{{"rusage", KindTable}},
		Doc:     "Answer what this process has used (RUSAGE_SELF), or its children that were waited for (RUSAGE_CHILDREN).",
		Notes: []string{
			"ru_utime and ru_stime are seconds of processor time, ru_nvcsw and ru_nivcsw context switches: of its own accord, because it had to wait, and because others wanted the processor.",
			"ru_maxrss is in bytes here on every system; of children it is the largest one's.",
		},
		Errs:    E{{unix.EINVAL, "who is none of the constants"}},
		Example: "print(getrusage(RUSAGE_SELF).ru_maxrss > 0) --> true",
		Do:      func(f *kernel.Frame) error { return kernel.Getrusage(f, f.Int(0)) },
	},
	{
		Name: "getpgid", Man: "getpgid(2)", Class: Process,
		Params:  P{Int("pid").Or(0)},
		Answers: A{{"pgid", KindInt}},
		Doc:     "Answer the process group of a process; 0 is this one.",
		Errs:    E{{unix.ESRCH, "there is no such process"}},
		Example: "print(getpgid() == getpgid(getpid())) --> true",
		Do: func(f *kernel.Frame) error {
			pgid, err := unix.Getpgid(f.Int(0))
			f.Answer(0, pgid)
			return err
		},
	},
	{
		Name: "getsid", Man: "getsid(2)", Class: Process,
		Params:  P{Int("pid").Or(0)},
		Answers: A{{"sid", KindInt}},
		Doc:     "Answer the session of a process, the number of the process that began it; 0 is this one.",
		Errs:    E{{unix.ESRCH, "there is no such process"}},
		Example: "print(getsid() == getsid(getpid())) --> true",
		Do: func(f *kernel.Frame) error {
			sid, err := unix.Getsid(f.Int(0))
			f.Answer(0, sid)
			return err
		},
	},
	{
		Name: "setpgid", Man: "setpgid(2)", Class: Process,
		Params: P{Int("pid"), Int("pgid")}, Answers: zero,
		Doc:   "Move a process into a process group; 0 is this process, and a group of its own.",
		Notes: []string{"A child that was started by exec or spawn can be moved no more (EACCES): they have the option pgid."},
		Errs: E{
			{unix.EACCES, "the child runs a program already"},
			{unix.ESRCH, "it is neither this process nor a child of it"},
			{unix.EPERM, "there is no such group in this session"},
			{unix.EINVAL, "pgid is negative"},
		},
		Example: "print((setpgid(0, -1))) --> nil",
		Do: func(f *kernel.Frame) error {
			f.Answer(0, 0)
			return unix.Setpgid(f.Int(0), f.Int(1))
		},
	},
	tells("WIFEXITED", "Tell whether a status of waitpid says that the child exited.", 768, "true",
		func(s unix.WaitStatus) any { return s.Exited() }),
	tells("WEXITSTATUS", "Answer the number that the child exited with, 0 to 255.", 768, "3",
		func(s unix.WaitStatus) any { return int64(s >> 8 & 0xff) }),
	tells("WIFSIGNALED", "Tell whether a status of waitpid says that a signal ended the child.", 9, "true",
		func(s unix.WaitStatus) any { return s.Signaled() }),
	tells("WTERMSIG", "Answer the signal that ended the child.", 9, "9",
		func(s unix.WaitStatus) any { return int64(s & 0x7f) }),
	tells("WCOREDUMP", "Tell whether the child that a signal ended left a core dump.", 9, "false",
		func(s unix.WaitStatus) any { return s.CoreDump() }),
	tells("WIFSTOPPED", "Tell whether a status of waitpid says that a signal stopped the child.", 0x137f, "true",
		func(s unix.WaitStatus) any { return s.Stopped() }),
	tells("WSTOPSIG", "Answer the signal that stopped the child.", 0x137f, "19",
		func(s unix.WaitStatus) any { return int64(s >> 8 & 0xff) }),
	tells("WIFCONTINUED", "Tell whether a status of waitpid says that the child was let go on (SIGCONT).", 768, "false",
		func(s unix.WaitStatus) any { return s.Continued() }),
}

// tells is the row of one of <sys/wait.h>'s macros.
func tells(name, doc string, sample int, printed string, what func(unix.WaitStatus) any) Call {
	return Call{
		Name: name, Man: "waitpid(2)", Class: Process,
		Params: P{Int("status")}, Answers: A{{"answer", KindAny}},
		Doc:     doc,
		Example: "print(" + name + "(" + strconv.Itoa(sample) + ")) --> " + printed,
		Do: func(f *kernel.Frame) error {
			f.AnswerAny(0, what(unix.WaitStatus(f.Int(0))))
			return nil
		},
	}
}
