// Package grammar says what is wrong with a text that is no Lua, as Lua itself would: what
// was expected, and which block an end that is missing would have to close. The parser
// proper, gopher-lua's, is made from tables and knows only where it stopped.
package grammar

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"sockrepl/bindings/lazy"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// Fault is the first mistake in a source.
type Fault struct {
	Line    int // from 1
	Column  int // a byte of the offending token, from 1; 0 at the end of the source
	Message string
}

func (f Fault) Error() string { return f.Message }

// Diagnose reads a source that the parser has refused by the rules of Lua 5.1's own
// (lparser.c). It finds nothing where it sees no mistake in the order of the words: a
// string that is not closed, a number that is none, or one that is nested too deeply.
func Diagnose(source string) (fault Fault, found bool) {
	_, fault, found = read(source)
	return fault, found
}

// Hopeless tells whether a source begins a block as another language does, or is a line for C's
// preprocessor: no more lines make Lua of it.
func Hopeless(source string) bool {
	r, _, found := read(source)
	return found && r.hopeless
}

// Doubt is what is to be told where a source ends in a line that begins a block as another language
// does, but may go on as Lua: "if x: f()" with "then" in the next line. Empty if it does not.
func Doubt(source string) string {
	r, _, found := read(source)
	if !found || r.token.Type != parse.EOF {
		return ""
	}
	switch len(r.lines) {
	case r.doubt.line:
		return r.doubtful()
	case r.python.line:
		return r.python.text
	}
	return ""
}

func read(source string) (r *reader, fault Fault, found bool) {
	source, _ = readable(source)
	r = &reader{within: map[int]int{}, lines: lines(source), scanner: parse.NewScanner(strings.NewReader(source), "")}
	defer func() {
		switch e := recover().(type) {
		case nil:
		case Fault:
			fault, found = e, true
		case giveUp:
		default:
			panic(e)
		}
	}()
	r.next()
	r.block()
	switch r.token.Type {
	case parse.EOF:
	case ')', ']', '}':
		r.unexpected()
	case parse.TEnd, parse.TElse, parse.TElseIf, parse.TUntil:
		r.instead = cmp.Or(r.instead, "no block is open here")
		fallthrough
	default:
		r.expected("'<eof>'")
	}
	return r, fault, false
}

// lines are those that the scanner counts: it takes each of \r\n, \n\r, \n and \r for an end.
func lines(source string) []string {
	all := lineEnd().Split(source, -1)
	if n := len(all); n > 1 && all[n-1] == "" {
		all = all[:n-1]
	}
	return all
}

var lineEnd = lazy.Regexp(`\r\n|\n\r|\n|\r`)

// lineOf is the line that a token stands in.
func (r *reader) lineOf(t ast.Token) string {
	if n := t.Pos.Line; n >= 1 && n <= len(r.lines) {
		return r.lines[n-1]
	}
	return ""
}

// giveUp ends the reading without a result.
type giveUp struct{}

// tooDeep is where reading ends, as in Lua (LUAI_MAXCCALLS, luaconf.h).
const tooDeep = 200

// reader is where the reading is: a token and, where it was asked for, the one after it.
type reader struct {
	lines    []string
	scanner  *parse.Scanner
	lexer    parse.Lexer // what the scanner wants to know of the tokens before
	first    ast.Token   // of the statement
	before   ast.Token
	token    ast.Token
	ahead    *ast.Token
	depth    int
	within   map[int]int // how many of ) and } are still to come
	argument bool        // the token stands where a command's argument would
	tuple    bool        // the token is a comma in parentheses that are no call's
	typed    bool        // the token follows a parameter's name
	indexed  bool        // the token follows what stands in [ ]
	keyword  bool        // the token is an = among a call's arguments
	bare     string      // the function of the call, without parentheses, that the token follows
	apart    bool        // the token begins a value that no comma parts from the argument before
	instead  string      // what is to be said of another language's word
	begin    string      // the word that the block begins with whose condition is being read
	braced   bool        // C's { may have stood in its place
	doubt    sign        // the last in that condition that may be another language's for the word
	python   sign        // the last word that is Python's, with what to say of it
	spaced   bool        // a blank stands before a method's name
	hopeless bool        // what is wrong is another language's: see Hopeless
	elseIf   int         // the line of the last 'else if'; 0 if there is none
	suspect  *opener     // the first block whose end stands further left than its beginning
}

