package bindings

import (
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"sockrepl/bindings/kernel"
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

// TestLookAgain: what was garbage when an error was caught, and was found alive by a collection
// that had begun before, stops nobody; what lives does.
func TestLookAgain(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	task := kernel.NewTask(0, "main")
	defer task.End()
	large := make([]byte, 64<<20)
	runtime.GC()
	m := &Memory{limit: metric(alive) - 32<<20, tasks: map[*kernel.Task]bool{task: true}}
	m.errors = kernel.MemoryErrors.Load() - 1 // one was raised since
	m.look()
	if err := task.Err(); err != kernel.ErrMemory {
		t.Errorf("what lives: %v", err)
	}
	runtime.KeepAlive(large)
	m.look() // again one was raised: just now
	if err := task.Err(); err != nil {
		t.Errorf("what is garbage: %v", err)
	}
}

// TestPace: collections that come too often get more room, those that are seldom less, within bounds; and
// Go is told.
func TestPace(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	m := &Memory{room: leastRoom}
	pace := func(since time.Duration, want ...int64) {
		t.Helper()
		for _, room := range want {
			m.collected = time.Now().Add(-since)
			if m.pace(); m.room != room<<20 {
				t.Errorf("after %v there is room for %d bytes, not for %d MB", since, m.room, room)
			}
			if told := debug.SetGCPercent(m.percent); told != m.percent {
				t.Errorf("room for %d MB: Go is told %d%%, and %d%% is remembered", room, told, m.percent)
			}
			if passed := time.Since(m.collected); passed < 0 || passed > time.Minute {
				t.Errorf("the collection is noted as %v ago", passed)
			}
		}
	}
	const often, between = -time.Hour, (tooOften + seldom) / 2
	pace(between, 4)
	pace(often, 8, 16, 32, 32)
	pace(between, 32)
	pace(2*time.Hour, 16, 8, 4, 4)
}

// TestParseSize: a number of bytes, or of a unit; not too few.
func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"16M": 16 << 20, "16m": 16 << 20, "16777216": 16 << 20, "16384K": 16 << 20, "2G": 2 << 30, "8589934591G": 8589934591 << 30,
	} {
		if n, err := ParseSize(text); err != nil || n != want {
			t.Errorf("%s: %d, %v", text, n, err)
		}
	}
	for text, want := range map[string]string{
		"16777215": "at least 16M", "15M": "at least 16M", "0": "at least 16M",
		"": "such as 512M", "M": "such as 512M", "-16M": "such as 512M", "16MB": "such as 512M", "16M0": "such as 512M",
		"1.5G": "such as 512M", "8589934592G": "such as 512M", "17179869200G": "such as 512M", "99999999999999999999": "such as 512M",
	} {
		if n, err := ParseSize(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %d, %v", text, n, err)
		}
	}
}
