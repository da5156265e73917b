package bindings

import (
	"strings"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// Native is the function of a row that is no system call (help, hexdump): it is given the
// arguments as the row's kinds decode them, reads those of KindValue, KindFunc and Rest
// from L, and answers how many results it pushed. The frame is the task's: what runs Lua
// code or makes a call takes from it first what it needs.
type Native func(env *Env, L *lua.LState, f *kernel.Frame) int

// Natives are functions by their row's name.
type Natives map[string]Native

// natives are the functions of this package. Some of them make states, whose functions they
// are: Go wants that put together later.
var natives []Natives

func init() {
	natives = []Natives{
		inspectNatives, traceNatives, timelineNatives, faultNatives, dumpNatives, threadNatives, sharedNatives, channelNatives,
		childNatives,
	}
}

// native finds the function of a row: the host's, or one of this package.
func (env *Env) native(name string) Native {
	for _, table := range append(natives, env.Host) {
		if fn := table[name]; fn != nil {
			return fn
		}
	}
	return nil
}

// callNative is what Lua calls: decode, then the function.
func (b *bound) callNative(L *lua.LState) int {
	f := &b.env.Task.Frame
	if b.plain && len(b.large) == 0 {
		if f.Renew(len(b.answers), b.scalar); b.decodePlain(lualib.RawArgs(L), f) {
			return b.native(b.env, L, f)
		}
	}
	f.Reset()
	b.decode(L, f)
	return b.native(b.env, L, f)
}

// hasFunction tells whether the row is to become a global of this state: a native one must
// have its function, which the prompt's rows have only there.
func (env *Env) hasFunction(c *calls.Call) bool {
	return !c.Native || c.Absent != "" || env.native(c.Name) != nil
}

// BadArgument raises that an argument (from 1) of a row is wrong.
func BadArgument(L *lua.LState, name string, arg int, problem string) {
	lualib.Arguments{L: L, Name: name}.Fail(arg, "%s", problem)
}

var dumpNatives = Natives{
	"show": showNative,
	"hexdump": func(env *Env, L *lua.LState, f *kernel.Frame) int {
		width := f.Int(1)
		if !f.Args[1].Set {
			width = lualib.HexWidth(env.Width())
		}
		if width < 1 || width > lualib.MaxHexWidth {
			BadArgument(L, "hexdump", 2, "width from 1 to 256 expected")
		}
		env.mustHaveRoom(L, 8*int64(len(f.Str(0))))
		return push(L, lua.LString(lualib.Hexdump(L, f.Str(0), width)))
	},
}

// showNative is show: what the host makes of the values, on a line.
func showNative(env *Env, L *lua.LState, _ *kernel.Frame) int {
	texts := make([]string, L.GetTop())
	for i := range texts {
		texts[i] = env.shown(L, L.Get(i+1))
	}
	env.io.PrintLine(L, strings.Join(texts, "\t"))
	return 0
}

func (env *Env) shown(L *lua.LState, v lua.LValue) string {
	if env.Show != nil {
		return env.Show(L, v)
	}
	return L.ToStringMeta(v).String()
}