// sign is a : or a {, or what to say of a word.
type sign struct {
	text string
	line int
}

// opener is the word that a block begins with.
type opener struct {
	word   string
	line   int
	indent string // the blanks that its line begins with
}

func (r *reader) scan() ast.Token {
	t, err := r.scanner.Scan(&r.lexer)
	if err != nil {
		var pe *parse.Error
		if !errors.As(err, &pe) || !strings.HasSuffix(pe.Message, "token") {
			panic(giveUp{})
		}
		t.Type, t.Str = invalid, pe.Token
	}
	if t.Type == parse.EOF { // it has no place
		t.Pos.Line = len(r.lines)
	}
	r.lexer.PrevTokenType = t.Type
	r.recognize(t)
	return t
}

// invalid is the type of a character that no token of Lua begins with.
const invalid = -2

func (r *reader) next() {
	r.before = r.token
	if r.ahead != nil {
		r.token, r.ahead = *r.ahead, nil
		return
	}
	r.token = r.scan()
}

// peek is the type of the token after this one.
func (r *reader) peek() int {
	if r.ahead == nil {
		t := r.scan()
		r.ahead = &t
	}
	return r.ahead.Type
}

func (r *reader) fail(message string) {
	t := r.token
	near, hint := t.Str, r.foreign()
	r.hopeless = r.instead != "" || r.directive()
	switch t.Type {
	case parse.EOF:
		panic(Fault{t.Pos.Line, 0, message + " near '<eof>'" + hint})
	case parse.TString:
		near = `"` + near + `"`
	case invalid:
		if c := r.character(); c != utf8.RuneError {
			near = string(c)
		}
	case '.': // whose text the scanner leaves out
		near = "."
	}
	panic(Fault{t.Pos.Line, t.Pos.Column, fmt.Sprintf("%s near '%s'%s", message, near, hint)})
}

func (r *reader) expected(what string) { r.fail(what + " expected") }

func (r *reader) unexpected() { r.fail("unexpected symbol") }

// accept takes a token if it is of that type.
func (r *reader) accept(kind int) bool {
	if r.token.Type != kind {
		return false
	}
	r.next()
	return true
}

func (r *reader) require(kind int, what string) {
	if !r.accept(kind) {
		r.expected(what)
	}
}

func (r *reader) name() { r.require(parse.TIdent, "'<name>'") }

// opened is the token as the beginning of something that has to be closed.
func (r *reader) opened() *opener {
	line := r.lineOf(r.token)
	return &opener{r.token.Str, r.token.Pos.Line, line[:len(line)-len(strings.TrimLeft(line, " \t"))]}
}

// close takes what closes o.
func (r *reader) close(kind int, what string, o *opener) {
	if r.token.Type == kind {
		r.judge(o)
		r.next()
		return
	}
	if r.token.Pos.Line == o.line {
		r.expected("'" + what + "'")
	}
	r.fail(fmt.Sprintf("'%s' expected (to close '%s' at line %d%s)", what, o.word, o.line, r.suspicion(o)))
}

// suspicion says which block it is rather that is not closed; the grammar alone sees only
// that one of those around it is not.
func (r *reader) suspicion(o *opener) string {
	switch {
	case r.elseIf > 0:
		return fmt.Sprintf("; 'else if' at line %d begins another 'if' with an 'end' of its own, 'elseif' does not", r.elseIf)
	case r.suspect != nil && *r.suspect != *o:
		return fmt.Sprintf("; by the indentation it is '%s' at line %d that is not closed", r.suspect.word, r.suspect.line)
	}
	return ""
}

// judge suspects a block that is closed at the beginning of a line, further left than where
// it was opened: the word was meant for a block around it.
func (r *reader) judge(o *opener) {
	at := r.opened()
	first := strings.HasPrefix(r.lineOf(r.token)[len(at.indent):], at.word)
	if r.suspect == nil && first && at.line > o.line && len(at.indent) < len(o.indent) && strings.HasPrefix(o.indent, at.indent) {
		r.suspect = o
	}
}

// deeper counts how deeply the rules are nested; the caller defers what it answers.
func (r *reader) deeper() func() {
	if r.depth++; r.depth > tooDeep {
		panic(giveUp{})
	}
	return func() { r.depth-- }
}
