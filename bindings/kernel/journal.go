package kernel

import (
	"bytes"

	"golang.org/x/sys/unix"
)

// Journal is a file without a name to which several processes append lines: one makes it, its
// children inherit it, and theirs. Who waits for nobody to read can't be held up by who reads
// late, and what was written before a process was killed is there.
type Journal struct{ fd int }

const (
	// mostJournal bounds the file, which takes memory.
	mostJournal = 32 << 20
	// endedJournal is the size of one that has ended: a hole, which takes none.
	endedJournal = 1 << 40
)

// NewJournal makes a journal with a first line.
func NewJournal(first []byte) (*Journal, error) {
	fd, err := nameless()
	if err != nil {
		return nil, err
	}
	j := &Journal{Own(fd)}
	if _, err := unix.FcntlInt(uintptr(j.fd), unix.F_SETFL, unix.O_APPEND); err != nil {
		disown(j.fd)
		return nil, err
	}
	if _, err = unix.Write(j.fd, append(first, '\n')); err != nil {
		disown(j.fd)
		return nil, err
	}
	return j, nil
}

// InheritedJournal answers the journal whose descriptor this process was started with.
func InheritedJournal(fd int) *Journal { return &Journal{Own(fd)} }

// Copy answers a descriptor of the journal for a child.
func (j *Journal) Copy() (int, error) {
	fd, err := unix.FcntlInt(uintptr(j.fd), unix.F_DUPFD_CLOEXEC, ownBase)
	if err != nil {
		return -1, err
	}
	addOwned(fd)
	return fd, nil
}

// Append appends a line, which others' lines don't mix with (O_APPEND, open(2)), and tells
// whether it went: not to one that has ended, or is full.
func (j *Journal) Append(line []byte) bool {
	if n := j.size(); n == 0 || n > mostJournal {
		return false
	}
	_, err := unix.Write(j.fd, append(line, '\n'))
	return err == nil
}

// Full tells whether it takes no more lines.
func (j *Journal) Full() bool { return j.size() > mostJournal }

func (j *Journal) size() int64 {
	var st unix.Stat_t
	if unix.Fstat(j.fd, &st) != nil {
		return 0
	}
	return st.Size
}

// Lines answers what stands in it, less a last line that is being written. One that has ended
// has none.
func (j *Journal) Lines() [][]byte {
	size := j.size()
	if size >= endedJournal {
		return nil
	}
	text := make([]byte, size)
	n := 0
	for n < len(text) {
		got, err := unix.Pread(j.fd, text[n:], int64(n))
		if got <= 0 && err != unix.EINTR {
			break
		}
		n += max(got, 0)
	}
	lines := bytes.Split(text[:n], []byte("\n"))
	return lines[:len(lines)-1]
}

// End tells those who append that nobody reads it any more. Emptying it, which gives back its
// memory, does not do: who has looked at the size just before would begin it anew, for all.
func (j *Journal) End() {
	_ = unix.Ftruncate(j.fd, 0)
	_ = unix.Ftruncate(j.fd, endedJournal)
	disown(j.fd)
}

// Leave closes an inherited one.
func (j *Journal) Leave() { disown(j.fd) }
