package kernel

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// FuzzControl: control data of any bytes is read without a panic.
func FuzzControl(f *testing.F) {
	f.Add([]byte{})
	f.Add(unix.UnixRights(3, 4))
	f.Add(unix.UnixRights()[:4])
	f.Add([]byte(strings.Repeat("\xff", 40)))
	f.Add([]byte("\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00abcdefghijklmnop"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, message := range parseControl(b) {
			rec, ok := message.(Record)
			if !ok || rec.Get("level") == nil || rec.Get("type") == nil {
				t.Fatalf("a control message without level and type: %v", message)
			}
		}
	})
}

// FuzzSockaddr: an address of any bytes is read and printed without a panic, and
// printed without a byte that a terminal acts on.
func FuzzSockaddr(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{unix.AF_INET, 0, 0, 80, 127, 0, 0, 1})
	f.Add([]byte{unix.AF_UNIX, 0, 0, 'n', 0x1b, ']'})
	f.Add([]byte(strings.Repeat("\x11", 128)))
	f.Add([]byte{unix.AF_INET6, 0, 0, 80})
	f.Fuzz(func(t *testing.T, b []byte) {
		var a Sockaddr
		a.Len = uint32(copy(a.Buf[:], b))
		a.Fields()
		for _, c := range []byte(a.String()) {
			if c < ' ' || c > '~' {
				t.Fatalf("%q prints as %q", b, a.String())
			}
		}
	})
}

// FuzzAddressTable: a table of any fields is an address or a mistake of the program's.
func FuzzAddressTable(f *testing.F) {
	f.Add(int64(unix.AF_INET), "addr", "127.0.0.1", int64(80))
	f.Add(int64(unix.AF_UNIX), "path", "/tmp/\x00x", int64(0))
	f.Add(int64(unix.AF_UNIX), "path", strings.Repeat("x", 200), int64(-1))
	f.Add(int64(70000), "data", strings.Repeat("x", 200), int64(1<<40))
	f.Fuzz(func(t *testing.T, number int64, name, value string, port int64) {
		task := NewTask(0, "main")
		defer task.End()
		frame := &task.Frame
		frame.Peer = Peer{Set: true, Table: Record{{"family", number}, {name, value}, {"port", port}}}
		a, err := frame.FixedAddress(1)
		var arg *ArgError
		var errno unix.Errno
		if err != nil && !errors.As(err, &arg) && !errors.As(err, &errno) {
			t.Fatalf("an error of type %T: %v", err, err)
		}
		if err == nil && a.Len > sizeofStorage {
			t.Fatalf("an address of %d bytes", a.Len)
		}
	})
}

// TestPartialSendmsg: a blocked stream takes the rest of a message without its control
// data: each byte comes once, and one descriptor.
func TestPartialSendmsg(t *testing.T) {
	a, b := pair(t, unix.SOCK_STREAM)
	task := newTask(t)
	data := strings.Repeat("0123456789", 100_000)
	msg := Record{
		{"iov", []any{data[:7], data[7:]}},
		{"control", []any{Record{{"level", int64(unix.SOL_SOCKET)}, {"type", int64(unix.SCM_RIGHTS)}, {"fds", []any{int64(a)}}}}},
	}
	done := make(chan error, 1)
	go func() {
		done <- run(task, Write, onFD(a, func(f *Frame, fd int) error { return Sendmsg(f, fd, msg, 0, nil) }))
	}()
	var got []byte
	descriptors := 0
	buf, oob := make([]byte, 5000), make([]byte, 256)
	for len(got) < len(data) {
		n, oobn, _, _, err := unix.Recvmsg(b, buf, oob, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			t.Fatal(n, err)
		}
		got = append(got, buf[:n]...)
		messages, _ := unix.ParseSocketControlMessage(oob[:oobn])
		for _, m := range messages {
			fds, _ := unix.ParseUnixRights(&m)
			for _, fd := range fds {
				descriptors++
				unix.Close(fd)
			}
		}
	}
	if err := <-done; err != nil || task.Frame.Out[0].Int != int64(len(data)) {
		t.Errorf("answered %d, %v", task.Frame.Out[0].Int, err)
	}
	if string(got) != data || descriptors != 1 {
		t.Errorf("the bytes are the same: %v; %d descriptors", string(got) == data, descriptors)
	}
}

// TestInterruptedRecvmsg: it waits, and an interrupt ends it.
func TestInterruptedRecvmsg(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	task := newTask(t)
	done := make(chan error, 1)
	go func() {
		done <- run(task, Read, onFD(a, func(f *Frame, fd int) error { return Recvmsg(f, fd, int64(10), 0) }))
	}()
	untilBlocked(t, task)
	task.Interrupt()
	if err := <-done; !errors.Is(err, ErrInterrupted) {
		t.Errorf("answered %v", err)
	}
}
