package bindings

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"sockrepl/bindings/kernel"
	"sockrepl/bindings/lualib"
	"sockrepl/bindings/timeline"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// family is a main thread with all that it has started, and what those have.
type family struct {
	mu      sync.Mutex
	main    *Thread
	last    int              // the number of the youngest
	unborn  int              // those whose state is being made
	running map[int]*Thread  // those that have not ended, less the main one
	failed  map[*Thread]bool // those whose error nobody was told yet
	tracing tracing

	repeated   repeated
	timelining timelining
}

func newFamily() *family {
	f := &family{running: map[int]*Thread{}, failed: map[*Thread]bool{}}
	f.main = newThread(0, "main")
	return f
}

// Thread is a Lua function on an operating-system thread of its own. The main one, number
// 0, is the program's.
type Thread struct {
	Number int
	Name   string // of the function

	handle *lua.LUserData
	done   chan struct{}
	end    uint64 // the deed (kernel.NextDeed) that its end is for those who join it

	mu      sync.Mutex
	env     *Env           // of its state; nil after the end: see liveEnv
	awaited *lua.LUserData // the mutex or the thread that it waits for; nil: neither
	joined  int            // how many wait for it, or have waited
	results []lua.LValue   // a copy that belongs to nobody
	err     lua.LValue     // what it ended with; nil: its results

	explained explained // its own goroutine's until the end
}

// explained is the error that was raised last, and what the host says of it.
type explained struct {
	text string // the error's own
	told string // what Options.Explain made of it
}

func newThread(number int, name string) *Thread {
	t := &Thread{Number: number, Name: name, done: make(chan struct{}), end: kernel.NextDeed()}
	t.handle = newHandle(t, threadMeta)
	return t
}

// launch makes the state of a new thread and copies the function and its globals there; the thread
// runs it. unix.EAGAIN: there are as many threads as there may be. Another error says why the
// function can't go to a thread. (The call spawn has nothing to do with it: it starts a process.)
func (env *Env) launch(L *lua.LState, fn *lua.LFunction, args []lua.LValue) (*Thread, error) {
	f := env.family
	number := f.reserve()
	if number == 0 {
		return nil, unix.EAGAIN
	}
	t := newThread(number, nameOf(L, fn))
	twin, twinL := env.threadState(t)
	f.add(t)
	s := newStart(env, twin, L, twinL)
	entry, err := s.entry(fn)
	if err != nil {
		t.drop(twin, twinL)
		return nil, err
	}
	go t.run(twin, twinL, entry, args)
	return t, nil
}

// reserve answers the number of a new thread; 0: there are as many as there may be.
func (f *family) reserve() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.running)+f.unborn >= mostThreads() {
		return 0
	}
	f.unborn++
	f.last++
	return f.last
}

// add lists a thread, now that there is something to interrupt.
func (f *family) add(t *Thread) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.unborn--
	f.running[t.Number] = t
}

// threadState makes the state of a thread, which nothing runs in yet.
func (env *Env) threadState(t *Thread) (*Env, *lua.LState) {
	twin := &Env{family: env.family, self: t}
	o := env.Options
	o.Host, o.Failed = nil, t.note
	L := twin.open(o, lualib.ThreadOptions())
	t.setLiveEnv(twin)
	twin.fresh.remember(L)
	return twin, L
}

// drop takes back what launch has made. A thread that is not listed any more does not count
// either.
func (t *Thread) drop(env *Env, L *lua.LState) {
	f := env.family
	f.mu.Lock()
	delete(f.running, t.Number)
	f.mu.Unlock()
	t.setLiveEnv(nil)
	env.Close(L)
}

// run is the thread. Its goroutine stays tied to its operating-system thread, which Go ends
// with it.
func (t *Thread) run(env *Env, L *lua.LState, fn *lua.LFunction, args []lua.LValue) {
	env.Task.Pin()
	t.tell(env, timeline.Begins)
	results, problem := t.call(env, L, fn, args)
	env.Flush()
	t.tell(env, timeline.Ends)
	t.drop(env, L)
	t.mu.Lock()
	t.results, t.err = results, problem
	t.mu.Unlock()
	env.family.ended(t, env)
	close(t.done)
}

