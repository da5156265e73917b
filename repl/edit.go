package repl

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"sockrepl/bindings"
	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// nativeEdit is edit: an editor on some source, which is then run as if it was typed.
func (s *Session) nativeEdit(_ *bindings.Env, L *lua.LState, _ *kernel.Frame) int {
	text, file, err := s.lastInput, "", error(nil)
	if L.GetTop() > 0 { // a name that is mistyped is nil
		text, file, err = s.toEdit(L.Get(1))
	}
	if err != nil {
		L.RaiseError("edit: %s", err.Error())
	}
	edited, err := s.edited(text, file)
	switch {
	case err != nil:
		L.RaiseError("edit: %s", err.Error())
	case strings.TrimSpace(edited) == "", file == "" && edited == text:
		return 0
	}
	s.typed = edited
	if file == "" && s.history != nil {
		s.keep(edited)
	}
	u, more, err := s.compile(edited, 0)
	if more {
		_, err = bindings.LoadScript(L, edited, chunkName) // its error says what is missing
	}
	if err != nil {
		s.record.edited = &input{source: edited}
		L.Error(lua.LString(err.Error()), 0)
	}
	s.record.edited = &input{source: edited, isExpr: u.isExpr}
	top := L.GetTop()
	L.Push(u.fn)
	L.Call(0, lua.MultRet)
	n := L.GetTop() - top
	if u.isExpr {
		n--
	}
	return n
}

// toEdit finds the source that is meant: a function's, or a file's (file is its path then).
func (s *Session) toEdit(what lua.LValue) (text, file string, err error) {
	switch x := what.(type) {
	case *lua.LFunction:
		text, err = s.functionSource(x)
		return text, "", err
	case lua.LString:
		if fn, ok := s.state.G.Global.RawGetString(string(x)).(*lua.LFunction); ok {
			text, err = s.functionSource(fn)
			return text, "", err
		}
		source, err := os.ReadFile(string(x))
		if errors.Is(err, os.ErrNotExist) {
			err = nil
		}
		return string(source), string(x), pathError(err)
	}
	return "", "", fmt.Errorf("a function, its name or a file's name expected, got %s", what.Type())
}

// functionSource is the lines in which a function was written.
func (s *Session) functionSource(fn *lua.LFunction) (string, error) {
	if fn.IsG {
		return "", errors.New("the function is built in: it has no source in Lua")
	}
	p := fn.Proto
	lines := s.sourceOf(p).lines(p.LineDefined, p.LastLineDefined)
	if len(lines) == 0 {
		return "", errors.New("the function's source is not known")
	}
	return strings.Join(lines, "\n") + "\n", nil
}

// edited has the user edit a text, in the file or, if there is none, in a temporary one.
func (s *Session) edited(text, file string) (string, error) {
	if s.terminal == nil {
		return "", errors.New("there is no terminal to edit on")
	}
	if file == "" {
		f, err := os.CreateTemp("", "sockrepl-*.lua")
		if err != nil {
			return "", pathError(err)
		}
		defer os.Remove(f.Name())
		_, err = f.WriteString(text)
		if err = errors.Join(err, f.Close()); err != nil {
			return "", pathError(err)
		}
		file = f.Name()
	}
	if err := s.runEditor(file); err != nil {
		return "", err
	}
	edited, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) { // a new one, which the user did not write
		err = nil
	}
	return string(edited), pathError(err)
}

// runEditor runs the user's editor on the terminal. The variable may hold arguments, so
// the shell reads it, as git does. Ctrl-C is the editor's, or that of a command that runs in it: the
// shell would die of it as soon as the editor has ended.
func (s *Session) runEditor(file string) error {
	editor := os.Getenv("VISUAL")
	if editor == "" {
		editor = os.Getenv("EDITOR")
	}
	if editor == "" {
		editor = "vi"
	}
	s.interrupts.away.Store(true)
	defer s.interrupts.away.Store(false)
	cmd := exec.Command("/bin/sh", "-c", "trap : INT; "+editor+` "$1"`, editor, file)
	fd, err := unix.FcntlInt(uintptr(s.terminal.in), unix.F_DUPFD_CLOEXEC, int(s.terminal.in))
	if err != nil {
		return err
	}
	tty := os.NewFile(uintptr(fd), "terminal")
	defer tty.Close()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", editor, err)
	}
	return nil
}
