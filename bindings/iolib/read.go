package iolib

import (
	"io"
	"strings"

	"sockrepl/bindings/iolib/stdio"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// format is what one argument of read asks for: a count, or a letter.
type format struct {
	letter byte
	count  int
}

// formats reads the formats from argument first on; none is a line. All are looked at
// before anything is read, so that a mistake in the last loses nothing. Lua 5.3 leaves
// out the star, and so may the user.
func (a args) formats(first int) []format {
	top := a.L.GetTop()
	if top < first {
		return []format{{letter: 'l'}}
	}
	list := make([]format, 0, top-first+1)
	for i := first; i <= top; i++ {
		list = append(list, a.format(i))
	}
	return list
}

func (a args) format(i int) format {
	switch v := a.L.Get(i).(type) {
	case lua.LNumber:
		n := a.integer(i)
		if n < 0 {
			a.Fail(i, "a count of 0 or more expected, got %d", n)
		}
		return format{'#', int(n)}
	case lua.LString:
		letters := strings.TrimPrefix(string(v), "*")
		if letters != "" && strings.IndexByte("nalL", letters[0]) >= 0 {
			return format{letter: letters[0]}
		}
		a.Fail(i, "invalid format")
	default:
		a.Mismatch(i, "format")
	}
	return format{}
}

// read answers a value for each format, up to the first that finds nothing: a nil.
func (l *Library) read(a args, s *stdio.Stream, formats []format) int {
	n, err := push(a.L, s, formats)
	if err != nil {
		return a.refuse(err, "")
	}
	return n
}

// push pushes what was read and answers how many values that are.
func push(L *lua.LState, s *stdio.Stream, formats []format) (int, error) {
	if err := s.Begin(); err != nil {
		return 0, err
	}
	for i, f := range formats {
		v, err := readOne(s, f)
		switch err {
		case nil:
			L.Push(v)
		case io.EOF:
			L.Push(lua.LNil)
			return i + 1, nil
		default:
			return 0, err
		}
	}
	return len(formats), nil
}

func readOne(s *stdio.Stream, f format) (lua.LValue, error) {
	if f.letter == 'n' {
		n, err := s.ReadNumber()
		return lua.LNumber(n), err
	}
	text, err := readText(s, f)
	return lua.LString(text), err
}

func readText(s *stdio.Stream, f format) (string, error) {
	switch f.letter {
	case 'a':
		return s.ReadAll()
	case '#':
		return s.ReadCount(f.count)
	}
	return s.ReadLine(f.letter == 'L')
}

// lines makes an iterator; one that opened the file itself closes it at the end,
// and after a failure; a loop that is left by break keeps the descriptor. A failure is raised: a loop could not tell it from the end.
func (l *Library) lines(a args, s *stdio.Stream, formats []format, closes bool) int {
	return a.answer(a.L.NewFunction(func(L *lua.LState) int {
		a := args{lualib.Arguments{L: L, Name: "lines"}, l}
		if s.Closed {
			L.RaiseError("file is already closed")
		}
		top := L.GetTop()
		n, err := push(L, s, formats)
		if closes && (err != nil || n > 0 && L.Get(top+1) == lua.LNil) {
			_ = s.Close() // nobody else has the file to close it
		}
		if err != nil {
			message, _ := a.message(err, "")
			L.RaiseError("%s", message)
		}
		return n
	}))
}
