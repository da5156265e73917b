package repl

import (
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"time"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// interrupts is what Ctrl-C does. While something runs, the first ends it. A call into
// Lua's own library can't be cut short by the virtual machine: then the second says so,
// and the third within two seconds ends the program.
type interrupts struct {
	s       *Session
	running atomic.Bool // Lua code is being evaluated
	away    atomic.Bool // the terminal belongs to another program, an editor

	mu         sync.Mutex
	evaluation int       // which one
	presses    int       // during it
	warned     time.Time // that it does not end
}

// lastWarning is how long after the second Ctrl-C the third ends the program.
const lastWarning = 2 * time.Second

// catch has Ctrl-C end what runs. Without it Ctrl-C ends the process, as the
// shell that started it expects of a script: killed by SIGINT.
func (i *interrupts) catch() (stop func()) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt)
	go func() {
		for range signals {
			i.press()
		}
	}()
	return func() { signal.Stop(signals) }
}

// begin says that an evaluation begins, which an interrupt ends; false: one has begun already. At
// the prompt it is called before the terminal makes signals of Ctrl-C again, so that none is lost,
// and what was read ends with the next reading: a paste may be several inputs.
func (i *interrupts) begin() bool {
	if i.running.Load() {
		return false
	}
	i.s.env.Task.Resume()
	i.mu.Lock()
	i.evaluation++
	i.presses, i.warned = 0, time.Time{}
	i.mu.Unlock()
	i.running.Store(true)
	return true
}

func (i *interrupts) end() { i.running.Store(false) }

// press is what one Ctrl-C does.
func (i *interrupts) press() {
	switch {
	case i.away.Load():
		return
	case !i.running.Load():
		i.s.input.interrupt()
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.presses++
	switch {
	case i.presses == 1:
		go i.s.env.Task.Interrupt() // answers when the call was woken, which may be never
	case !i.warned.IsZero() && time.Since(i.warned) < lastWarning:
		i.s.end(unix.SIGINT)
	default:
		evaluation := i.evaluation
		time.AfterFunc(deafness, func() { i.warn(evaluation) })
	}
}

// deafness is how long a call may take to notice the first Ctrl-C.
const deafness = 100 * time.Millisecond

// warn says that the evaluation does not end, if it is still the same one.
func (i *interrupts) warn(evaluation int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.running.Load() && i.evaluation == evaluation {
		i.warned = time.Now()
		i.s.say("\nstill in a call into Lua's own library, which can't be cut short; Ctrl-C within two seconds ends sockrepl")
	}
}

// end ends the program as the signal does, with the terminal as it was found.
func (s *Session) end(sig unix.Signal) {
	if s.terminal != nil {
		s.terminal.close()
	}
	kernel.Reap()
	kernel.ByDefault(sig)
	_ = unix.Kill(os.Getpid(), sig)
	time.Sleep(time.Second) // the signal comes to another thread
	os.Exit(128 + int(sig))
}
