package lualib

import (
	"fmt"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// TestDrained: who takes the first key out of a table again and again does not go through all
// that were taken out before.
func TestDrained(t *testing.T) {
	const many = 1000
	table := &lua.LTable{Metatable: lua.LNil}
	for i := range many {
		rawset(table, lua.LString(fmt.Sprint("key", i)), lua.LTrue)
	}
	mirror := mirrorOf(table)
	for left := many; left > 0; left-- {
		key, _, _ := mirror.next(lua.LNil)
		if isNil(key) {
			t.Fatalf("no key of %d", left)
		}
		rawset(table, key, lua.LNil)
		passed, at := 0, 0
		for at < len(mirror.keys) && !mirror.has(mirror.keys[at]) {
			if g, ok := mirror.keys[at].(*gap); ok {
				at = g.end
			} else {
				at++
			}
			passed++
		}
		if passed > 2*fewKeys {
			t.Fatalf("%d places to pass with %d keys left", passed, left)
		}
	}
	if key, _, _ := mirror.next(lua.LNil); !isNil(key) {
		t.Errorf("%v is left", key)
	}
}

// TestEmptyArray: nils that reach to an array's end are gone through once.
func TestEmptyArray(t *testing.T) {
	table := &lua.LTable{Metatable: lua.LNil}
	rawset(table, lua.LNumber(100000), lua.LTrue)
	rawset(table, lua.LNumber(100000), lua.LNil)
	mirror := mirrorOf(table)
	if key, _, ok := mirror.next(lua.LNil); !isNil(key) || !ok || len(mirror.array) > 0 {
		t.Errorf("%v, and %d items", key, len(mirror.array))
	}
	if _, _, ok := mirror.next(lua.LNumber(100000)); !ok {
		t.Error("the key of an item that is gone is none")
	}
}
