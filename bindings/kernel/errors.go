package kernel

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// DetailError is an errno together with what it is about, where one argument of
// several is to blame: "descriptor 7 in readfds".
type DetailError struct {
	Errno  unix.Errno
	Detail string
}

func (e *DetailError) Error() string { return e.Errno.Error() + ": " + e.Detail }

// Unwrap answers the errno.
func (e *DetailError) Unwrap() error { return e.Errno }

// ArgError is a mistake of the program's that only the call could see: it is raised
// as "bad argument #n to 'call' (text)". Arg counts from 0.
type ArgError struct {
	Arg  int
	Text string
}

func (e *ArgError) Error() string { return e.Text }

// badArg makes an ArgError.
func badArg(arg int, format string, args ...any) error {
	return &ArgError{arg, fmt.Sprintf(format, args...)}
}

// AddrinfoError is an EAI_ number, the error of getaddrinfo and getnameinfo, and the name that
// it is about; "" if it is about none. Errno is why, of EAI_SYSTEM.
type AddrinfoError struct {
	Code   int
	Detail string
	Errno  unix.Errno
}

func (e *AddrinfoError) Error() string { return addrinfoText(e.Code) }
