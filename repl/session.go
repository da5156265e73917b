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
	Memory *bindings.Memory
	Args   []string // the whole command line
	Script int      // where the script stands in Args; len(Args) if nowhere
	Steps  []Step   // what to run, in order
	Prompt bool     // a prompt afterwards: an interrupt ends what runs, not the process
	NoInit bool     // the start-up file is not run
}

// Session is a Lua state with the calls in it, and the streams that it talks to.
type Session struct {
	config Config
	state  *lua.LState
	env    *bindings.Env
	start  snapshot

	// Where text goes: see report.go.
	err   io.Writer       // errors
	aside *kernel.Private // standard error as it was at the start: what a script does to 2 is its own affair
	style style

	// The input that is being evaluated, and what became of it.
	interrupts *interrupts
	guard      *lua.LFunction // calls what is evaluated, and notes its error
	typed      string         // the input
	refused    bool           // the kernel refused a call of the input
	troubled   bool           // the input was refused, raised an error or was interrupted
	noting     bool           // an error was noted, and may be on its way out still: see note
	crash      *crash         // the last error that nothing caught

	// What the session remembers of earlier inputs.
	sources   map[*lua.FunctionProto]typedText
	lastInput string           // that edit opens
	mentioned bool             // it was said that there is where()
	hinted    map[refusal]bool // whose usual cause has been told
	lossTold  bool             // it was said that the history can't be kept
	record    record
	tour      *tour   // the chapter of the guide that is being read; nil: none
	answers   answers // of threads, which nobody has joined

	// The prompt. Without one all is nil.
	atPrompt bool // it is there
	terminal *terminal
	input    reader
	assist   *assistant
	history  *history
}

// snapshot is what was there when the session began: what reset leaves.
type snapshot struct {
	open    map[int]bool
	modules map[string]bool
}

// NewSession makes a session. Nothing runs yet. The Lua state is made while the program's
// own descriptors move out of the user's way and the editor opens: at a prompt, half of
// the work is done beside the other.
func NewSession(c Config) (*Session, error) {
	s := &Session{config: c, err: os.Stderr, sources: map[*lua.FunctionProto]typedText{}, hinted: map[refusal]bool{}}
	s.interrupts = &interrupts{s: s}
	opened := make(chan error)
	go func() { opened <- s.openStreams() }()
	s.state, s.env = bindings.NewState(bindings.Options{
		Memory: c.Memory, Exit: s.exit, Closed: s.outputClosed,
		Host: s.natives(), Failed: s.failed, Aside: (*aside)(s), Width: s.width, Rows: s.rows, Echo: s.echo,
		Dim:     func(text string) string { return s.style.dim(text) },
		Bad:     func(text string) string { return s.style.bad(text) },
		Explain: s.explainError, Say: s.sayAside,
		Show: s.shown, Above: s.above, Answered: s.answered, Dumb: isDumb(),
		Embedded: scripts.FS, BuiltIn: demo(c.script()) != "", Beside: c.folder(),
	})
	s.guard = s.state.NewFunction(s.guarded)
	s.setArg()
	if err := <-opened; err != nil {
		return nil, err
	}
	s.start.modules = s.modules()
	if c.Prompt {
		s.assist.source.State = s.state
		s.atPrompt = true
	}
	return s, nil
}

// script answers the file's or the demo's name; "" without one.
func (c *Config) script() string {
	if n := len(c.Steps); n > 0 && c.Steps[n-1].Kind == Script && c.Steps[n-1].Text != "-" {
		return c.Steps[n-1].Text
	}
	return ""
}

// demo answers the source of the demo of that name; "" where there is none, or a file of
// that name.
func demo(name string) string {
	if _, err := os.Stat(name); err == nil {
		return ""
	}
	source, _ := scripts.Demo(name)
	return source
}

// folder answers where the script stands, whose modules it may require; "" without one.
func (c *Config) folder() string {
	if name := c.script(); name != "" && demo(name) == "" {
		return filepath.Dir(name)
	}
	return ""
}

// openStreams moves the program's own descriptors away, and takes the terminal if there is
// to be a prompt. It knows nothing of the Lua state, which is being made meanwhile.
func (s *Session) openStreams() error {
	kernel.Settle()
	s.aside = kernel.PrivateCopy(2)
	s.style = styleFor(kernel.IsTerminal(2))
	s.start.open = map[int]bool{}
	for _, fd := range kernel.OpenDescriptors() {
		s.start.open[fd] = true
	}
	if s.config.Prompt {
		return s.openPrompt()
	}
	return nil
}

