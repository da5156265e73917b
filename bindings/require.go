package bindings

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// openModules has require look for modules beside the script, where package.path says,
// and among the embedded ones, in lib/.
func (env *Env) openModules(L *lua.LState, o Options) {
	pkg := L.GetGlobal("package").(*lua.LTable)
	L.SetGlobal("require", L.NewFunction(func(L *lua.LState) int { return require(L, pkg) }))
	if o.Beside != "" {
		path := lua.LVAsString(pkg.RawGetString("path"))
		pkg.RawSetString("path", lua.LString(filepath.Join(o.Beside, "?.lua")+";"+path))
	}
	loaders := pkg.RawGetString("loaders").(*lua.LTable)
	loaders.RawSetInt(2, L.NewFunction(func(L *lua.LState) int { return env.pathLoader(L, pkg) }))
	switch {
	case o.Embedded == nil:
	case o.BuiltIn:
		loaders.Insert(2, L.NewFunction(embeddedLoader(o.Embedded)))
	default:
		loaders.Append(L.NewFunction(embeddedLoader(o.Embedded)))
	}
}

// loading stands in package.loaded for a module while its code runs.
var loading = &lua.LUserData{Metatable: lua.LNil}

// require is Lua's. After an error in a module's code it can be called again: gopher-lua's
// would go on saying that there was one. And it asks the loaders that the library has now.
func require(L *lua.LState, pkg *lua.LTable) int {
	name := L.CheckString(1)
	loaded := L.GetField(L.Get(lua.RegistryIndex), "_LOADED").(*lua.LTable)
	switch v := loaded.RawGetString(name); {
	case v == loading:
		L.RaiseError("loop loading module '%s'", name)
	case lua.LVAsBool(v):
		return push(L, v)
	}
	loader := findLoader(L, pkg, name)
	loaded.RawSetString(name, loading)
	defer func() {
		if loaded.RawGetString(name) == loading { // it failed
			loaded.RawSetString(name, lua.LNil)
		}
	}()
	L.Push(loader)
	L.Push(lua.LString(name))
	L.Call(1, 1)
	if v := L.Get(-1); v != lua.LNil {
		loaded.RawSetString(name, v)
	} else if loaded.RawGetString(name) == loading {
		loaded.RawSetString(name, lua.LTrue)
	}
	return push(L, loaded.RawGetString(name))
}

// findLoader asks the loaders in turn; one that does not know the module says where it
// looked.
func findLoader(L *lua.LState, pkg *lua.LTable, name string) *lua.LFunction {
	loaders, ok := pkg.RawGetString("loaders").(*lua.LTable)
	if !ok {
		L.RaiseError("'package.loaders' must be a table")
	}
	message := fmt.Sprintf("module '%s' not found:", name)
	for i := 1; i <= loaders.Len(); i++ {
		L.Push(loaders.RawGetInt(i))
		L.Push(lua.LString(name))
		L.Call(1, 1)
		answer := L.Get(-1)
		L.Pop(1)
		switch v := answer.(type) {
		case *lua.LFunction:
			return v
		case lua.LString:
			message += "\n\t" + string(v)
		}
	}
	L.RaiseError("%s", message)
	return nil
}

// pathLoader looks for a module along package.path.
func (env *Env) pathLoader(L *lua.LState, pkg *lua.LTable) int {
	name := strings.ReplaceAll(L.CheckString(1), ".", "/")
	path, ok := pkg.RawGetString("path").(lua.LString)
	if !ok {
		L.RaiseError("'package.path' must be a string")
	}
	var tried strings.Builder
	for _, pattern := range strings.Split(string(path), ";") {
		file := strings.ReplaceAll(pattern, "?", name)
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			return loadModule(L, func() (*lua.LFunction, error) { return env.loadFile(L, file) })
		}
		fmt.Fprintf(&tried, "\n\tno file '%s'", file)
	}
	return push(L, lua.LString(strings.TrimPrefix(tried.String(), "\n\t")))
}

// embeddedLoader looks for a module among those in the binary.
func embeddedLoader(embedded fs.FS) lua.LGFunction {
	return func(L *lua.LState) int {
		file := "lib/" + strings.ReplaceAll(L.CheckString(1), ".", "/") + ".lua"
		source, err := fs.ReadFile(embedded, file)
		if err != nil {
			return push(L, lua.LString(fmt.Sprintf("no embedded module '%s'", file)))
		}
		return loadModule(L, func() (*lua.LFunction, error) { return Load(L, string(source), file) })
	}
}

func loadModule(L *lua.LState, load func() (*lua.LFunction, error)) int {
	fn, err := load()
	if err != nil {
		L.RaiseError("error loading module '%s': %s", L.CheckString(1), err.Error())
	}
	return push(L, fn)
}
