package kernel

import (
	"math"
	"unsafe"

	"golang.org/x/sys/unix"
)

var systemCommands = []commandRow{
	{withoutArg, []int{unix.F_GETSIG, unix.F_GETLEASE, unix.F_GETPIPE_SZ, unix.F_GET_SEALS, unix.F_CREATED_QUERY}},
	{withInt, []int{unix.F_SETSIG, unix.F_SETLEASE, unix.F_NOTIFY, unix.F_SETPIPE_SZ, unix.F_ADD_SEALS}},
	{withDescriptor, []int{unix.F_DUPFD_QUERY}},
	{getOwner, []int{unix.F_GETOWN}},
	{getOwnerEx, []int{unix.F_GETOWN_EX}},
	{setOwnerEx, []int{unix.F_SETOWN_EX}},
	{getHint, []int{unix.F_GET_RW_HINT, unix.F_GET_FILE_RW_HINT}},
	{setHint, []int{unix.F_SET_RW_HINT, unix.F_SET_FILE_RW_HINT}},
	{getLock, []int{unix.F_OFD_GETLK}},
	{setLock, []int{unix.F_OFD_SETLK}},
	{func(f *Frame, fd, _ int, arg any) error {
		return waitLock(f, fd, unix.F_OFD_SETLKW, unix.F_OFD_SETLK, arg)
	}, []int{unix.F_OFD_SETLKW}},
}

// blockForLock waits in the kernel; an interrupt's signal ends it.
func blockForLock(f *Frame, fd, cmd, _ int, arg any) error { return setLock(f, fd, cmd, arg) }

// blockForFlock is the same for flock.
func blockForFlock(f *Frame, fd, operation int) error { return flock(f, fd, operation) }

// withDescriptor passes another descriptor.
func withDescriptor(f *Frame, fd, cmd int, arg any) error {
	n, ok := AsInt(arg)
	if !ok || n < math.MinInt32 || n > math.MaxInt32 {
		return badArg(argCommand, "descriptor expected, got %s", typeOfArg(arg))
	}
	return integer(f, fd, cmd, Visible(int(n)))
}

// pointer makes an fcntl that fills in, or reads, what p points to.
func pointer(fd, cmd int, p unsafe.Pointer) error {
	_, _, errno := unix.Syscall(unix.SYS_FCNTL, uintptr(fd), uintptr(cmd), uintptr(p))
	return asError(errno)
}

// ownerEx is struct f_owner_ex, include/uapi/asm-generic/fcntl.h.
type ownerEx struct{ typ, pid int32 }

const ownerGroup = 2 // F_OWNER_PGRP; consts has the three

// getOwner is F_GETOWN by way of F_GETOWN_EX, as glibc does it: the number of a small
// process group, negated, would look like an errno (fcntl(2), BUGS).
func getOwner(f *Frame, fd, _ int, _ any) error {
	var owner ownerEx
	err := pointer(fd, unix.F_GETOWN_EX, unsafe.Pointer(&owner))
	pid := int64(owner.pid)
	if owner.typ == ownerGroup {
		pid = -pid
	}
	f.AnswerAny(0, pid)
	return err
}

func getOwnerEx(f *Frame, fd, cmd int, _ any) error {
	var owner ownerEx
	err := pointer(fd, cmd, unsafe.Pointer(&owner))
	f.AnswerAny(0, Record{{"type", int64(owner.typ)}, {"pid", int64(owner.pid)}})
	return err
}

func setOwnerEx(f *Frame, fd, cmd int, arg any) error {
	r, err := readerOf(arg, "owner")
	if err != nil {
		return badArg(argCommand, "owner table {type=, pid=} expected, got %s", typeOfArg(arg))
	}
	owner := ownerEx{
		typ: int32(r.needed("type", math.MinInt32, math.MaxInt32)),
		pid: int32(r.needed("pid", math.MinInt32, math.MaxInt32)),
	}
	if err := r.Done(); err != nil {
		return asArg(argCommand, err)
	}
	f.AnswerAny(0, int64(0))
	return pointer(fd, cmd, unsafe.Pointer(&owner))
}

func getHint(f *Frame, fd, cmd int, _ any) error {
	var hint uint64
	err := pointer(fd, cmd, unsafe.Pointer(&hint))
	f.AnswerAny(0, hint)
	return err
}

func setHint(f *Frame, fd, cmd int, arg any) error {
	n, ok := AsInt(arg)
	if !ok {
		return badArg(argCommand, "integer expected, got %s", typeOfArg(arg))
	}
	hint := uint64(n)
	f.AnswerAny(0, int64(0))
	return pointer(fd, cmd, unsafe.Pointer(&hint))
}
