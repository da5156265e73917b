package lualib

import (
	"math"
	"math/rand/v2"

	lua "github.com/yuin/gopher-lua"
)

func (l *library) openMath(L *lua.LState) {
	m := Module(L, "math")
	m.RawSetString("huge", lua.LNumber(math.Inf(1))) // gopher-lua: the largest finite number
	set(L, m, map[string]lua.LGFunction{
		"fmod":       fmod,
		"log10":      log10,
		"max":        extreme("max", func(a, b float64) bool { return a > b }),
		"min":        extreme("min", func(a, b float64) bool { return a < b }),
		"mod":        fmod, // 5.1's manual 7.2: the old name of fmod
		"modf":       modf,
		"random":     l.randomNumber,
		"randomseed": l.randomSeed,
	})
}

func fmod(L *lua.LState) int {
	a := args(L, "fmod")
	L.Push(lua.LNumber(math.Mod(a.Num(1), a.Num(2))))
	return 1
}

// modf: Go's answers not-a-number for the fraction of an infinity.
func modf(L *lua.LState) int {
	f := args(L, "modf").Num(1)
	whole, fraction := math.Modf(f)
	if math.IsInf(f, 0) {
		fraction = 0
	}
	L.Push(lua.LNumber(whole))
	L.Push(lua.LNumber(fraction))
	return 2
}

// log10: Go's is one unit off for some powers of ten (1000), C's is not.
func log10(L *lua.LState) int {
	f := args(L, "log10").Num(1)
	answer := math.Log10(f)
	if whole := math.Round(answer); math.Abs(whole) < 309 && math.Pow10(int(whole)) == f {
		answer = whole
	}
	L.Push(lua.LNumber(answer))
	return 1
}

func extreme(name string, better func(a, b float64) bool) lua.LGFunction {
	return func(L *lua.LState) int {
		a := args(L, name)
		best := a.Num(1)
		for i := 2; i <= L.GetTop(); i++ {
			if f := a.Num(i); better(f, best) {
				best = f
			}
		}
		L.Push(lua.LNumber(best))
		return 1
	}
}

// randomNumber has a generator of its own: gopher-lua's randomseed sets Go's
// global one, which ignores seeds since Go 1.24, and an empty interval makes
// Go panic.
func (l *library) randomNumber(L *lua.LState) int {
	a := args(L, "random")
	f := l.random.Float64()
	switch L.GetTop() {
	case 0:
	case 1:
		high := math.Floor(a.Num(1))
		if high < 1 {
			a.Fail(1, "interval is empty")
		}
		f = math.Floor(f*high) + 1
	case 2:
		low, high := math.Floor(a.Num(1)), math.Floor(a.Num(2))
		if low > high {
			a.Fail(2, "interval is empty")
		}
		f = math.Floor(f*(high-low+1)) + low
	default:
		L.RaiseError("wrong number of arguments")
	}
	L.Push(lua.LNumber(f))
	return 1
}

func (l *library) randomSeed(L *lua.LState) int {
	seed := args(L, "randomseed").Num(1)
	l.random = rand.New(rand.NewPCG(math.Float64bits(seed), 0))
	return 0
}