// modules answers the names of the modules that are loaded.
func (s *Session) modules() map[string]bool {
	names := map[string]bool{}
	if loaded := s.loaded(); loaded != nil {
		for _, name := range sortedFields(loaded) {
			names[name] = true
		}
	}
	return names
}

// loaded is package.loaded, nil if the program has put something else there.
func (s *Session) loaded() *lua.LTable {
	if pkg, ok := s.state.G.Global.RawGetString("package").(*lua.LTable); ok {
		loaded, _ := pkg.RawGetString("loaded").(*lua.LTable)
		return loaded
	}
	return nil
}

// Close ends the session.
func (s *Session) Close() {
	s.env.Finish()
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
	columns, _ := s.size()
	return columns
}

func (s *Session) rows() int {
	_, rows := s.size()
	return rows
}

// echo has the prompt's terminal show what is typed, or not. A script's is left alone: Ctrl-C ends
// the script, and nobody would put it right.
func (s *Session) echo(on bool) {
	if s.atPrompt {
		s.terminal.echo(on)
	}
}

// size is the terminal's, 0 without one.
func (s *Session) size() (columns, rows int) {
	if s.terminal != nil && kernel.IsTerminal(s.terminal.out.FD()) {
		return s.terminal.columns(), s.terminal.rows()
	}
	return outputSize()
}

// outputSize is that of the terminal that is standard output, 0 if it is none.
func outputSize() (columns, rows int) {
	if size, err := unix.IoctlGetWinsize(1, unix.TIOCGWINSZ); err == nil {
		return int(size.Col), int(size.Row)
	}
	return 0, 0
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
	s.env.SetFresh(s.state, "arg", t)
}

// Run runs the steps, then the prompt if there is to be one, and answers the exit
// status.
func (s *Session) Run() int {
	s.env.Task.Pin() // all Lua code runs here
	if s.config.Prompt {
		defer s.interrupts.catch()()
		kernel.CatchEnd(s.end)
		s.runInit()
	}
	for _, step := range s.config.Steps {
		if !s.step(step) && !s.config.Prompt {
			return 1
		}
	}
	if s.config.Prompt {
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
		s.say(s.filled("the history cannot be read: " + kernel.EscapeText(pathError(err).Error())))
	}
	s.assist = s.assistant()
	if s.terminal.plain {
		s.input, err = newPlainReader(s.terminal, s.interrupts)
	} else {
		s.input, err = newEditor(s.terminal, editorOptions{wantsVi(), s.history.entries, s.assist, s.interrupts})
	}
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

// embedded answers the source of a demo, or of a module that is built in.
func (s *Session) embedded(name string) (string, bool) {
	if source, ok := scripts.Demo(name); ok {
		return source, true
	}
	source, err := fs.ReadFile(scripts.FS, name)
	return string(source), err == nil
}

// call runs a function to its end, an error or an interrupt, and answers its results.
func (s *Session) call(fn *lua.LFunction, args ...lua.LValue) ([]lua.LValue, error) {
	if s.interrupts.begin() {
		defer s.interrupts.end()
	}
	s.noting = false
	s.env.Forget()
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
			if e, ok := problem.(*lua.ApiError); ok {
				e.StackTrace = untraced
			}
			panic(problem)
		}
	}()
	L.Call(L.GetTop()-1, lua.MultRet)
	return L.GetTop()
}

// untraced keeps gopher-lua from gathering a trace of its own, of a line for each tail call that there
// ever was: a loop of them would go on for minutes after Ctrl-C.
const untraced = "stack traceback:\n\t?"

// errorValue is what an error carries: a Lua value, or the text of a panic in Go code.
func errorValue(problem any) lua.LValue {
	if e, ok := problem.(*lua.ApiError); ok && e.Object != nil {
		return e.Object
	}
	return lua.LString(fmt.Sprint(problem))
}

// exit ends the process for bindings.Env.Exit, with the terminal as it was found.
func (s *Session) exit(code int) {
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
	if !s.config.Prompt {
		os.Exit(128 + int(unix.SIGPIPE))
	}
}

func home() string { return os.Getenv("HOME") }
