package kernel

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxrssUnit is what ru_maxrss counts, in bytes.
const maxrssUnit = 1024

// rawWait makes wait4(2); in the gate's first round without waiting.
func (f *Frame) rawWait(pid, options int, status *unix.WaitStatus, usage *unix.Rusage) (int, error) {
	if !f.blocking {
		options |= unix.WNOHANG
	}
	n, errno := f.call(unix.SYS_WAIT4, uintptr(pid), uintptr(unsafe.Pointer(status)), uintptr(options),
		uintptr(unsafe.Pointer(usage)), 0, 0)
	return n, asError(errno)
}

// unstoppable calls do, which a process in the background may be stopped for (SIGTTOU),
// with that signal blocked for the thread.
func unstoppable(do func() error) error {
	var set, before unix.Sigset_t
	set.Val[0] = 1 << (unix.SIGTTOU - 1)
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, &set, &before); err != nil {
		return err
	}
	defer func() { _ = unix.PthreadSigmask(unix.SIG_SETMASK, &before, nil) }()
	return do()
}

// restoreDefault has a signal that was ignored when the program began do what it does by
// default, here and in children. Go leaves such signals alone.
func restoreDefault(sig unix.Signal) {
	const sigIgn = 1 // SIG_IGN, include/uapi/asm-generic/signal-defs.h
	var act sigaction
	if rtSigaction(sig, nil, &act) == nil && act.handler == sigIgn {
		_ = rtSigaction(sig, &sigaction{}, nil)
	}
}

// nameless makes an empty file without a name, memfd_create(2).
func nameless() (int, error) { return unix.MemfdCreate("sockrepl", unix.MFD_CLOEXEC) }

// Program is the file that this process runs, even if it has been replaced since.
func Program() string { return "/proc/self/exe" }
