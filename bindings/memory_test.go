package bindings

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// TestRoomCollects: garbage is no reason to refuse a value.
func TestRoomCollects(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	garbage := make([]byte, 64<<20)
	m := &Memory{limit: inUse() - 32<<20}
	runtime.KeepAlive(garbage)
	if !m.Room(2 << 20) {
		t.Error("there is no room for 2 MB where 64 MB are garbage")
	}
	if m.Room(m.limit) {
		t.Error("there is room for more than the limit")
	}
}
