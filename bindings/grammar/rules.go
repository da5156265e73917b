package grammar

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/yuin/gopher-lua/parse"
)

// The rules of Lua's grammar: each reads what it is named after, and fails where that is
// not what stands there.

// block reads statements up to a word that ends a block.
func (r *reader) block() {
	defer r.deeper()()
	for !r.blockEnds() {
		if r.accept(';') {
			continue
		}
		if r.statement() { // the last of its block
			r.accept(';')
			return
		}
	}
}

// blockEnds is true before a parenthesis, too, that closes one around the block: then it is
// the block that has not been closed.
func (r *reader) blockEnds() bool {
	switch r.token.Type {
	case parse.EOF, parse.TEnd, parse.TElse, parse.TElseIf, parse.TUntil:
		return true
	case ')', '}':
		return r.within[r.token.Type] > 0
	}
	return false
}

// statement answers whether it has to be the last of its block.
func (r *reader) statement() (last bool) {
	o := r.opened()
	r.first = r.token
	switch r.token.Type {
	case parse.TIf:
		r.ifStatement(o)
	case parse.TWhile:
		r.next()
		r.begin = "do"
		r.expression()
		r.begins(parse.TDo, "do", o)
		r.body(o)
	case parse.TDo:
		r.next()
		r.body(o)
	case parse.TFor:
		r.forStatement(o)
	case parse.TRepeat:
		r.next()
		r.block()
		r.close(parse.TUntil, "until", o)
		r.expression()
	case parse.TFunction:
		r.next()
		r.functionName()
		r.functionBody(o)
	case parse.TLocal:
		r.local()
	case parse.TGoto:
		r.next()
		r.name()
	case parse.T2Colon:
		r.next()
		r.name()
		r.require(parse.T2Colon, "'::'")
	case parse.TReturn:
		r.next()
		if !r.blockEnds() && r.token.Type != ';' {
			r.expressions()
		}
		return true
	case parse.TBreak:
		r.next()
		return true
	default:
		r.callOrAssignment()
	}
	return false
}

// begins takes the word that a block begins with ("then", "do"). Where it is missing, the line may
// end in what other languages have there, such as {, and Lua has read on into the next one.
func (r *reader) begins(kind int, word string, o *opener) {
	if r.accept(kind) {
		r.begin, r.braced, r.doubt = "", false, sign{}
		return
	}
	line := strings.TrimRight(r.lines[o.line-1], " \t")
	if end := line[max(len(line)-1, 0):]; end == ":" || end == "{" {
		r.instead = fmt.Sprintf("Lua writes %s for %s at line %d", word, end, o.line)
	} else if r.token.Type == '=' {
		r.instead = "Lua writes == to compare"
	}
	r.expected("'" + word + "'")
}

// body reads a block and its end.
func (r *reader) body(o *opener) {
	r.block()
	r.close(parse.TEnd, "end", o)
}

func (r *reader) ifStatement(o *opener) {
	for r.token.Type == parse.TIf || r.token.Type == parse.TElseIf {
		r.next()
		r.begin = "then"
		r.expression()
		r.begins(parse.TThen, "then", o)
		r.block()
	}
	if r.accept(parse.TElse) {
		if r.token.Type == parse.TIf && r.token.Pos.Line == r.before.Pos.Line {
			r.elseIf = r.token.Pos.Line
		}
		r.block()
	}
	r.close(parse.TEnd, "end", o)
}

func (r *reader) forStatement(o *opener) {
	r.next()
	if r.token.Type == '(' {
		r.instead = "Lua writes for i = 0, 9 do"
	}
	r.name()
	r.begin = "do"
	switch r.token.Type {
	case '=':
		r.next()
		r.expression()
		r.require(',', "','")
		r.expression()
		if r.accept(',') {
			r.expression()
		}
	case ',', parse.TIn:
		for r.accept(',') {
			r.name()
		}
		r.require(parse.TIn, "'in'")
		r.expressions()
	default:
		r.expected("'=' or 'in'")
	}
	r.begins(parse.TDo, "do", o)
	r.body(o)
}

func (r *reader) functionName() {
	r.name()
	for r.accept('.') {
		r.name()
	}
	if r.accept(':') {
		r.name()
	}
}

func (r *reader) functionBody(o *opener) {
	r.require('(', "'('")
	if r.token.Type != ')' {
		for {
			if r.accept(parse.T3Comma) {
				break
			}
			r.name()
			if !r.accept(',') {
				break
			}
		}
	}
	r.typed = r.before.Type == parse.TIdent && r.token.Type == parse.TIdent
	r.require(')', "')'")
	r.body(o)
}

func (r *reader) local() {
	r.next()
	if o := r.opened(); r.accept(parse.TFunction) {
		r.name()
		r.functionBody(o)
		return
	}
	r.name()
	for r.accept(',') {
		r.name()
	}
	if r.accept('=') {
		r.expressions()
	}
}

// callOrAssignment reads the statements that begin with a value: only a call may stand
// alone, and only what can be assigned to may be followed by more.
func (r *reader) callOrAssignment() {
	first := r.token
	kind := r.prefixed()
	if kind == aCall {
		r.bare = ""
		if call := bareCall().FindStringSubmatch(r.from(first)); call != nil && r.before.Type == parse.TString {
			r.bare = call[1]
		}
		return
	}
	for kind == aVariable && r.accept(',') {
		kind = r.prefixed()
	}
	if kind != aVariable {
		r.fail("syntax error")
	}
	if r.token.Type != '=' {
		r.statementExpected()
	}
	r.next()
	r.expressions()
	if r.token.Type == '=' {
		r.instead = "an assignment has no value: one for each variable"
	}
}