// tell tells observers that the thread begins or ends.
func (t *Thread) tell(env *Env, what string) {
	if kernel.Observed() {
		d := dealing{name: what, deed: t.end, begin: func() <-chan struct{} { return done }}
		_ = env.await(&env.Task.Frame, d)
	}
}

// patience is how long a join may come after the end of a thread, for its error not to be
// called uncaught.
const patience = 100 * time.Millisecond

// ended has what the thread ended with said, unless somebody joins it.
func (f *family) ended(t *Thread, env *Env) {
	o := &env.Options
	switch {
	case t.err != nil: // also where somebody waits: that may be interrupted just now
		f.mu.Lock()
		f.failed[t] = true
		f.mu.Unlock()
		time.AfterFunc(patience, func() { f.complain(t, o.Say) })
	case len(t.results) > 0 && o.Answered != nil && !t.Joined():
		time.AfterFunc(patience, func() {
			if !t.Joined() {
				o.Answered(t)
			}
		})
	}
}

// complain says a thread's error if it was not said, and nobody has joined the thread.
func (f *family) complain(t *Thread, say func(string)) {
	f.mu.Lock()
	unsaid := f.failed[t]
	delete(f.failed, t)
	f.mu.Unlock()
	if unsaid && !t.Joined() {
		f.repeated.say(t, say)
	}
}

// complainAll does that at the end of the program.
func (f *family) complainAll(say func(string)) {
	f.mu.Lock()
	failed := slices.Collect(maps.Keys(f.failed))
	f.mu.Unlock()
	sort.Slice(failed, func(i, j int) bool { return failed[i].Number < failed[j].Number })
	for _, t := range failed {
		f.complain(t, say)
	}
	f.repeated.end(say)
}

// call calls the thread's function, and answers copies of its results or its error.
func (t *Thread) call(env *Env, L *lua.LState, fn *lua.LFunction, args []lua.LValue) (results []lua.LValue, problem lua.LValue) {
	defer func() {
		if p := recover(); p != nil {
			results, problem = nil, lua.LString(fmt.Sprintf("internal error, please report: %v", p))
		}
	}()
	L.Push(L.NewFunction(t.noting))
	L.Push(fn)
	for _, a := range args {
		L.Push(a)
	}
	if err := lualib.PCall(L, len(args)+1); err != nil {
		return nil, t.problem(env, L, err)
	}
	for i := 1; i <= L.GetTop(); i++ {
		v, err := copied(L.Get(i))
		if err != nil {
			return nil, lua.LString(fmt.Sprintf("result %d: %v", i, err))
		}
		results = append(results, v)
	}
	return results, nil
}

// noting calls its first argument with the others, and has errors noted before the stack is unwound.
func (t *Thread) noting(L *lua.LState) int {
	throw := L.Panic
	L.Panic = func(L *lua.LState) {
		t.note(L)
		throw(L)
	}
	L.Call(L.GetTop()-1, lua.MultRet)
	return L.GetTop()
}

// note has the host explain an error that is being raised in L, unless it is on its way out of a
// coroutine, where it was noted.
func (t *Thread) note(L *lua.LState) {
	text, ok := L.Get(-1).(lua.LString)
	env := t.liveEnv()
	if !ok || env == nil || env.Explain == nil || string(text) == t.explained.text {
		return
	}
	better, _, _ := lualib.Explain(L, string(text))
	t.explained = explained{unplaced(better), unplaced(env.Explain(L, env, text))}
}

// Told answers what was said of an error where it was raised, if it is that of the thread which was
// joined last.
func (env *Env) Told(text string) string {
	if text == "" || text != env.joined.text {
		return ""
	}
	return env.joined.told
}

