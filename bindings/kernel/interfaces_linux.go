package kernel

import "golang.org/x/sys/unix"

// interfaceIndex answers the index of a network interface; ENODEV if there is none.
func interfaceIndex(name string) (int, error) {
	req, err := unix.NewIfreq(name)
	if err != nil {
		return 0, unix.ENODEV // longer than any: glibc's answer, too
	}
	err = askDevice(unix.SIOCGIFINDEX, req)
	return int(req.Uint32()), err
}

// interfaceName answers the name of a network interface; ENXIO if there is none, which
// glibc makes of the kernel's ENODEV (if_indextoname(3)).
func interfaceName(index int) (string, error) {
	req, err := unix.NewIfreq("")
	if err == nil {
		req.SetUint32(uint32(index))
		err = askDevice(unix.SIOCGIFNAME, req)
	}
	if err == unix.ENODEV || err == unix.EINVAL {
		err = unix.ENXIO
	}
	if err != nil {
		return "", err
	}
	return req.Name(), nil
}

// askDevice makes one of netdevice(7)'s requests, for which any socket will do.
func askDevice(request uint, req *unix.Ifreq) error {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	return unix.IoctlIfreq(fd, request, req)
}
