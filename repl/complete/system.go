package complete

import (
	"slices"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// mostDescribed is how many descriptors are described, mostEntries how many names of a
// directory are read: Tab is answered at once.
const (
	mostDescribed = 100
	mostEntries   = 10000
)

// Open answers the open descriptors but for the program's own, each with what describe says
// of it; describe may be nil.
func Open(describe func(fd int) string) (list []Descriptor) {
	for _, fd := range kernel.OpenDescriptors() {
		d := Descriptor{Number: fd}
		if describe != nil && len(list) < mostDescribed {
			d.Line = describe(fd)
		}
		list = append(list, d)
	}
	return list
}

// Directory answers what is in a directory, sorted, nothing if it can't be read. It uses a
// plain descriptor, which is closed again.
func Directory(dir string) (list []Entry) {
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil
	}
	defer func() { _ = unix.Close(fd) }()
	var names []string
	buffer := make([]byte, 32*1024)
	for len(names) < mostEntries {
		n, err := unix.ReadDirent(fd, buffer)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			break
		}
		_, _, names = unix.ParseDirent(buffer[:n], -1, names)
	}
	slices.Sort(names)
	for _, name := range names {
		list = append(list, Entry{name, isDirectory(dir + "/" + name)})
	}
	return list
}

// isDirectory tells whether a path leads to a directory, through symbolic links too.
func isDirectory(path string) bool {
	var st unix.Stat_t
	return unix.Stat(path, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFDIR
}
