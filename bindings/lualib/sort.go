package lualib

import (
	"sort"

	lua "github.com/yuin/gopher-lua"
)

// tableSort sorts a copy of the elements and puts it back. An order function
// that contradicts itself gives some order: Go's sort stays within bounds.
// gopher-lua's sorts the empty slots at the array's end too.
func tableSort(L *lua.LState) int {
	a := args(L, "sort")
	t := a.Table(1)
	s := sorter{L: L}
	if !a.Absent(2) {
		s.before = a.function(2)
	}
	s.values = make([]lua.LValue, mirrorOf(t).length())
	for i := range s.values {
		s.values[i] = t.RawGetInt(i + 1)
	}
	sort.Sort(&s)
	for i, v := range s.values {
		t.RawSetInt(i+1, v)
	}
	return 0
}

type sorter struct {
	L      *lua.LState
	before *lua.LFunction
	values []lua.LValue
	pace   pace
}

func (s *sorter) Len() int      { return len(s.values) }
func (s *sorter) Swap(i, j int) { s.values[i], s.values[j] = s.values[j], s.values[i] }

func (s *sorter) Less(i, j int) bool {
	s.pace.step(s.L)
	x, y := s.values[i], s.values[j]
	if s.before == nil {
		return s.L.LessThan(x, y)
	}
	s.L.Push(s.before)
	s.L.Push(x)
	s.L.Push(y)
	s.L.Call(2, 1)
	less := lua.LVAsBool(s.L.Get(-1))
	s.L.Pop(1)
	return less
}
