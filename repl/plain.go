package repl

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// plainReader reads lines from a terminal that understands no escape sequences (TERM=dumb), which edits
// them itself, and from a pipe.
type plainReader struct {
	*terminal
	runs    *interrupts
	reading atomic.Bool
	wake    [2]int // a pipe: Ctrl-C gives up the line
	drawing sync.Mutex
}

func newPlainReader(t *terminal, runs *interrupts) (*plainReader, error) {
	p := &plainReader{terminal: t, runs: runs}
	var ends [2]int
	if err := unix.Pipe(ends[:]); err != nil {
		return nil, fmt.Errorf("cannot make a pipe: %w", err)
	}
	p.wake = [2]int{kernel.Own(ends[0]), kernel.Own(ends[1])}
	return p, nil
}

// read reads a line. begin is what a paste left open; there is none here.
func (p *plainReader) read(prompt, earlier, _ string, _ bool) (source string, err error) {
	p.runs.end()
	p.forget()
	p.reading.Store(true) // before the prompt is seen: who sees it may press Ctrl-C
	_, _ = io.WriteString(p.out, prompt)
	defer p.reading.Store(false)
	defer p.runs.begin()
	var line []byte
	for {
		b, err := p.next()
		switch {
		case err == io.EOF && len(line) > 0:
			return earlier + string(line) + "\n", nil
		case err == io.EOF:
			_, _ = io.WriteString(p.out, "\n") // the terminal does not show Ctrl-D
			return earlier + "\n", err
		case err != nil:
			return earlier + "\n", err
		case b == '\n':
			return earlier + strings.TrimSuffix(string(line), "\r") + "\n", nil
		}
		line = append(line, b)
	}
}

// next reads a byte, or answers errDropped at Ctrl-C.
func (p *plainReader) next() (byte, error) {
	for {
		fds := []unix.PollFd{{Fd: int32(p.in), Events: unix.POLLIN}, {Fd: int32(p.wake[0]), Events: unix.POLLIN}}
		if _, err := unix.Poll(fds, -1); err == unix.EINTR {
			continue
		}
		if fds[1].Revents != 0 {
			_, _ = readByte(p.wake[0])
			_, _ = io.WriteString(p.out, "\n")
			return 0, errDropped
		}
		return readByte(p.in)
	}
}

// forget drops a Ctrl-C that came when the last line had just been read: it does not give up the next.
func (p *plainReader) forget() {
	pending := []unix.PollFd{{Fd: int32(p.wake[0]), Events: unix.POLLIN}}
	for n, _ := unix.Poll(pending, 0); n > 0; n, _ = unix.Poll(pending, 0) {
		_, _ = readByte(p.wake[0])
	}
}

// interrupt gives up the line that is being typed, if one is.
func (p *plainReader) interrupt() {
	if p.reading.Load() {
		_, _ = unix.Write(p.wake[1], []byte{0})
	}
}

func (p *plainReader) typing() bool { return p.reading.Load() }

func (p *plainReader) pasted() (whole []string, last string) { return nil, "" }
func (p *plainReader) echo(source string, but int)           {}
func (p *plainReader) addHistory(entry string)               {}

// above writes lines; one that is being typed stays where it is.
func (p *plainReader) above(b []byte) {
	p.drawing.Lock()
	defer p.drawing.Unlock()
	if p.reading.Load() {
		_, _ = io.WriteString(p.out, "\n")
	}
	_, _ = p.out.Write(b)
}
