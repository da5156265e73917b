package repl

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"sockrepl/bindings/kernel"

	"github.com/chzyer/readline"
	lua "github.com/yuin/gopher-lua"
)

const (
	firstPrompt = "> "
	morePrompt  = ">> "
)

// loop is the prompt: it reads, evaluates and prints until Ctrl-D.
func (s *Session) loop() int {
	t, err := openTerminal()
	if err != nil {
		s.complain(err)
		return 1
	}
	defer t.close()
	s.terminal = t
	s.err = t.out
	fmt.Fprintf(t.out, "sockrepl %s: the socket calls in Lua. Ctrl-D ends.\n", Version)
	source := ""
	for {
		line, err := t.read(promptFor(source))
		switch {
		case errors.Is(err, readline.ErrInterrupt):
			source = ""
			continue
		case errors.Is(err, io.EOF):
			return 0
		case err != nil:
			s.complain(err)
			return 1
		}
		source = s.take(t, source+line+"\n")
	}
}

func promptFor(source string) string {
	if source == "" {
		return firstPrompt
	}
	return morePrompt
}

// take evaluates the source if it is finished, and answers what is still to go on.
func (s *Session) take(t *terminal, source string) string {
	if t.pasting() {
		return source
	}
	if strings.TrimSpace(source) == "" {
		return ""
	}
	fn, more, err := s.compile(source)
	switch {
	case more:
		return source
	case err != nil:
		fmt.Fprintln(t.out, err)
		return ""
	}
	t.run(func() {
		results, err := s.call(fn)
		s.endLine(t)
		if err != nil {
			s.report(err)
			return
		}
		s.show(t, results)
	})
	return ""
}

// endLine moves to a new line if the output did not end with one: the prompt would
// erase it.
func (s *Session) endLine(t *terminal) {
	if !s.env.LineEnded() {
		fmt.Fprintln(t.out)
	}
}

// show prints results on one line, and keeps the first as _.
func (s *Session) show(t *terminal, results []lua.LValue) {
	if len(results) == 0 {
		return
	}
	s.state.SetGlobal("_", results[0])
	if refused(results) {
		fmt.Fprintf(t.out, "nil  %s  %s\n", kernel.EscapeText(results[1].String()), results[2])
		return
	}
	parts := make([]string, len(results))
	for i, v := range results {
		parts[i] = s.display(v)
	}
	fmt.Fprintln(t.out, strings.Join(parts, "\t"))
}

// refused tells whether the results are those of a call that the kernel refused.
func refused(results []lua.LValue) bool {
	return len(results) == 3 && results[0] == lua.LNil &&
		results[1].Type() == lua.LTString && results[2].Type() == lua.LTNumber
}
