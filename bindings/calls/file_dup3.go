//go:build linux || freebsd

package calls

import (
	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// dup3 and pipe2.
var dup3Calls = []Call{
	{
		Name: "dup3", Man: "dup(2)", Class: Descriptors,
		Params: P{FD("fd"), FD("newfd"), Flags("flags", "O_").Heeding("O_CLOEXEC")}, Answers: newFD,
		Doc:     "dup2 with flags: O_CLOEXEC.",
		Errs:    E{{unix.EINVAL, "the numbers are the same"}},
		Example: "r, w = pipe()\nprint(dup3(w, 77, O_CLOEXEC), fcntl(77, F_GETFD) == FD_CLOEXEC) --> 77	true",
		Do: func(f *kernel.Frame) error {
			return kernel.Dup3(f, f.FD(0), kernel.Visible(f.Int(1)), f.Int(2))
		},
	},
	{
		Name: "pipe2", Man: "pipe(2)", Class: Descriptors,
		Params: P{Flags("flags", "O_").Heeding("O_NONBLOCK", "O_CLOEXEC", "O_DIRECT")}, Answers: A{{"r", KindNewFD}, {"w", KindNewFD}},
		Doc:     "Make a pipe with O_NONBLOCK or O_CLOEXEC set on both ends.",
		Example: "r, w = pipe2(O_NONBLOCK)\nprint(select(3, read(r, 1)) == EAGAIN) --> true",
		Do:      func(f *kernel.Frame) error { return kernel.Pipe(f, f.Int(0)) },
	},
}
