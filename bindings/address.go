package bindings

import (
	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
)

// address makes the table of an address.
func (env *Env) address(L *lua.LState, a *kernel.Sockaddr) lua.LValue {
	t := L.CreateTable(0, 3)
	for _, f := range a.Fields() {
		t.RawSetString(f.Name, env.toLua(L, f.Value))
	}
	t.Metatable = addresses
	return t
}

// addresses is the metatable that has addresses print as 127.0.0.1:80. All states have
// the same, so that an address is one in whatever thread it goes to.
var addresses = common("address", map[string]lua.LGFunction{
	"__tostring": func(L *lua.LState) int { return push(L, lua.LString(addressText(L.CheckTable(1)))) },
})

// addressText writes the table's address as it is now; a table that is no address any
// more is written as Lua writes a table.
func addressText(t *lua.LTable) string {
	rec := kernel.Record{}
	each(t, func(name string, v lua.LValue) {
		switch x := v.(type) {
		case lua.LString:
			rec = append(rec, kernel.Field{Name: name, Value: string(x)})
		case lua.LNumber:
			rec = append(rec, kernel.Field{Name: name, Value: int64(x)})
		}
	})
	f := kernel.Frame{Peer: kernel.Peer{Set: true, Table: rec}}
	a, err := f.FixedAddress(0)
	if err != nil || a == nil {
		return t.String()
	}
	return a.String()
}
