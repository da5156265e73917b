package bindings

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"time"

	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
)

// Memory is the limit on what Lua code may hold. An allocation that fails ends a Go
// process, with no way to catch it; so the limit is looked at after each garbage
// collection, of which there are more the nearer the limit is, and before a single
// large value is made.
type Memory struct {
	limit int64
	mu    sync.Mutex
	tasks map[*kernel.Task]bool // what to stop

	errors int64 // kernel.MemoryErrors, when last looked at

	room      int64     // between two collections, in bytes
	percent   int       // as it was set for that; 0: as Go begins
	collected time.Time // when the last one was
}

// LimitMemory sets the limit, in bytes, for the whole process.
func LimitMemory(limit int64) *Memory {
	debug.SetMemoryLimit(limit)
	m := &Memory{limit: limit, tasks: map[*kernel.Task]bool{}, room: leastRoom, collected: time.Now()}
	m.watch()
	return m
}

// How much is allocated between two collections. Most programs here make little garbage,
// and what a small heap takes is in the caches. A server that receives 64 KiB at a time
// makes gigabytes each second, and a collection costs a millisecond or two however little
// lives: the more often they come, the more room they get.
const (
	leastRoom = 4 << 20
	mostRoom  = 32 << 20

	tooOften = 50 * time.Millisecond // between two collections
	seldom   = time.Second
)

// pace is told of a collection, and says how much may be allocated until the next.
func (m *Memory) pace() {
	now := time.Now()
	since := now.Sub(m.collected)
	m.collected = now
	switch {
	case since < tooOften && m.room < mostRoom:
		m.room *= 2
	case since > seldom && m.room > leastRoom:
		m.room /= 2
	}
	if percent := percentFor(m.room, metric(alive)); percent != m.percent {
		m.percent = percent
		debug.SetGCPercent(percent)
	}
}

// percentFor is what SetGCPercent takes for so much room where so many bytes live: it is
// meant as a part of what lives, but of 4 MB at least. What lives may double in any case.
func percentFor(room, live int64) int {
	return int(max(100, 100*room/max(live, leastRoom)))
}

// add says that a task is one of those that raise "not enough memory".
func (m *Memory) add(t *kernel.Task) {
	if m != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.tasks[t] = true
	}
}

func (m *Memory) remove(t *kernel.Task) {
	if m != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.tasks, t)
	}
}

// watch has look called after each collection: a finalizer runs once its object is
// found dead, and makes the next one.
func (m *Memory) watch() {
	type sentinel struct{ _ [16]byte }
	s := &sentinel{}
	runtime.SetFinalizer(s, func(*sentinel) {
		m.look()
		m.pace()
		m.watch()
	})
}

// look stops what takes memory, if what was found alive is too much; garbage of the same
// collection still counts as in use, since it is being swept meanwhile. Go does not tell which
// goroutine allocated what, so that is every thread that runs; one that is blocked in a call
// takes nothing.
func (m *Memory) look() {
	if metric(alive) <= m.limit {
		return
	}
	// A collection that began before the last error was caught has found alive what is garbage
	// now: another one tells.
	if errors := kernel.MemoryErrors.Load(); errors != m.errors {
		m.errors = errors
		if runtime.GC(); metric(alive) <= m.limit {
			return
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for t := range m.tasks {
		if op, _ := t.Blocked(); op == "" {
			t.OutOfMemory()
		}
	}
}

// alwaysRoom: for fewer bytes than this there is always room, and nobody asks.
const alwaysRoom = 1 << 20

// Room tells whether a single value of so many bytes may be made.
func (m *Memory) Room(bytes int64) bool {
	if m == nil || bytes < alwaysRoom {
		return true
	}
	fits := func() bool { return bytes <= m.limit-min(inUse(), m.limit) }
	if !fits() {
		runtime.GC() // what is in use may be garbage, after an error that was caught above all
	}
	return fits()
}

// alive is what the last collection found alive.
const alive = "/gc/heap/live:bytes"

// inUse is what lives in the heap, and what has been allocated since.
func inUse() int64 { return metric("/memory/classes/heap/objects:bytes") }

// metric reads one of package runtime/metrics.
func metric(name string) int64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return int64(min(sample[0].Value.Uint64(), math.MaxInt64))
}

// mustHaveRoom raises "not enough memory" if there is none for so many bytes.
func (env *Env) mustHaveRoom(L *lua.LState, bytes int64) {
	if !env.Memory.Room(bytes) {
		L.RaiseError("%s", kernel.ErrMemory.Error())
	}
}

// DefaultMemory is the limit where none is given: 1 GiB, or half of the machine's
// memory if that is less.
func DefaultMemory() int64 {
	const gib = 1 << 30
	if total := kernel.MachineMemory(); total > 0 {
		return min(gib, total/2)
	}
	return gib
}

// ParseSize reads a number of bytes, with K, M or G (powers of 1,024) after it.
func ParseSize(s string) (int64, error) {
	const least = 16 << 20
	digits, unit := s, int64(1)
	if at := strings.IndexAny(s, "kKmMgG"); at == len(s)-1 && at > 0 {
		digits, unit = s[:at], map[byte]int64{'k': 1 << 10, 'm': 1 << 20, 'g': 1 << 30}[s[at]|0x20]
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/unit {
		return 0, fmt.Errorf("a size such as 512M expected, got '%s'", s)
	}
	if n*unit < least {
		return 0, fmt.Errorf("a size of at least 16M expected, got '%s'", s)
	}
	return n * unit, nil
}
