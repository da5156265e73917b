package bindings

import (
	"math/rand"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// packed is a luggage with a value of each kind.
func packed(t *testing.T) []byte {
	t.Helper()
	L, env := NewState(Options{})
	defer env.Close(L)
	err := L.DoString(`
		shared_table = {1, 2.5, "three", nested = {true, false}}
		shared_table.self = shared_table
		function helper(n) return n + #shared_table end
		function entry(a, b) local f = function(x) return helper(x) end return f(a), b, send, getsockname end
		where = getsockname(socket(AF_INET, SOCK_STREAM, 0))`)
	if err != nil {
		t.Fatal(err)
	}
	global := func(name string) lua.LValue { return L.G.Global.RawGetString(name) }
	luggage, bad, err := env.pack(L, global("entry").(*lua.LFunction), []lua.LValue{lua.LNumber(7), global("where"), global("shared_table")})
	if err != nil {
		t.Fatalf("argument %d: %v", bad, err)
	}
	return luggage
}

// TestDamagedLuggage: what is cut off is refused, and what is changed never ends the process.
func TestDamagedLuggage(t *testing.T) {
	luggage := packed(t)
	unpack := func(bytes []byte) error {
		L, env := NewState(Options{})
		defer env.Close(L)
		_, err := env.Unpack(L, bytes)
		return err
	}
	if err := unpack(luggage); err != nil {
		t.Fatalf("the whole: %v", err)
	}
	step := max(1, len(luggage)/150)
	for n := 0; n < len(luggage); n += step {
		if err := unpack(luggage[:n]); err != errWire {
			t.Errorf("%d of %d bytes: %v", n, len(luggage), err)
		}
	}
	random := rand.New(rand.NewSource(1))
	for range 300 {
		changed := append([]byte(nil), luggage...)
		changed[random.Intn(len(changed))] ^= byte(1 << random.Intn(8))
		if err := unpack(changed); err != nil && err != errWire {
			t.Errorf("a bit changed: %v", err)
		}
	}
}
