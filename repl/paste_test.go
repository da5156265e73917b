package repl_test

import (
	"strings"
	"testing"
)

// TestTranscript: what was copied from a prompt can be pasted, with all that it answered.
func TestTranscript(t *testing.T) {
	s := open(t, setting{})
	s.paste("> x = 1\n> x\n1\n> for i = 1, 2 do\n>>   print(i + x)\n>> end\n2\n3\n> x + 41\n42\n")
	s.waitFor("> > x = 1\n> x\n1\n> for i = 1, 2 do\n>>   print(i + x)\n>> end\n2\n3\n> x + 41\n42\n>")
	s.expect(`> x`, `1`)
	s.paste("y = 2\ny + 40\nfor i = 1, 2 do\n\tprint(i)\nend\n\ny\n")
	s.waitFor("> y = 2\n> y + 40\n42\n> for i = 1, 2 do\n>>     print(i)\n>> end\n1\n2\n>\n> y\n2\n>")
	s.paste("y = 3\ny + + 40\n")
	s.waitFor("stdin:2:3: '=' expected near '+'\n  y + + 40\n    ^\n>")
	s.expect(`y`, `2`) // nothing of it ran
	s.paste("x = y\n  + 1\nz = = 2\n")
	s.waitForMatch(`stdin:3:5: .*\n  z = = 2\n      \^\n>$`)
	s.paste("x = 1\nhelp getpid\nx = 1\n") // a question is an input, though it is no Lua
	s.waitForMatch(`> help getpid\n(.*\n)+> x = 1\n>$`)
	s.paste("> x = 1\n> z = = 2\n")
	s.waitFor("> x = 1\n> z = = 2\nstdin:2:5: unexpected symbol near '='\n  z = = 2\n      ^\n>")
	s.expect(`x`, `1`)
	s.paste("> x\n1\n> y = 4\n> y\n4")
	s.waitFor("> > x\n1\n> y = 4\n> y\n4\n>")
}

// TestPastedLines: each input of a paste is followed by what it answers, though all of it would
// make one chunk; a statement that goes on in the next line stays whole.
func TestPastedLines(t *testing.T) {
	s := open(t, setting{})
	s.paste("close(0x7fff)\n-- two\nfunction two()\n  return 2\nend\n\ntwo()\nx = two()\n  - 4\n  - 1\n-- the end\n")
	s.waitForMatch(`> close\(0x7fff\)\nnil  close: EBADF .*\n(.*\n)+> -- two\n> function two\(\)\n>>   return 2\n>> end\n>\n> two\(\)\n2\n` +
		`> x = two\(\)\n>>   - 4\n>>   - 1\n> -- the end\n>$`)
	s.expect("x", "-3")
	s.paste("-- first\n\n--[[ a\nb ]]\nx -- of\n\n-- last\n\n")
	s.waitFor("> -- first\n>\n> --[[ a\n>> b ]]\n> x -- of\n-3\n>\n> -- last\n>\n>")
	s.paste("x\ny = x\n  + 4\ny\n-y\n")
	s.waitFor("> x\n-3\n> y = x\n>>   + 4\n> y\n1\n> -y\n-1\n>")
	s.paste("z = tostring\ny = two()\n{}\n") // a call of what two answers
	s.waitForMatch(`>> \{\}\nstdin:\d: attempt to call a number value(.*\n)*>$`)
	s.paste("x =\n  5\nx\n'a'\n  .. 'b'\n") // what is not finished, and what makes no sense by itself
	s.waitFor("> x =\n>>   5\n> x\n5\n> 'a'\n>>   .. 'b'\n\"ab\"\n>")
	s.paste("y = 1\n\n-- about z\nz = 2\n")
	s.waitFor("> y = 1\n>\n> -- about z\n> z = 2\n>")
	s.press("\x1b[A") // in the history a comment stays with what it is about
	s.waitFor("> -- about z⏎z = 2")
}

