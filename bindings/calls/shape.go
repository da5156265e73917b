package calls

import "sockrepl/bindings/kernel"

// Shapes turn a function of package kernel into a row's Do. A shape is named by the arguments that
// it passes on. The function sets the answer itself, but for fdInt's.

// fd is the shape f(fd).
func fd(do func(f *kernel.Frame, fd int) error) func(*kernel.Frame) error {
	return func(f *kernel.Frame) error { return do(f, f.FD(0)) }
}

// fdInt is the shape f(fd, int) of a call that answers 0; it sets that answer.
func fdInt(do func(fd, n int) error) func(*kernel.Frame) error {
	return func(f *kernel.Frame) error {
		f.Answer(0, 0)
		return do(f.FD(0), f.Int(1))
	}
}

// fdAddr is the shape f(fd, address).
func fdAddr(do func(f *kernel.Frame, fd int, a *kernel.Sockaddr) error) func(*kernel.Frame) error {
	return func(f *kernel.Frame) error {
		fd := f.FD(0)
		a, err := address(f, 1, fd)
		if err != nil {
			return err
		}
		return do(f, fd, a)
	}
}

// threeInts is the shape f(int, int, int).
func threeInts(do func(f *kernel.Frame, a, b, c int) error) func(*kernel.Frame) error {
	return func(f *kernel.Frame) error { return do(f, f.Int(0), f.Int(1), f.Int(2)) }
}

// address makes the address argument, which may have to be looked up. A call that is
// made again after a wait finds it made already.
func address(f *kernel.Frame, arg, fd int) (*kernel.Sockaddr, error) {
	return f.Address(arg, fd, lookupHost)
}

// optional answers an optional integer; nil if it was not given.
func optional(f *kernel.Frame, arg int) *int64 {
	if !f.Has(arg) {
		return nil
	}
	n := f.Args[arg].Int
	return &n
}
