package kernel

import (
	"net"

	"golang.org/x/sys/unix"
)

// IfNametoindex is if_nametoindex(3).
func IfNametoindex(f *Frame, name string) error {
	index, err := InterfaceIndex(name)
	f.Answer(0, index)
	return err
}

// IfIndextoname is if_indextoname(3).
func IfIndextoname(f *Frame, index int) error {
	name, err := InterfaceName(index)
	f.AnswerStr(0, name)
	return err
}

// IfNameindex is if_nameindex(3).
func IfNameindex(f *Frame) error {
	list, err := net.Interfaces()
	if err != nil {
		return unix.ENOBUFS // the error that the manual has
	}
	all := make([]any, len(list))
	for i, n := range list {
		all[i] = Record{{"if_index", int64(n.Index)}, {"if_name", n.Name}}
	}
	f.AnswerAny(0, all)
	return nil
}