// TestPasteLines: errors and where count the lines of a paste, and show those that were pasted.
func TestPasteLines(t *testing.T) {
	s := open(t, setting{})
	s.paste("x = 1\nfunction boom()\n  error(\"no\")\nend\nboom()\n")
	s.waitForMatch(`stdin:3: no\n  stdin:3: in boom\n  stdin:5: in the chunk\n(.*\n)*>$`)
	s.press("where()\r")
	s.waitForMatch(`stdin:3: in boom\n    \| error\("no"\)\nstdin:5: in the chunk\n    \| boom\(\)\n`)
	s.paste("x = 1\nfor i = 1, 2 do\nx = )\nend\n")
	s.waitForMatch(`stdin:3:5: unexpected symbol near '\)'\n`)
}

// TestPasteStops: what follows an error or Ctrl-C in a paste does not run, and is not lost. What was
// copied from a prompt has its errors with it, and goes on.
func TestPasteStops(t *testing.T) {
	s := open(t, setting{})
	const stopped = "what follows in the paste did not run; Up brings it back\n>"
	s.paste("x = 1\nfoo()\nx = 2\nx = x + 1\n")
	s.waitForMatch(`> foo\(\)\nstdin:2: attempt to call a nil value .*\n` + stopped + `$`)
	s.expect("x", "1")
	s.press("\x1b[A\x1b[A")
	s.waitFor("> x = 2⏎x = x + 1")
	s.press("\r")
	s.waitFor("> x = 2⏎x = x + 1\n>")
	s.expect("x", "3")
	s.paste("foo()\n\n-- nothing that runs\n")
	s.waitForMatch(`> foo\(\)\nstdin:1: attempt to call .*\n>\n> -- nothing that runs\n>$`)
	s.paste("> x = 4\n> error('no')\nstdin:1: no\n> x = 5\n> while true do end\n> x = 6\n")
	s.waitFor("> while true do end")
	s.interrupt()
	s.waitForMatch(`interrupted\n` + stopped + `$`)
	s.expect("x", "5")
}

// TestUnfinishedPaste: what a paste has whole runs, as if it was typed, and its last line can be
// edited.
func TestUnfinishedPaste(t *testing.T) {
	s := open(t, setting{})
	s.paste("x = 1\nx\nprint(x")
	s.waitFor("> x = 1\n> x\n1\n> print(x")
	s.press(" + 1)\r")
	s.waitFor("> print(x + 1)\n2\n>")
	s.paste("x\nif x then\n  x = 5")
	s.waitFor("> x\n1\n> if x then\n>>   x = 5")
	s.press("\rend\r")
	s.waitFor(">> end\n>")
	s.expect("x", "5")
	s.paste("x\nif x the\n  x = 6\nend\n")
	s.waitFor("stdin:2:6: 'then' expected near 'the'\n  if x the\n       ^\n>")
	s.paste("x\nfunction f()\n" + strings.Repeat("  x = [[\n]]\n", 20) + "  x = {")
	s.waitFor("  x = {")
	s.press("}\rend\r")
	s.waitFor(">> end\n>")
	s.expect("type(f)", `"function"`)
}

// TestPaste: a server arrives as it was written, tabs, blank lines and all, and runs once.
func TestPaste(t *testing.T) {
	s := open(t, setting{})
	s.paste("local text = [[a\tb\n\n\tc]]\nlocal function f()\n\treturn text\n\nend\nn = (n or 0) + 1\n")
	s.waitForMatch(`n = \(n or 0\) \+ 1\n>$`)
	s.expect(`f()`, `"a\tb\n\n\tc"`, `n`, `1`)
	s.press("x = ")
	s.paste("40 +\n2")
	s.waitFor("> x = 40 +\n>> 2")
	s.press("\r")
	s.waitFor("\n>")
	s.expect(`x`, `42`)
	s.press("print()\x1b[D")
	s.paste("'in the middle'")
	s.waitFor("print('in the middle')")
	s.press("\r")
	s.waitFor("\nin the middle\n>")
	s.press("print(1)\x1b[D")
	s.paste(" +\n2")
	s.waitFor("> print(1 +\n>> 2)")
	s.press("\r")
	s.waitFor("\n3\n>")
	long := strings.Repeat("x", 20000)
	s.paste("y = #'" + long + "'\n")
	s.waitFor("\n>")
	s.expect(`y`, `20000`)
}
