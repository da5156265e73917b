package kernel

import (
	"os"
	"slices"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// The descriptors that the program needs for itself stand at ownBase and above,
// where the limit allows, so that a user's first socket is 3. For Lua they do not
// exist.
const ownBase = 1000

// absent is a descriptor that no process can have: beyond the kernel's own ceiling
// (fs.nr_open) on every system. Calls on it fail with EBADF.
const absent = 1<<31 - 1

// owned lists the program's own descriptors, sorted. It changes seldom and is read
// by every call.
var owned atomic.Pointer[[]int]

// ownChanges counts what becomes of owned.
var ownChanges atomic.Uint64

// OwnChanges is a count that is another one after a descriptor has become one of the program's own, or is
// none any more.
func OwnChanges() uint64 { return ownChanges.Load() }

// owns tells whether the descriptor is one of the program's own.
func owns(fd int) bool {
	list := owned.Load()
	if list == nil || len(*list) == 0 || fd < (*list)[0] {
		return false
	}
	_, found := slices.BinarySearch(*list, fd)
	return found
}

// Visible answers the descriptor, or absent in place of one of the program's own.
func Visible(fd int) int {
	if owns(fd) {
		return absent
	}
	return fd
}

// Own moves a descriptor of the program out of the user's way and answers its new
// number.
func Own(fd int) int {
	if fd < ownBase {
		if high, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, ownBase); err == nil {
			_ = unix.Close(fd)
			fd = high
		}
	}
	addOwned(fd)
	return fd
}

func addOwned(fds ...int) {
	for {
		old := owned.Load()
		var list []int
		if old != nil {
			list = slices.Clone(*old)
		}
		list = append(list, fds...)
		slices.Sort(list)
		list = slices.Compact(list)
		if owned.CompareAndSwap(old, &list) {
			ownChanges.Add(1)
			return
		}
	}
}

// disown closes a descriptor of the program.
func disown(fd int) {
	forget(fd)
	_ = unix.Close(fd)
}

// forget takes a descriptor off the list of the program's own, before it is closed.
func forget(fd int) {
	for {
		old := owned.Load()
		list := slices.DeleteFunc(slices.Clone(*old), func(n int) bool { return n == fd })
		if owned.CompareAndSwap(old, &list) {
			ownChanges.Add(1)
			return
		}
	}
}

// window is how many numbers the runtime's own descriptors are looked for in; it has two.
const window = 16

// tableEnd is the highest number that the table of descriptors is made for at the start: the
// program's own get along with that.
const tableEnd = ownBase + 64

// Settle is the first thing that the program does: it has Go's runtime open what it
// needs (its epoll or kqueue, and what wakes that) above the user's numbers. The
// lower ones are filled meanwhile, since the runtime takes the lowest that is free.
func Settle() {
	raiseLimit()
	inherited := openFrom(ownBase)
	fillers, start := fill()
	startPoller()
	noteInherited(fillers, start)
	closeAll(fillers)
	for _, fd := range openFrom(start) {
		if !slices.Contains(inherited, fd) {
			addOwned(fd)
		}
	}
	installWake()
	releaseDeadly()
}

// noteInherited looks at the sockets that were there before: the numbers that could not be
// filled.
func noteInherited(fillers []int, end int) {
	for fd := range end {
		if len(fillers) > 0 && fillers[0] == fd {
			fillers = fillers[1:]
			continue
		}
		noteLowWater(fd)
	}
}

// openFrom answers which numbers of a window are open.
func openFrom(start int) (open []int) {
	for fd := start; fd < start+window; fd++ {
		if isOpen(fd) {
			open = append(open, fd)
		}
	}
	return open
}

func isOpen(fd int) bool {
	_, _, errno := unix.RawSyscall(unix.SYS_FCNTL, uintptr(fd), unix.F_GETFD, 0)
	return errno == 0
}

// fill takes every free number below ownBase. Where the limit is lower it leaves the
// last ones to the runtime. It answers the numbers taken, and where the runtime's begin.
func fill() (fillers []int, start int) {
	null, err := unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, ownBase
	}
	widenTable(null)
	fillers = append(make([]int, 0, ownBase), null)
	fillers = fillMany(fillers, null)
	for {
		fd, _, errno := unix.RawSyscall(unix.SYS_FCNTL, uintptr(null), unix.F_DUPFD_CLOEXEC, 0)
		switch {
		case errno != 0:
			const spare = 16
			keep := max(0, len(fillers)-spare)
			start = fillers[keep]
			closeAll(fillers[keep:])
			return fillers[:keep], start
		case fd >= ownBase:
			_ = unix.Close(int(fd))
			return fillers, ownBase
		}
		fillers = append(fillers, int(fd))
	}
}

// widenTable makes the table of descriptors as large as it will be. The kernel doubles it
// when a number does not fit, and waits for an RCU grace period of 10 milliseconds each time,
// if there are several threads (fs/file.c, expand_fdtable): once is better than five times.
// On Linux even that is saved: the same has been done when the process began, with one thread.
// Go's runtime has several before it runs the first line of Go. With cgo there are constructors
// (entry_cgo_linux.go); without it the runtime calls one function until then, if there is one:
// _cgo_init, which is cgo's otherwise (entry_linux_*.s).
func widenTable(fd int) {
	high, _, errno := unix.RawSyscall(unix.SYS_FCNTL, uintptr(fd), unix.F_DUPFD_CLOEXEC, tableEnd)
	if errno == 0 {
		_ = unix.Close(int(high))
		tableSize = tableEnd + 1
	}
}

// tableSize is how many descriptors the process's table has room for, at least: it never
// becomes smaller. A process begins with 64 (NR_OPEN_DEFAULT).
var tableSize = 64

// closeAll closes descriptors, which are sorted: those that follow each other at once.
func closeAll(fds []int) {
	for len(fds) > 0 {
		n := 1
		for n < len(fds) && fds[n] == fds[0]+n {
			n++
		}
		closeRun(fds[0], fds[n-1])
		fds = fds[n:]
	}
}

// startPoller has the runtime make its epoll or kqueue, and what wakes that, which it
// does at the first descriptor that it is to watch: a pipe.
func startPoller() {
	r, w, err := os.Pipe()
	if err != nil {
		return
	}
	_ = r.Close()
	_ = w.Close()
}

// raiseLimit raises the soft limit on descriptors as far as the hard one. Go's own
// runtime does that too, but gives its children the old limit back; a child of ours
// inherits what this process has.
func raiseLimit() {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) == nil {
		limit.Cur = limit.Max
		_ = unix.Setrlimit(unix.RLIMIT_NOFILE, &limit)
		ceiling = int(min(uint64(limit.Max), uint64(ceiling)))
	}
}

// ceiling is how many numbers are looked at where nothing lists those that are open. The limit
// may have been lowered since: what was open stays.
var ceiling = 1 << 16

// tryDescriptors finds the process's descriptors by trying each number.
func tryDescriptors() (fds []int) {
	for fd := range ceiling {
		if isOpen(fd) && !owns(fd) {
			fds = append(fds, fd)
		}
	}
	return fds
}
