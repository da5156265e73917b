//go:build darwin || freebsd

package repl_test

import "golang.org/x/sys/unix"

const getTermios = unix.TIOCGETA

func (s *screen) noteIdle() {}

// interruptBlocked presses Ctrl-C once the shell evaluates: what it waits for is not told.
func (s *screen) interruptBlocked() { s.interrupt() }

// waitBlocked waits until the shell evaluates.
func (s *screen) waitBlocked() { s.waitCooked() }
