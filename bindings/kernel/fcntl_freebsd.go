package kernel

import (
	"math"

	"golang.org/x/sys/unix"
)

var systemCommands = []commandRow{
	{withoutArg, []int{unix.F_GETOWN}},
	{withInt, []int{unix.F_RDAHEAD, unix.F_READAHEAD}},
	{duplicateTo, []int{unix.F_DUP2FD, unix.F_DUP2FD_CLOEXEC}},
}

// duplicateTo is dup2 by another name: it wakes who was blocked on what the number was
// before, and does not reach the program's own descriptors.
func duplicateTo(f *Frame, fd, cmd int, arg any) error {
	n, ok := AsInt(arg)
	if !ok || n < math.MinInt32 || n > math.MaxInt32 {
		return badArg(argCommand, "descriptor expected, got %s", typeOfArg(arg))
	}
	target, since := Visible(int(n)), entered.Load()
	return f.replaced(target, since, integer(f, fd, cmd, target))
}
