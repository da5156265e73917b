package bindings

import (
	"errors"
	"strings"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// refuse answers nil, message, errno, or raises what is no refusal of the kernel's.
func (b *bound) refuse(L *lua.LState, err error) (answers int) {
	if errno, ok := err.(unix.Errno); ok {
		answers = b.refuseErrno(L, errno)
	} else {
		answers = Refuse(L, b.row.Name, err)
	}
	f, before := &b.env.Task.Frame, &b.env.refused
	now := lastRefused{call: b.row, message: L.Get(-2), errno: L.Get(-1), begun: f.Begun, faked: f.Faked == f.Begun && f.Begun > 0}
	if before.call == now.call && before.errno == now.errno && before.begun+1 == now.begun {
		now.again = before.again + 1
	}
	*before = now
	if err == unix.EADDRINUSE && b.row.Name == "bind" {
		b.env.refused.sought = f.Sought(int(f.Args[0].Int))
	}
	return answers
}

// lastRefused is what the kernel refused last.
type lastRefused struct {
	call           *calls.Call
	message, errno lua.LValue
	begun          uint64         // the number of that call
	again          int            // how often just that was so right before
	faked          bool           // a fault refused it
	sought         *kernel.Sought // the address that it asked for, and another socket has
}

// Refused answers the message and the errno of the last call if the kernel refused it, else "".
func (env *Env) Refused() (message string, errno int) {
	text, ok := env.refused.message.(lua.LString)
	number, isNumber := env.refused.errno.(lua.LNumber)
	if !ok || !isNumber || env.refused.begun != env.Task.Frame.Begun {
		return "", 0
	}
	return string(text), int(number)
}

// RefusedAgain answers what the kernel has refused again and again, with no other call in between, until an
// interrupt came; "" if there is no such call. note is what the interrupt has ended.
func (env *Env) RefusedAgain(note string) (call, message string, errno int) {
	r, begun := &env.refused, env.Task.Frame.Begun
	number, ok := r.errno.(lua.LNumber)
	ended, _, _ := strings.Cut(note, ":")
	if !ok || r.again < 2 || r.begun != begun && (r.begun+1 != begun || r.call.Name != ended) {
		return "", "", 0
	}
	return r.call.Name, r.message.String(), int(number)
}

// Faked tells whether it was a fault that refused a call, the last that was refused.
func (env *Env) Faked(call string, errno int) bool {
	return env.refused.faked && env.refused.is(call, errno)
}

// Sought answers the address that another socket has, and bind was refused for; nil if that was not the
// last that was refused.
func (env *Env) Sought(call string, errno int) *kernel.Sought {
	if !env.refused.is(call, errno) {
		return nil
	}
	return env.refused.sought
}

func (r *lastRefused) is(call string, errno int) bool {
	message, _ := r.message.(lua.LString)
	return strings.HasPrefix(string(message), call+": ") && r.errno == lua.LNumber(errno)
}

// Forget has Refused and Told answer for what is called from now on.
func (env *Env) Forget() { env.refused, env.joined = lastRefused{}, explained{} }

// named completes the text of an ArgError: package kernel says "got string" and does not say that
// the string is a constant's name in quotes, or the digits of a number, as typeOf does.
func named(text string, given lua.LValue) string {
	if rest, ok := strings.CutSuffix(text, "got string"); ok && given.Type() == lua.LTString {
		return rest + "got " + typeOf(given)
	}
	return text
}

// Refuse answers nil, message, errno for the call or the native row of that name, or raises what
// is no refusal of the kernel's.
func Refuse(L *lua.LState, name string, err error) int {
	var errno unix.Errno
	var detail *kernel.DetailError
	var arg *kernel.ArgError
	var eai *kernel.AddrinfoError
	switch {
	case errors.Is(err, kernel.ErrInterrupted):
		L.RaiseError("%s", kernel.ErrInterrupted.Error())
	case errors.As(err, &arg):
		BadArgument(L, name, arg.Arg+1, named(arg.Text, L.Get(arg.Arg+1)))
	case errors.As(err, &detail):
		message := name + ": " + errnoMessage(detail.Errno) + ": " + lualib.Abridged(detail.Detail)
		return push(L, lua.LNil, lua.LString(message), lua.LNumber(detail.Errno))
	case errors.As(err, &eai):
		return push(L, lua.LNil, lua.LString(name+": "+addrinfoMessage(eai)), lua.LNumber(eai.Code))
	case errors.As(err, &errno):
		return push(L, lua.LNil, lua.LString(name+": "+errnoMessage(errno)), lua.LNumber(errno))
	default:
		L.RaiseError("%s: %s", name, err.Error())
	}
	return 0
}

// refuseErrno keeps the answer: a non-blocking loop gets EAGAIN a million times, and a
// message is not made anew for each.
func (b *bound) refuseErrno(L *lua.LState, errno unix.Errno) int {
	kept := b.refused[int(errno)]
	if kept == nil {
		message := b.row.Name + ": " + errnoMessage(errno)
		kept = &[3]lua.LValue{lua.LNil, lua.LString(message), lua.LNumber(errno)}
		if b.refused == nil {
			b.refused = map[int]*[3]lua.LValue{}
		}
		b.refused[int(errno)] = kept
	}
	return push(L, kept[:]...)
}

func push(L *lua.LState, values ...lua.LValue) int {
	for _, v := range values {
		L.Push(v)
	}
	return len(values)
}

// errnoMessage writes an errno as "ECONNREFUSED (Connection refused)".
func errnoMessage(errno unix.Errno) string { return consts.ErrnoMessage(int64(errno)) }

// systemError writes an error of the system's by name and text, and another one as it is.
func systemError(err error) string {
	var errno unix.Errno
	if errors.As(err, &errno) {
		return errnoMessage(errno)
	}
	return err.Error()
}

// addrinfoMessage writes an error of getaddrinfo as "EAI_NONAME (Name or service not
// known): nosuch.example".
func addrinfoMessage(err *kernel.AddrinfoError) string {
	text := err.Error()
	if name, ok := consts.NameOf("EAI_", int64(err.Code)); ok {
		text = name + " (" + text + ")"
	}
	if err.Errno != 0 {
		text += ": " + errnoMessage(err.Errno)
	}
	if err.Detail != "" {
		text += ": " + lualib.Abridged(err.Detail)
	}
	return text
}
