package bindings

import (
	"fmt"
	"sync"
	"sync/atomic"

	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"

	lua "github.com/yuin/gopher-lua"
)

// What threads share: tables of plain values, and locks.

var sharedNatives = Natives{
	"shared": makeShared,
	"mutex":  func(_ *Env, L *lua.LState, _ *kernel.Frame) int { return push(L, newMutex().handle) },
	"lock":   lockMutex,
	"unlock": unlockMutex,
}

// Shared is a table that threads share. Each read and each write of a field is atomic.
type Shared struct {
	mu     sync.Mutex
	fields *lua.LTable
}

// makeShared is shared.
func makeShared(_ *Env, L *lua.LState, _ *kernel.Frame) int {
	s := &Shared{fields: &lua.LTable{Metatable: lua.LNil}}
	switch init := L.Get(1).(type) {
	case *lua.LNilType:
	case *lua.LTable:
		init.ForEach(func(k, v lua.LValue) {
			mustShare(L, k, v)
			lualib.Set(s.fields, k, v)
		})
	default:
		BadArgument(L, "shared", 1, "table expected, got "+typeOf(init))
	}
	return push(L, newHandle(s, sharedMeta))
}

var sharedMeta = common("shared", map[string]lua.LGFunction{
	"__tostring": handleString,
	"__index": func(L *lua.LState) int {
		s := handleArg[*Shared](L, 1)
		s.mu.Lock()
		defer s.mu.Unlock()
		return push(L, s.fields.RawGet(L.Get(2)))
	},
	"__newindex": func(L *lua.LState) int {
		s := handleArg[*Shared](L, 1)
		mustShare(L, L.Get(2), L.Get(3))
		s.mu.Lock()
		defer s.mu.Unlock()
		lualib.Set(s.fields, L.Get(2), L.Get(3)) // or what is taken out would stay in the list of keys
		return 0
	},
	"__len": func(L *lua.LState) int {
		s := handleArg[*Shared](L, 1)
		s.mu.Lock()
		defer s.mu.Unlock()
		return push(L, lua.LNumber(lualib.Length(s.fields)))
	},
})

// snapshot answers a copy of the fields.
func (s *Shared) snapshot(L *lua.LState) *lua.LTable {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := L.NewTable()
	s.fields.ForEach(func(k, v lua.LValue) { t.RawSet(k, v) })
	return t
}

// mustShare raises if a field can't be shared as it is.
func mustShare(L *lua.LState, k, v lua.LValue) {
	switch key := k.(type) {
	case lua.LNumber:
		if key != key {
			L.RaiseError("table index is NaN")
		}
	case lua.LBool, lua.LString:
	default:
		if !isHandle(k) {
			L.RaiseError("a shared table's keys are booleans, numbers and strings, not a %s", k.Type())
		}
	}
	switch v.(type) {
	case *lua.LNilType, lua.LBool, lua.LNumber, lua.LString:
		return
	case *lua.LTable:
		L.RaiseError("field '%s' of a shared table cannot hold a plain table, of which each thread would have a copy: make it with shared()", k)
	}
	if !isHandle(v) {
		L.RaiseError("field '%s' of a shared table cannot hold a %s", k, v.Type())
	}
}

// openShared has pairs go through a shared table, too.
func (env *Env) openShared(L *lua.LState) {
	next, luas := L.GetGlobal("next"), L.GetGlobal("pairs").(*lua.LFunction)
	L.SetGlobal("pairs", L.NewClosure(func(L *lua.LState) int {
		if ud, ok := L.Get(1).(*lua.LUserData); ok {
			if s, ok := ud.Value.(*Shared); ok {
				return push(L, next, s.snapshot(L), lua.LNil)
			}
		}
		return luas.GFunction(L) // which takes next from the upvalue
	}, next))
}

