package bindings

import (
	lua "github.com/yuin/gopher-lua"
)

func (env *Env) openIO(L *lua.LState) {}
func (env *Env) Flush()               {}
func (env *Env) LineEnded() bool      { return true }
