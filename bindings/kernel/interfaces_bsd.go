//go:build darwin || freebsd

package kernel

import (
	"net"

	"golang.org/x/sys/unix"
)

// interfaceIndex answers the index of a network interface; ENXIO if there is none.
// Go asks with sysctl, which takes no descriptor.
func interfaceIndex(name string) (int, error) {
	n, err := net.InterfaceByName(name)
	if err != nil {
		return 0, unix.ENXIO
	}
	return n.Index, nil
}

// interfaceName answers the name of a network interface; ENXIO if there is none.
func interfaceName(index int) (string, error) {
	n, err := net.InterfaceByIndex(index)
	if err != nil {
		return "", unix.ENXIO
	}
	return n.Name, nil
}