// Mutex is a lock that one thread at a time holds. Those that wait get it in their order.
type Mutex struct {
	number  int64 // to tell it from others
	handle  *lua.LUserData
	mu      sync.Mutex
	owner   *Thread
	waiting []*turn
}

// turn is a thread that waits for a lock.
type turn struct {
	thread *Thread
	came   chan struct{}
	by     uint64 // the number of the unlock that gave it the lock
}

var lastMutex atomic.Int64

func newMutex() *Mutex {
	m := &Mutex{number: lastMutex.Add(1)}
	m.handle = newHandle(m, mutexMeta)
	return m
}

var mutexMeta = withFields(common("mutex", map[string]lua.LGFunction{
	"__tostring": handleString,
	"__index": func(L *lua.LState) int {
		m := handleArg[*Mutex](L, 1)
		switch name := L.Get(2).String(); name {
		case "lock", "unlock":
			return push(L, method(L, name))
		case "owner":
			m.mu.Lock()
			defer m.mu.Unlock()
			if m.owner != nil {
				return push(L, m.owner.handle)
			}
		}
		return push(L, lua.LNil)
	},
}), []string{"owner"}, []string{"lock", "unlock"})

func (m *Mutex) name() string { return fmt.Sprintf("mutex %d", m.number) }

func (m *Mutex) text() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.owner == nil {
		return m.name() + " (free)"
	}
	return fmt.Sprintf("%s (held by %s)", m.name(), handleText(m.owner.handle))
}

// request takes the lock, or a place in the queue; nil: the lock is the thread's.
func (m *Mutex) request(t *Thread) *turn {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.owner == nil {
		m.owner = t
		return nil
	}
	w := &turn{thread: t, came: make(chan struct{})}
	m.waiting = append(m.waiting, w)
	return w
}

// release hands the lock to the next; by is the number of the deed. The caller holds m.mu.
func (m *Mutex) release(by uint64) {
	m.owner = nil
	if len(m.waiting) > 0 {
		next := m.waiting[0]
		m.waiting = m.waiting[1:]
		m.owner, next.by = next.thread, by
		close(next.came)
	}
}

// withdraw leaves the queue (nil: there was none); a lock that came meanwhile is handed on.
func (m *Mutex) withdraw(w *turn) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, other := range m.waiting {
		if other == w {
			m.waiting = append(m.waiting[:i], m.waiting[i+1:]...)
			return
		}
	}
	m.release(0)
}

func (m *Mutex) holder() *Thread {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.owner
}

// lockMutex is lock.
func lockMutex(env *Env, L *lua.LState, f *kernel.Frame) int {
	m := handleArg[*Mutex](L, 1)
	if m.holder() == env.self {
		L.RaiseError("lock: this thread holds the mutex already")
	}
	var w *turn
	d := dealing{name: "lock", args: []lua.LValue{m.handle}}
	d.begin = func() <-chan struct{} {
		if w = m.request(env.self); w != nil {
			return w.came
		}
		return done
	}
	d.by = func() uint64 {
		if w != nil {
			return w.by
		}
		return 0
	}
	if err := env.await(f, d); err != nil {
		m.withdraw(w)
		L.RaiseError("%s", err.Error())
	}
	return push(L, lua.LNumber(0))
}

// unlockMutex is unlock.
func unlockMutex(env *Env, L *lua.LState, f *kernel.Frame) int {
	m := handleArg[*Mutex](L, 1)
	switch owner := m.holder(); owner {
	case env.self: // and so until this thread gives it back
	case nil:
		L.RaiseError("unlock: the mutex is not locked")
	default:
		L.RaiseError("unlock: the mutex is held by %s, not by this thread", handleText(owner.handle))
	}
	d := dealing{name: "unlock", args: []lua.LValue{m.handle}, deed: kernel.NextDeed()}
	d.begin = func() <-chan struct{} {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.release(d.deed)
		return done
	}
	_ = env.await(f, d)
	return push(L, lua.LNumber(0))
}
