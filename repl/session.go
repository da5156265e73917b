// Package repl is what a user of sockrepl meets: it runs scripts, and it is the prompt.
package repl

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"sockrepl/bindings"
	"sockrepl/bindings/kernel"
	"sockrepl/scripts"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// Version is what -v prints.
const Version = "0.1"

// PrintVersion is the chunk that -v runs.
const PrintVersion = `print("sockrepl ` + Version + ` (" .. _VERSION .. ")")`

// Kind says what a Step runs.
type Kind int

// The kinds of step.
const (
	Chunk  Kind = iota // a piece of Lua source
	Module             // a module's name, for require
	Script             // a file's or a demo's name; "-" is standard input
)

// Step is one thing that the command line asks to run.
type Step struct {
	Kind Kind
	Text string
	Args []string // of a script
}

// Config is what a session is made with.
type Config struct {
	Memory   *bindings.Memory
	Embedded fs.FS    // the demos, and the modules under lib/
	Args     []string // the whole command line
	Script   int      // where the script stands in Args; len(Args) if nowhere
}

// Session is a Lua state with the calls in it, and the streams that it talks to.
type Session struct {
	config   Config
	state    *lua.LState
	env      *bindings.Env
	err      io.Writer
	terminal *terminal // at the prompt
	prompt   bool      // there will be a prompt: an interrupt ends what runs, not the process
}

// NewSession makes a session. Nothing runs yet.
func NewSession(c Config) *Session {
	s := &Session{config: c, err: os.Stderr}
	s.state, s.env = bindings.NewState(bindings.Options{Memory: c.Memory, Exit: s.exit, Closed: s.outputClosed})
	c.Memory.Stop(s.env.Task)
	s.setArg()
	return s
}

// Close ends the session.
func (s *Session) Close() {
	s.env.Flush()
	s.env.Close(s.state)
}

// setArg makes the table arg: the script is arg[0], its arguments follow, what stands
// before it has negative indices.
func (s *Session) setArg() {
	t := s.state.NewTable()
	for i, word := range s.config.Args {
		at := i - s.config.Script
		if s.config.Script == len(s.config.Args) {
			at = i // no script: arg[0] is the program
		}
		t.RawSet(lua.LNumber(at), lua.LString(word))
	}
	s.state.SetGlobal("arg", t)
}

// Run runs the steps, then the prompt if there is to be one, and answers the exit
// status.
func (s *Session) Run(steps []Step, prompt bool) int {
	s.prompt = prompt
	s.env.Task.Pin() // all Lua code runs here
	beside := ""
	if n := len(steps); n > 0 && steps[n-1].Kind == Script && steps[n-1].Text != "-" {
		beside = filepath.Dir(steps[n-1].Text)
	}
	bindings.Modules(s.state, beside, s.config.Embedded)
	if prompt {
		stop := s.catchInterrupt()
		defer stop()
	}
	for _, step := range steps {
		if !s.step(step) && !prompt {
			return 1
		}
	}
	if prompt {
		return s.loop()
	}
	return 0
}

// catchInterrupt has Ctrl-C end what runs. Without it Ctrl-C ends the process, as the
// shell that started it expects of a script: killed by SIGINT.
func (s *Session) catchInterrupt() (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	go func() {
		for range signals {
			s.env.Task.Interrupt()
		}
	}()
	return func() { signal.Stop(signals) }
}

// step runs a step, and tells whether it went well.
func (s *Session) step(step Step) bool {
	fn, err := s.load(step)
	if err != nil {
		s.complain(err)
		return false
	}
	args := make([]lua.LValue, len(step.Args))
	for i, a := range step.Args {
		args[i] = lua.LString(a)
	}
	if _, err := s.call(fn, args...); err != nil {
		s.report(err)
		return false
	}
	return true
}

// load compiles what a step runs.
func (s *Session) load(step Step) (*lua.LFunction, error) {
	switch step.Kind {
	case Chunk:
		return bindings.Load(s.state, step.Text, "(command line)")
	case Module:
		return bindings.Load(s.state, fmt.Sprintf("%s = require %q", moduleVariable(step.Text), step.Text), "(command line)")
	}
	if step.Text == "-" {
		source, err := io.ReadAll(os.Stdin)
		if err != nil {
			return nil, fmt.Errorf("cannot read standard input: %w", err)
		}
		return bindings.Load(s.state, string(source), "stdin")
	}
	if _, err := os.Stat(step.Text); err != nil {
		if source, ok := scripts.Demo(step.Text); ok {
			return bindings.Load(s.state, source, step.Text)
		}
	}
	return bindings.LoadFile(s.state, step.Text)
}

// moduleVariable is the global that -l sets: the last part of the module's name.
func moduleVariable(module string) string {
	return module[strings.LastIndexByte(module, '.')+1:]
}

// call runs a function to its end, an error or an interrupt, and answers its results.
func (s *Session) call(fn *lua.LFunction, args ...lua.LValue) ([]lua.LValue, error) {
	s.env.Task.Resume()
	top := s.state.GetTop()
	defer s.state.SetTop(top)
	s.state.Push(fn)
	for _, a := range args {
		s.state.Push(a)
	}
	if err := s.state.PCall(len(args), lua.MultRet, nil); err != nil {
		return nil, err
	}
	var results []lua.LValue
	for i := top + 1; i <= s.state.GetTop(); i++ {
		results = append(results, s.state.Get(i))
	}
	return results, nil
}

// report prints an error of Lua code, with a traceback.
func (s *Session) report(err error) {
	if s.env.Task.Interrupted() {
		fmt.Fprintln(s.err, interruptText(s.env.Task.Note()))
		return
	}
	s.complain(fmt.Errorf("%s", bindings.ErrorText(s.state, err)))
	if trace := bindings.Traceback(err); trace != "" {
		fmt.Fprintln(s.err, trace)
	}
}

// complain prints an error as a program does: with its name before it. At the prompt
// it is plain who speaks.
func (s *Session) complain(err error) {
	if s.terminal != nil {
		fmt.Fprintln(s.err, kernel.EscapeText(err.Error()))
		return
	}
	fmt.Fprintf(s.err, "sockrepl: %s\n", err)
}

// interruptText says that there was an interrupt, and what was done already.
func interruptText(note string) string {
	if note == "" {
		return "interrupted"
	}
	return "interrupted (" + note + ")"
}

// exit ends the process for os.exit, with the terminal as it was found.
func (s *Session) exit(code int) {
	if s.terminal != nil {
		s.terminal.close()
	}
	os.Exit(code)
}

// outputClosed ends a script whose output nobody reads any more, as "| head -1" expects:
// without a word, with the status that a shell reports of a program that SIGPIPE ended.
// A prompt goes on.
func (s *Session) outputClosed() {
	if !s.prompt {
		os.Exit(128 + int(unix.SIGPIPE))
	}
}
