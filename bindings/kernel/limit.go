package kernel

import "golang.org/x/sys/unix"

// Getrlimit answers a limit of the process, soft and hard, getrlimit(2).
func Getrlimit(f *Frame, resource int) error {
	var limit unix.Rlimit
	err := unix.Getrlimit(resource, &limit)
	f.Out[0] = Value{Set: true, Int: fromLimit(limit.Cur, unix.RLIM_INFINITY)}
	f.Out[1] = Value{Set: true, Int: fromLimit(limit.Max, unix.RLIM_INFINITY)}
	return err
}

// Setrlimit sets a limit of the process, setrlimit(2). A hard one of nil stays as it is.
func Setrlimit(f *Frame, resource int, soft int64, hard *int64) error {
	var limit unix.Rlimit
	if err := unix.Getrlimit(resource, &limit); err != nil {
		return err
	}
	setLimit(&limit.Cur, soft, unix.RLIM_INFINITY)
	if hard != nil {
		setLimit(&limit.Max, *hard, unix.RLIM_INFINITY)
	}
	f.Answer(0, 0)
	return unix.Setrlimit(resource, &limit)
}

// unlimited stands for RLIM_INFINITY, which no Lua number holds.
const unlimited = -1

// rlim is rlim_t, which FreeBSD has with a sign.
type rlim interface{ int64 | uint64 }

func fromLimit[T rlim](n, infinity T) int64 {
	if n == infinity {
		return unlimited
	}
	return int64(n)
}

func setLimit[T rlim](to *T, n int64, infinity T) {
	if *to = T(n); n == unlimited {
		*to = infinity
	}
}

// Getcwd answers the working folder, getcwd(3).
func Getcwd(f *Frame) error {
	path, err := unix.Getwd()
	f.AnswerStr(0, path)
	return err
}

// Chdir changes the working folder, chdir(2).
func Chdir(path string) error { return onPath(path, unix.Chdir) }
