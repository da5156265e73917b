package kernel

import (
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

var systemCommands = []commandRow{
	{withoutArg, []int{unix.F_GETOWN, unix.F_GETNOSIGPIPE, unix.F_FULLFSYNC, unix.F_BARRIERFSYNC}},
	{withInt, []int{unix.F_SETNOSIGPIPE, unix.F_NOCACHE, unix.F_GLOBAL_NOCACHE, unix.F_RDAHEAD}},
	{getPath, []int{unix.F_GETPATH, unix.F_GETPATH_NOFIRMLINK}},
}

// getPath answers the file's path; the kernel fills in at most PATH_MAX bytes.
func getPath(f *Frame, fd, cmd int, _ any) error {
	buf := make([]byte, unix.PathMax)
	_, _, errno := unix.Syscall(unix.SYS_FCNTL, uintptr(fd), uintptr(cmd), uintptr(unsafe.Pointer(unsafe.SliceData(buf))))
	path, _, _ := strings.Cut(string(buf), "\x00")
	f.AnswerAny(0, path)
	return asError(errno)
}
