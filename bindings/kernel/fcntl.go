package kernel

import (
	"math"

	"golang.org/x/sys/unix"
)

// command is how fcntl's third argument is passed, and what it answers.
type command func(f *Frame, fd, cmd int, arg any) error

// commandRow declares the commands of one kind.
type commandRow struct {
	do   command
	cmds []int
}

// commonCommands are those of every system; systemCommands has the rest. All others
// are passed as plain, which keeps numbers that could be addresses from the kernel.
var commonCommands = []commandRow{
	{withoutArg, []int{unix.F_GETFD, unix.F_GETFL}},
	{withInt, []int{unix.F_SETFD, unix.F_SETFL, unix.F_SETOWN}},
	{withLowest, []int{unix.F_DUPFD, unix.F_DUPFD_CLOEXEC}},
	{getLock, []int{unix.F_GETLK}},
	{setLock, []int{unix.F_SETLK}},
	{func(f *Frame, fd, _ int, arg any) error { return waitLock(f, fd, unix.F_SETLKW, unix.F_SETLK, arg) }, []int{unix.F_SETLKW}},
}

// Fcntl does what cmd says, fcntl(2). arg is the third argument, nil if there is none.
func Fcntl(f *Frame, fd, cmd int, arg any) error {
	if !f.blocking {
		// EAGAIN of all but the commands that wait is an answer, not a reason to.
		f.flags = unix.MSG_DONTWAIT
	}
	return commandOf(cmd)(f, fd, cmd, arg)
}

func commandOf(cmd int) command {
	for _, rows := range [...][]commandRow{commonCommands, systemCommands} {
		for _, row := range rows {
			for _, known := range row.cmds {
				if known == cmd {
					return row.do
				}
			}
		}
	}
	return withUnknown
}

const argCommand = 2 // the position of fcntl's third argument

// integer passes a number and answers the kernel's.
func integer(f *Frame, fd, cmd, n int) error {
	r, err := unix.FcntlInt(uintptr(fd), cmd, n)
	f.AnswerAny(0, int64(r))
	return err
}

func withoutArg(f *Frame, fd, cmd int, _ any) error { return integer(f, fd, cmd, 0) }

func withInt(f *Frame, fd, cmd int, arg any) error {
	n, ok := AsInt(arg)
	if !ok {
		return badArg(argCommand, "integer expected, got %s", typeOfArg(arg))
	}
	if n < math.MinInt32 || n > math.MaxUint32 {
		return badArg(argCommand, "integer from %d to %d expected, got %d", math.MinInt32, uint32(math.MaxUint32), n)
	}
	// The kernel reads an int, or a long that must be one: 0xffffffff is -1.
	return integer(f, fd, cmd, int(int32(n)))
}

// withLowest is F_DUPFD: the lowest number that the new descriptor may have, 0 unless
// it is given.
func withLowest(f *Frame, fd, cmd int, arg any) error {
	if arg == nil {
		arg = int64(0)
	}
	return withInt(f, fd, cmd, arg)
}

// largestPlain is below every address that a process can have mapped (proc(5),
// vm.mmap_min_addr): a smaller number that the kernel takes for a pointer is EFAULT.
const largestPlain = 1<<16 - 1

// withUnknown passes a number that can't be an address of this process's memory.
func withUnknown(f *Frame, fd, cmd int, arg any) error {
	if arg == nil {
		arg = int64(0)
	}
	n, ok := AsInt(arg)
	switch {
	case !ok:
		return badArg(argCommand, "integer expected, got %s", typeOfArg(arg))
	case n < -largestPlain || n > largestPlain:
		return badArg(argCommand, "integer from %d to %d expected for a command that is not known, got %d",
			-largestPlain, largestPlain, n)
	}
	return integer(f, fd, cmd, int(n))
}

// typeOfArg names what an argument is that is not as expected.
func typeOfArg(arg any) string {
	if arg == nil {
		return "no value"
	}
	return TypeName(arg)
}

// readLock makes a struct flock of a table.
func readLock(arg any) (*unix.Flock_t, error) {
	r, err := readerOf(arg, "lock")
	if err != nil {
		return nil, badArg(argCommand, "lock table {type=, whence=, start=, len=} expected, got %s", typeOfArg(arg))
	}
	lock := &unix.Flock_t{
		Type:   int16(r.needed("type", math.MinInt16, math.MaxInt16)),
		Whence: int16(r.Range("whence", 0, math.MinInt16, math.MaxInt16)),
		Start:  r.Int("start", 0),
		Len:    r.Int("len", 0),
		Pid:    int32(r.Range("pid", 0, math.MinInt32, math.MaxInt32)),
	}
	return lock, asArg(argCommand, r.Done())
}

// getLock answers the first lock that is in the way, or the one asked for with the
// type F_UNLCK.
func getLock(f *Frame, fd, cmd int, arg any) error {
	lock, err := readLock(arg)
	if err == nil {
		err = unix.FcntlFlock(uintptr(fd), cmd, lock)
	}
	if err != nil {
		return err
	}
	f.AnswerAny(0, Record{
		{"type", int64(lock.Type)},
		{"whence", int64(lock.Whence)},
		{"start", lock.Start},
		{"len", lock.Len},
		{"pid", int64(lock.Pid)},
	})
	return nil
}

func setLock(f *Frame, fd, cmd int, arg any) error {
	lock, err := readLock(arg)
	if err != nil {
		return err
	}
	f.AnswerAny(0, int64(0))
	return unix.FcntlFlock(uintptr(fd), cmd, lock)
}

// waitLock takes a lock, and waits for it only if another process has it: the first
// round tries with the command that does not wait.
func waitLock(f *Frame, fd, cmd, try int, arg any) error {
	if f.blocking {
		return blockForLock(f, fd, cmd, try, arg)
	}
	err := setLock(f, fd, try, arg)
	if err == unix.EAGAIN || err == unix.EACCES {
		return errMayBlock
	}
	return err
}