// statementExpected fails where a variable stands alone, as a command's name would.
func (r *reader) statementExpected() {
	apart := r.token.Pos.Column > r.before.Pos.Column+len(r.before.Str)
	r.argument = apart && (r.token.Type == parse.TIdent || r.token.Type == parse.TNumber)
	r.expected("'='")
}

func (r *reader) expressions() {
	r.expression()
	for r.accept(',') {
		r.expression()
	}
}

// expression reads operands and the operators between them; which of these bind closer
// does not matter here.
func (r *reader) expression() {
	defer r.deeper()()
	for {
		for r.token.Type == '-' || r.token.Type == '#' || r.token.Type == parse.TNot {
			r.next()
		}
		r.operand()
		if !r.binary() {
			return
		}
		r.next()
	}
}

func (r *reader) binary() bool {
	switch r.token.Type {
	case '+', '-', '*', '/', '%', '^', '<', '>', parse.T2Comma, parse.TEqeq, parse.TNeq, parse.TLte, parse.TGte, parse.TAnd, parse.TOr:
		return true
	}
	return false
}

func (r *reader) operand() {
	switch r.token.Type {
	case parse.TNil, parse.TTrue, parse.TFalse, parse.TNumber, parse.TString, parse.T3Comma:
		r.next()
	case '{':
		r.table()
	case parse.TFunction:
		o := r.opened()
		r.next()
		r.functionBody(o)
	default:
		r.prefixed()
	}
}

// prefix is what a value that begins with a name or a parenthesis turned out to be.
type prefix int

const (
	inParentheses prefix = iota
	aVariable
	aCall
)

func (r *reader) prefixed() prefix {
	kind := aVariable
	switch o := r.opened(); r.token.Type {
	case parse.TIdent:
		r.next()
	case '(':
		r.parentheses(o, func() {
			r.expression()
			r.tuple = r.token.Type == ','
		})
		kind = inParentheses
	default:
		r.unexpected()
	}
	for {
		switch r.token.Type {
		case '.':
			r.next()
			r.name()
			kind = aVariable
		case '[':
			r.index()
			kind = aVariable
		case ':':
			r.next()
			r.method()
			r.arguments()
			kind = aCall
		case '(', '{', parse.TString:
			r.brace(kind)
			r.arguments()
			kind = aCall
		default:
			return kind
		}
	}
}

// brace looks at a { behind a value of that kind: in a condition it may be C's.
func (r *reader) brace(kind prefix) {
	if r.begin == "" || r.token.Type != '{' {
		return
	}
	r.braced = r.braced || kind == inParentheses
	if strings.HasSuffix(strings.TrimRight(r.lineOf(r.token), " \t"), " {") {
		r.doubt = sign{"{", r.token.Pos.Line}
	}
}

// method reads a method's name. Where the line ends instead, it is Python's colon.
func (r *reader) method() {
	if r.begin != "" && (r.token.Type == parse.EOF || r.token.Pos.Line > r.before.Pos.Line) {
		r.instead = "Lua writes " + r.begin + " for : at line " + strconv.Itoa(r.before.Pos.Line)
	}
	if r.within['}'] > 0 && (r.token.Type == parse.TNumber || r.token.Type == parse.TString) {
		r.instead = inBraces
	}
	r.spaced = r.token.Pos.Column > r.before.Pos.Column+1
	if r.begin != "" && r.spaced {
		r.doubt = sign{":", r.before.Pos.Line}
	}
	r.name()
}

// parentheses reads what stands in a pair of them.
func (r *reader) parentheses(o *opener, inside func()) {
	r.within[')']++
	r.next()
	inside()
	r.within[')']--
	r.close(')', ")", o)
}

// beginsOperand tells whether the token is the first of a value.
func (r *reader) beginsOperand() bool {
	switch r.token.Type {
	case parse.TNil, parse.TTrue, parse.TFalse, parse.TNumber, parse.TString, parse.TIdent, '{':
		return true
	}
	return false
}

func (r *reader) index() {
	r.next()
	r.expression()
	r.indexed = r.token.Type == ':'
	r.require(']', "']'")
}

func (r *reader) arguments() {
	switch o := r.opened(); r.token.Type {
	case parse.TString:
		r.next()
	case '{':
		r.table()
	case '(':
		r.parentheses(o, func() {
			if r.token.Type != ')' {
				r.expressions()
				r.apart, r.keyword = r.beginsOperand(), r.token.Type == '='
			}
		})
	default:
		if r.spaced && r.within['}'] > 0 && (r.token.Type == ',' || r.token.Type == '}') {
			r.instead = inBraces
		}
		r.expected("function arguments")
	}
}

func (r *reader) table() {
	o := r.opened()
	r.within['}']++
	r.next()
	for r.token.Type != '}' {
		switch {
		case r.token.Type == '[':
			r.index()
			r.require('=', "'='")
			r.expression()
		case r.token.Type == parse.TIdent && r.peek() == '=':
			r.next()
			r.next()
			r.expression()
		default:
			r.expression()
		}
		if !r.accept(',') && !r.accept(';') {
			break
		}
	}
	if r.token.Type == ':' {
		r.instead = inBraces
	}
	r.within['}']--
	r.close('}', "}", o)
}
