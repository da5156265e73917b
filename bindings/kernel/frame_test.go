package kernel

import (
	"testing"

	"golang.org/x/sys/unix"
)

// TestLargeReceiveIsNotCopied: what fills its buffer is given away with it.
func TestLargeReceiveIsNotCopied(t *testing.T) {
	f := &Frame{}
	buf := f.buffer(1 << 16)
	buf[0] = 'x'
	s, lent := f.take(1 << 16)
	if f.buf != nil || lent || s[0] != 'x' || len(s) != 1<<16 {
		t.Error("a full buffer was copied")
	}
	f.buffer(1 << 16)
	if _, lent := f.take(10); f.buf == nil || !lent {
		t.Error("ten bytes took the whole buffer with them")
	}
}

// TestRenew: what poll and select were given is none of the next call's, and what is large is
// let go of.
func TestRenew(t *testing.T) {
	f := &Frame{}
	f.Renew(0, false)
	f.Poll = append(f.Poll, unix.PollFd{Fd: 5})
	f.Sets[0].Begin()
	f.Sets[0].Add(6)
	if f.fd = -1; !f.holds(5) || !f.holds(6) {
		t.Fatal("poll and select wait on what they were given")
	}
	if f.Renew(1, true); f.holds(5) || f.holds(6) {
		t.Error("the next call waits on it, too")
	}
	text := "large"
	f.Args[1].Str, f.Iov, f.total = text, append(f.Iov, text), len(text)
	vecs := f.gather()
	if f.Release([]int{1}); f.Args[1].Str != "" || f.Iov[0] != "" || vecs[0].Base != nil {
		t.Error("it is not let go of")
	}
}