// problem is the error that a thread ended with, as the thread that joins it gets it: the
// value itself if it can go there, else its text.
func (t *Thread) problem(env *Env, L *lua.LState, err error) lua.LValue {
	if env.Task.Interrupted() {
		return lua.LString(kernel.ErrInterrupted.Error())
	}
	ae, ok := err.(*lua.ApiError)
	if !ok || ae.Object == nil {
		return lua.LString(ErrorText(L, err))
	}
	if text, ok := ae.Object.(lua.LString); ok {
		return lua.LString(unplaced(string(text)))
	}
	if v, refused := copied(ae.Object); refused == nil {
		return v
	}
	return lua.LString(ErrorText(L, err))
}

// unplaced is an error's text without the space that gopher-lua puts in the place of the position
// that a built-in does not have.
func unplaced(text string) string { return strings.TrimPrefix(text, " ") }

// Joined tells whether somebody waits for the thread, or has waited.
func (t *Thread) Joined() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.joined > 0
}

// joining says that one more waits for the thread; one less, of an interrupted join.
func (t *Thread) joining(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.joined += n
}

// Outcome says in a line what the thread ended with:
// "thread 2: accept → 5, 127.0.0.1:4711", "thread 3 (handle): stdin:1: no luck".
func (t *Thread) Outcome() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	name := kernel.Escape(t.Name)
	if t.err != nil {
		text := brief(t.err, false)
		if t.err == lua.LString(t.explained.text) {
			text = t.explained.told
		}
		return fmt.Sprintf("thread %d (%s): %s", t.Number, name, kernel.EscapeText(text))
	}
	texts := make([]string, len(t.results))
	for i, v := range t.results {
		texts[i] = brief(v, true)
	}
	return fmt.Sprintf("thread %d: %s → %s", t.Number, name, strings.Join(texts, ", "))
}

// nameOf names a function by what it is reached by, else by where it was written.
func nameOf(L *lua.LState, fn *lua.LFunction) string {
	name := lualib.NameOf(L, fn, nil)
	switch {
	case name != "":
		return name
	case fn.IsG:
		return "built-in"
	}
	return fmt.Sprintf("%s:%d", fn.Proto.SourceName, fn.Proto.LineDefined)
}

// state says what the thread does: "running", "ended", or what it is blocked in.
func (t *Thread) state() (text, op string, fd int) {
	task := t.liveTask()
	if task == nil {
		return "ended", "", -1
	}
	op, fd = task.Blocked()
	switch {
	case op == "":
		return "running", "", -1
	case fd >= 0:
		return fmt.Sprintf("blocked in %s on descriptor %d", op, fd), op, fd
	}
	return "blocked in " + op, op, fd
}

// waitFor takes note of what a thread begins to wait for, if threads() can tell who has it.
func (t *Thread) waitFor(args []lua.LValue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.awaited = nil
	if len(args) > 0 {
		t.awaited, _ = args[0].(*lua.LUserData)
	}
}

// awaits answers the mutex or the thread that it waits for, nil if there is none.
func (t *Thread) awaits() *lua.LUserData {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.awaited
}

// liveEnv answers the Env of the thread's state, nil if the thread has ended.
func (t *Thread) liveEnv() *Env {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.env
}

func (t *Thread) setLiveEnv(env *Env) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.env = env
}

// liveTask answers the thread's task, nil if it has ended.
func (t *Thread) liveTask() *kernel.Task {
	if env := t.liveEnv(); env != nil {
		return env.Task
	}
	return nil
}

// list answers the threads that have not ended, by their number.
func (f *family) list() []*Thread {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := []*Thread{f.main}
	for _, t := range f.running {
		list = append(list, t)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Number < list[j].Number })
	return list
}

// interruptThreads ends all threads but the main one.
func (env *Env) interruptThreads() {
	for _, t := range env.family.list()[1:] {
		if task := t.liveTask(); task != nil {
			go task.Interrupt()
		}
	}
}

// mostThreads is how many threads there may be at once. Go ends a process that has 10,000,
// and one that the system refuses a thread.
var mostThreads = sync.OnceValue(func() int {
	const most = 8000
	if limit := kernel.ThreadLimit(); limit > 0 {
		return min(most, limit*3/4)
	}
	return most
})
