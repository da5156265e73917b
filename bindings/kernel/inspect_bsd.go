//go:build darwin || freebsd

package kernel

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// OpenDescriptors lists the process's descriptors in order, less the program's own.
func OpenDescriptors() []int { return tryDescriptors() }

func (d *description) otherKind() string { return "other" }

func otherTypes() []string { return nil }

func otherDomain(int) string { return "socket" }

func (d *description) hasPeers() bool { return true }

func (d *description) addSystem() {
	if path := filePath(d.fd); path != "" {
		d.add("path", path)
	}
	d.add("inode", int64(d.stat.Ino))
}

// fcntlInto has fcntl(2) fill in a buffer.
func fcntlInto(fd, cmd int, buf []byte) error {
	_, _, errno := unix.Syscall(unix.SYS_FCNTL, uintptr(fd), uintptr(cmd), uintptr(unsafe.Pointer(unsafe.SliceData(buf))))
	return asError(errno)
}

func (d *description) addState() {
	if d.isTCP() {
		d.addTCPState()
	} else {
		d.addPlainState()
	}
	if d.listening {
		d.addBacklog()
	}
}

// addQueues adds what waits in the buffers: FIONREAD, and FIONWRITE or SO_NWRITE.
func (d *description) addQueues() {
	in, inErr := unix.IoctlGetInt(d.fd, fionread)
	d.addInt("recvq", in, inErr)
	out, outErr := unsent(d.fd)
	d.addInt("sendq", out, outErr)
}

// systemDetails: these systems tell a process no more of its own descriptors.
func systemDetails(int, Record) Record { return nil }

// Path says what a descriptor stands for: TCP:[127.0.0.1:40000->127.0.0.1:7007]; "" where
// the system does not tell.
func Path(fd int) string {
	rec, err := Describe(fd)
	if err != nil {
		return ""
	}
	local, _ := rec.Get("local").(*Sockaddr)
	remote, _ := rec.Get("remote").(*Sockaddr)
	switch {
	case local == nil:
		return Escape(filePath(fd))
	case remote != nil:
		return rec.Get("type").(string) + ":[" + local.String() + "->" + remote.String() + "]"
	}
	return rec.Get("type").(string) + ":[" + local.String() + "]"
}
