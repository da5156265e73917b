// Package repl is what a user of sockrepl meets: it runs scripts, and it is the prompt.
package repl

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
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
	Chunk   Kind = iota // a piece of Lua source
	Module              // a module's name, for require
	Script              // a file's or a demo's name; "-" is standard input
	Spawned             // what spawn has packed, see bindings.Env.Unpack
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
	NoInit   bool     // the start-up file is not run
}

// Session is a Lua state with the calls in it, and the streams that it talks to.
type Session struct {
	config Config
	state  *lua.LState
	env    *bindings.Env
	err    io.Writer
	aside  *descriptor // standard error as it was at the start: what a script does to 2 is its own affair
	style  style
	guard  *lua.LFunction // calls what is evaluated, and notes its error
	noting bool           // an error may be on its way out

	crash     *crash // the last error that nothing caught
	sources   map[*lua.FunctionProto]string
	typed     string // the input that is being evaluated
	lastInput string
	mentioned bool // where() was
	hinted    map[int]bool
	record    record
	tour      *tour // the chapter of the guide that is being read
	start     snapshot

	answers    answers
	interrupts *interrupts
	prompt     bool // there will be a prompt: an interrupt ends what runs, not the process
	atPrompt   bool // it is there
	terminal   *terminal
	input      reader
	history    *history
	lossTold   bool // that the history can't be kept
}

// snapshot is what was there when the session began: what reset leaves.
type snapshot struct {
	open    map[int]bool
	globals map[string]lua.LValue
	modules map[string]bool
}

// NewSession makes a session. Nothing runs yet.
func NewSession(c Config) *Session {
	s := &Session{config: c, err: os.Stderr, sources: map[*lua.FunctionProto]string{}, hinted: map[int]bool{}}
	s.aside = &descriptor{private(2)}
	s.interrupts = &interrupts{s: s}
	s.style = styleFor(kernel.IsTerminal(2))
	s.state, s.env = bindings.NewState(bindings.Options{
		Memory: c.Memory, Exit: s.exit, Closed: s.outputClosed,
		Host: s.natives(), Failed: s.failed, Aside: (*aside)(s), Width: s.width,
		Above: s.above, Answered: s.answered,
	})
	s.guard = s.state.NewFunction(s.guarded)
	s.setArg()
	return s
}

// Close ends the session.
func (s *Session) Close() {
	s.env.Flush()
	s.env.Close(s.state)
	kernel.Reap()
}

// aside is the session as the writer of what is said beside the program's own output: at
// the prompt it goes above the line that is being typed.
type aside Session

// Write writes whole lines.
func (a *aside) Write(p []byte) (int, error) {
	if a.atPrompt {
		a.input.above(p)
		return len(p), nil
	}
	return a.aside.Write(p)
}

// width is the terminal's columns, 0 without a terminal.
func (s *Session) width() int {
	switch {
	case s.terminal != nil:
		return s.terminal.columns()
	case kernel.IsTerminal(1):
		size, err := unix.IoctlGetWinsize(1, unix.TIOCGWINSZ)
		if err == nil {
			return int(size.Col)
		}
	}
	return 0
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
	s.env.Modules(s.state, beside, s.config.Embedded)
	s.remain()
	if prompt {
		if err := s.openPrompt(); err != nil {
			s.complain(err)
			return 1
		}
		defer s.interrupts.catch()()
		s.catchEnd()
		s.runInit()
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

// openPrompt takes the terminal, and opens the editor on it.
func (s *Session) openPrompt() error {
	var err error
	// A fatal error of Go's runtime can't be caught. It then ends the program by a signal,
	// after which a shell gives the terminal its modes back; after an exit it would not.
	debug.SetTraceback("crash")
	s.terminal = openTerminal()
	kernel.ControlJobs(s.terminal.in)
	s.style, s.err = s.terminal.style, s.terminal.out
	s.history, err = openHistory(stateFile("history"))
	if err != nil {
		s.say(s.style.dim("the history cannot be read: " + kernel.EscapeText(pathError(err).Error())))
	}
	if isDumb() {
		s.input, err = newPlain(s.terminal, s.interrupts)
	} else {
		s.input, err = newEditor(s.terminal, editorOptions{wantsVi(), s.history.entries, s.assistant(), s.interrupts})
	}
	s.atPrompt = err == nil
	return err
}

// runInit runs the user's start-up file, if there is one.
func (s *Session) runInit() {
	path := configFile("init.lua")
	if path == "" || s.config.NoInit {
		return
	}
	if _, err := os.Stat(path); err == nil {
		s.step(Step{Kind: Script, Text: path})
	}
}

// remain notes what reset leaves.
func (s *Session) remain() {
	s.start = snapshot{map[int]bool{}, map[string]lua.LValue{}, map[string]bool{}}
	for _, fd := range kernel.OpenDescriptors() {
		s.start.open[fd] = true
	}
	s.state.G.Global.ForEach(func(k, v lua.LValue) { s.start.globals[k.String()] = v })
	if pkg, ok := s.start.globals["package"].(*lua.LTable); ok {
		if modules, ok := pkg.RawGetString("loaded").(*lua.LTable); ok {
			for _, name := range sortedFields(modules) {
				s.start.modules[name] = true
			}
		}
	}
}

// sortedFields answers the names among a table's keys, sorted.
func sortedFields(t *lua.LTable) (names []string) {
	t.ForEach(func(k, _ lua.LValue) {
		if name, ok := k.(lua.LString); ok {
			names = append(names, string(name))
		}
	})
	slices.Sort(names)
	return names
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
	if step.Kind == Spawned {
		return s.env.Unpack(s.state, []byte(step.Text))
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

// embedded answers the source of a demo, or of a module that is built in.
func (s *Session) embedded(name string) (string, bool) {
	if source, ok := scripts.Demo(name); ok {
		return source, true
	}
	source, err := fs.ReadFile(s.config.Embedded, name)
	return string(source), err == nil
}

// call runs a function to its end, an error or an interrupt, and answers its results.
func (s *Session) call(fn *lua.LFunction, args ...lua.LValue) ([]lua.LValue, error) {
	s.interrupts.begin()
	defer s.interrupts.end()
	s.noting = false
	top := s.state.GetTop()
	defer s.state.SetTop(top)
	s.state.Push(s.guard)
	s.state.Push(fn)
	for _, a := range args {
		s.state.Push(a)
	}
	if err := s.state.PCall(len(args)+1, lua.MultRet, nil); err != nil {
		return nil, err
	}
	var results []lua.LValue
	for i := top + 1; i <= s.state.GetTop(); i++ {
		results = append(results, s.state.Get(i))
	}
	return results, nil
}

// guarded calls its first argument with the others, and notes an error before the stack is
// unwound.
func (s *Session) guarded(L *lua.LState) int {
	defer func() {
		if problem := recover(); problem != nil {
			s.note(L, errorValue(problem))
			panic(problem)
		}
	}()
	L.Call(L.GetTop()-1, lua.MultRet)
	return L.GetTop()
}

// errorValue is what an error carries: a Lua value, or the text of a panic in Go code.
func errorValue(problem any) lua.LValue {
	if e, ok := problem.(*lua.ApiError); ok && e.Object != nil {
		return e.Object
	}
	return lua.LString(fmt.Sprint(problem))
}

// exit ends the process for os.exit, with the terminal as it was found.
func (s *Session) exit(code int) {
	s.env.Flush()
	if s.terminal != nil {
		s.terminal.close()
	}
	kernel.Reap()
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

func home() string { return os.Getenv("HOME") }
