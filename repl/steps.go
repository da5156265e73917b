package repl

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"sockrepl/bindings"

	lua "github.com/yuin/gopher-lua"
)

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
	arg, _ := s.state.GetGlobal("arg").(*lua.LTable)
	defer runsScript(s.env, arg)()
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
		fn, err := bindings.Load(s.state, step.Text, "(command line)")
		return fn, s.unlessTyped(err, step.Text, "")
	case Module:
		return bindings.Load(s.state, fmt.Sprintf("%s = require %q", moduleVariable(step.Text), step.Text), "(command line)")
	case Spawned:
		return s.env.Unpack(s.state, []byte(step.Text))
	}
	return s.loadScript(step.Text)
}

// loadScript compiles a demo, a file, or what comes from standard input. It is read once: a pipe that
// has a name has nothing more, and would be waited for.
func (s *Session) loadScript(name string) (*lua.LFunction, error) {
	if source := demo(name); source != "" {
		return bindings.LoadScript(s.state, source, name)
	}
	if name == "-" {
		source, err := io.ReadAll(os.Stdin)
		if err != nil {
			return nil, fmt.Errorf("cannot read standard input: %w", err)
		}
		fn, err := bindings.LoadScript(s.state, string(source), "stdin")
		return fn, s.unlessTyped(err, string(source), "; sockrepl -i takes standard input as if it was typed")
	}
	source, err := s.env.ReadScript(name)
	if _, missing := os.Stat(name); err != nil && os.IsNotExist(missing) && (!strings.ContainsAny(name, "/.") || strings.Contains(name, " ")) {
		return nil, fmt.Errorf("%w, and it is no demo%s", err, s.nearDemo(name))
	}
	if err != nil {
		return nil, err
	}
	fn, err := bindings.LoadScript(s.state, source, name)
	return fn, s.unlessTyped(err, source, "")
}

// mostTyped is how long a text may be that was written for the prompt. The time to take it apart grows
// with its square: for 30,000 lines it was 40 seconds.
const mostTyped = 64 << 10

// unlessTyped adds to the error about a script that each of its lines would do at the prompt, where
// an expression shows its value.
func (s *Session) unlessTyped(err error, script, also string) error {
	if err == nil || len(script) > mostTyped {
		return err
	}
	parts, _ := s.apart(script) // none where one of them is wrong
	shown := slices.IndexFunc(parts, func(p part) bool { return p.unit.count == 0 && !idle(p.source) })
	if shown < 0 || !parts[len(parts)-1].whole {
		return err
	}
	value := strings.TrimSpace(parts[shown].source)
	if len(value) > 30 || strings.Contains(value, "\n") || strings.Contains(value, "--") {
		value = "..."
	}
	return errors.New(withHint(err.Error(), "a script is made of statements: print("+value+") shows the value"+also))
}

// moduleVariable is the global that -l sets: the last part of the module's name.
func moduleVariable(module string) string {
	return module[strings.LastIndexByte(module, '.')+1:]
}
