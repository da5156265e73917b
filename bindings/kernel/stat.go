package kernel

import (
	"errors"
	"slices"

	"golang.org/x/sys/unix"
)

// Fstat answers what is known of a descriptor's file, fstat(2).
func Fstat(f *Frame, fd int) error {
	var st unix.Stat_t
	return f.answerStat(&st, unix.Fstat(fd, &st))
}

// Stat answers what is known of a file by its path, stat(2).
func Stat(f *Frame, path string) error {
	var st unix.Stat_t
	return f.answerStat(&st, onPath(path, func(path string) error { return unix.Stat(path, &st) }))
}

// Lstat is Stat that does not follow a symbolic link, lstat(2).
func Lstat(f *Frame, path string) error {
	var st unix.Stat_t
	return f.answerStat(&st, onPath(path, func(path string) error { return unix.Lstat(path, &st) }))
}

func (f *Frame) answerStat(st *unix.Stat_t, err error) error {
	f.AnswerAny(0, Record{
		{"st_dev", int64(st.Dev)},
		{"st_ino", int64(st.Ino)},
		{"st_mode", int64(st.Mode)},
		{"st_nlink", int64(st.Nlink)},
		{"st_uid", int64(st.Uid)},
		{"st_gid", int64(st.Gid)},
		{"st_rdev", int64(st.Rdev)},
		{"st_size", int64(st.Size)},
		{"st_blksize", int64(st.Blksize)},
		{"st_blocks", int64(st.Blocks)},
		{"st_atime", moment(st.Atim)},
		{"st_mtime", moment(st.Mtim)},
		{"st_ctime", moment(st.Ctim)},
	})
	return err
}

// moment is seconds since 1970.
func moment(ts unix.Timespec) float64 { return float64(ts.Nano()) / 1e9 }

// onPath makes a call on its first argument, a path.
func onPath(path string, do func(path string) error) error { return onPathArg(0, path, do) }

// onPathArg makes a call on a path, the argument at that place.
func onPathArg(arg int, path string, do func(path string) error) error {
	return onText(arg, "path", path, do)
}

// onText makes a call on a string that C ends with a NUL byte.
func onText(arg int, what, text string, do func(text string) error) error {
	err := do(text)
	if errors.Is(err, unix.EINVAL) && slices.Contains([]byte(text), 0) {
		return badArg(arg, "a %s without NUL bytes expected", what)
	}
	return err
}

// Readlink answers what a symbolic link says, readlink(2): all of it, where C cuts it off at
// the buffer's size.
func Readlink(f *Frame, path string) error {
	return onPath(path, func(path string) error {
		for size := 256; ; size *= 2 {
			buf := make([]byte, size)
			n, err := unix.Readlink(path, buf)
			if err != nil || n < size {
				f.AnswerStr(0, string(buf[:max(n, 0)]))
				return err
			}
		}
	})
}

// Unlink takes a name away, unlink(2).
func Unlink(path string) error { return onPath(path, unix.Unlink) }

// Rmdir takes an empty folder away, rmdir(2).
func Rmdir(path string) error { return onPath(path, unix.Rmdir) }

// Mkdir makes a folder, mkdir(2).
func Mkdir(path string, mode int) error {
	return onPath(path, func(path string) error { return unix.Mkdir(path, uint32(mode)) })
}

// Chmod sets a file's permissions, chmod(2).
func Chmod(path string, mode int) error {
	return onPath(path, func(path string) error { return unix.Chmod(path, uint32(mode)) })
}

// Scandir answers the names in a folder, sorted by their bytes: scandir(3) with alphasort,
// less "." and "..".
func Scandir(f *Frame, path string) error {
	var dir int
	err := onPath(path, func(path string) (err error) {
		dir, err = unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		return err
	})
	if err != nil {
		return err
	}
	dir = Own(dir)
	defer disown(dir)
	names, err := readNames(dir)
	if err != nil {
		return err
	}
	slices.Sort(names)
	list := make([]any, len(names))
	for i, name := range names {
		list[i] = name
	}
	f.AnswerAny(0, list)
	return nil
}

// readNames reads what stands in an open folder.
func readNames(dir int) (names []string, err error) {
	buf := make([]byte, 1<<14)
	for {
		n, err := unix.ReadDirent(dir, buf)
		switch {
		case err == unix.EINTR:
		case err != nil || n <= 0:
			return names, err
		default:
			_, _, names = unix.ParseDirent(buf[:n], -1, names)
		}
	}
}
