package kernel

import "golang.org/x/sys/unix"

// InotifyInit1 makes a descriptor that tells what happens to files, inotify_init1(2).
func InotifyInit1(f *Frame, flags int) error {
	fd, err := unix.InotifyInit1(flags)
	f.Answer(0, fd)
	return err
}

// InotifyAddWatch has it watch a path, inotify_add_watch(2). The path is argument 1.
func InotifyAddWatch(f *Frame, fd int, path string, mask int) error {
	var wd int
	err := onPathArg(1, path, func(path string) (err error) {
		wd, err = unix.InotifyAddWatch(fd, path, uint32(mask))
		return err
	})
	f.Answer(0, wd)
	return err
}

// InotifyRmWatch ends that, inotify_rm_watch(2).
func InotifyRmWatch(fd, wd int) error {
	_, err := unix.InotifyRmWatch(fd, uint32(wd))
	return err
}

// PidfdOpen makes a descriptor for a process, pidfd_open(2).
func PidfdOpen(f *Frame, pid, flags int) error {
	fd, err := unix.PidfdOpen(pid, flags)
	f.Answer(0, fd)
	return err
}
