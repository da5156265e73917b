package bindings

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// SpawnedOption is the option of the command line that a child of spawn reads a luggage by:
// the number of a descriptor is put behind it.
const SpawnedOption = "--spawned="

// spawnProcess is spawn: it starts a child process of this program: with a script, which stands on its command
// line, or with a luggage.
func spawnProcess(env *Env, L *lua.LState, _ *kernel.Frame) int {
	c := readChildCall(L, "spawn")
	c.Path, c.Gifts = kernel.Program(), recordings()
	switch script := L.Get(1).(type) {
	case lua.LString:
		if env.scriptHere(c, string(script)) {
			c.Title = filepath.Base(string(script))
			c.Args = append(env.commandLine(), "--", string(script))
			c.Args = append(c.Args, c.words(2)...)
			return env.startChild(L, &opSpawn, c)
		}
		fn, err := Load(L, string(script), chunkName(string(script)))
		switch {
		case err == nil:
			return env.spawnFunction(L, c, fn)
		case looksLikeName(string(script)):
			return Refuse(L, "spawn", &kernel.DetailError{Errno: unix.ENOENT, Detail: string(script)})
		}
		if words := strings.Fields(string(script)); len(words) > 1 && env.scriptHere(c, words[0]) {
			c.fail(1, "the words are arguments: spawn(\""+strings.Join(words, `", "`)+"\")")
		}
		c.fail(1, err.Error())
	case *lua.LFunction:
		return env.spawnFunction(L, c, script)
	}
	c.fail(1, "function, file or Lua source expected, got "+typeOf(L.Get(1)))
	return 0
}

// commandLine is how a child is called, up to what it is to run.
func (env *Env) commandLine() []string {
	words := []string{os.Args[0]}
	if env.Memory != nil {
		words = append(words, "--max-memory="+strconv.FormatInt(env.Memory.limit, 10))
	}
	return words
}

// scriptHere tells whether there is a file of that name in the child's folder, or a demo.
func (env *Env) scriptHere(c *childCall, name string) bool {
	path := name
	if !filepath.IsAbs(name) {
		path = filepath.Join(c.Dir, name)
	}
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return true
	}
	if env.Embedded == nil || !fs.ValidPath(name) {
		return false
	}
	_, err := fs.Stat(env.Embedded, strings.TrimSuffix(name, ".lua")+".lua")
	return err == nil
}

// looksLikeName tells whether what is no Lua was meant as the name of a script.
func looksLikeName(script string) bool { return !strings.ContainsAny(script, " \t\n(){}=;\"'") }

// spawnFunction starts a child that calls the function.
func (env *Env) spawnFunction(L *lua.LState, c *childCall, fn *lua.LFunction) int {
	c.Title = nameOf(L, fn)
	c.Args = append(env.commandLine(), c.Title)
	args := make([]lua.LValue, 0, max(0, c.last-1))
	for i := 2; i <= c.last; i++ {
		args = append(args, L.Get(i))
	}
	luggage, bad, err := env.pack(L, fn, args)
	if err != nil {
		c.fail(bad, err.Error())
	}
	c.Gifts = append(c.Gifts, kernel.Input(SpawnedOption, luggage))
	return env.startChild(L, &opSpawn, c)
}
