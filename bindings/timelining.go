package bindings

import (
	"errors"
	"sync"

	"sockrepl/bindings/kernel"
	"sockrepl/bindings/timeline"
	"sockrepl/bindings/trace"

	lua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

var timelineNatives = Natives{"timeline": drawTimeline}

// timelining is the recording of the calls of all threads: the one that goes on, or the last.
type timelining struct {
	sync.Mutex
	on       bool
	recorder *timeline.Recorder // nil: nothing was recorded
}

// drawTimeline is timeline: it begins and ends the recording, and draws what was recorded.
func drawTimeline(env *Env, L *lua.LState, _ *kernel.Frame) int {
	t := &env.family.timelining
	switch v := L.Get(1).(type) {
	case *lua.LNilType:
		env.io.PrintLine(L, t.picture(L).Text(env.Width(), env.looks()))
	case lua.LBool:
		t.stop()
		if v {
			t.start()
		}
	case lua.LString:
		if err := writeNew(string(v), t.picture(L).SVG()); err != nil {
			return Refuse(L, "timeline", err)
		}
		return push(L, lua.LNumber(0))
	default:
		BadArgument(L, "timeline", 1, "true, false, or the path of a file to draw into, expected, got "+typeOf(v))
	}
	return 0
}

// looks are those of the standard output: plain where it is no terminal.
func (env *Env) looks() trace.Looks {
	if env.Width() == 0 {
		return trace.Plain
	}
	return trace.Looks{Dim: env.Dim, Bad: env.Bad}
}

// Rest does what is no work of the program's: the prompt waits for a line. Observers see that.
func (env *Env) Rest(wait func()) {
	if !kernel.Observed() {
		wait()
		return
	}
	f := kernel.Frame{Task: env.Task}
	f.Reset()
	op := kernel.Op{Name: timeline.Rests, Do: func(*kernel.Frame) error {
		wait()
		return nil
	}}
	_ = env.Task.Do(&op, &f)
}

// RecordedOption is the option of the command line that a child of spawn gets while a recording
// goes on: the number of a descriptor is put behind it.
const RecordedOption = "--recorded="

// JoinRecording has the calls of this process be recorded by the one that has started it.
func JoinRecording(fd int) error {
	r, err := timeline.Join(fd)
	if r != nil {
		kernel.Observe(r, nil)
	}
	return err
}

// recordings answers, for each recording that goes on, the gift by which a child of spawn takes part.
func recordings() (gifts []kernel.Gift) {
	for _, o := range kernel.Observers() {
		if r, ok := o.(*timeline.Recorder); ok {
			gifts = append(gifts, kernel.Gift{Option: RecordedOption, Open: r.Share})
		}
	}
	return gifts
}

// start begins a recording, in the place of the last.
func (t *timelining) start() {
	t.Lock()
	defer t.Unlock()
	t.recorder, t.on = timeline.New(timeline.Most), true
	kernel.Observe(t.recorder, nil)
}

// stop ends the recording, if there is one. What was recorded is still there.
func (t *timelining) stop() {
	t.Lock()
	defer t.Unlock()
	if t.on {
		kernel.Observe(nil, t.recorder)
		t.recorder.Stop()
		t.on = false
	}
}

// picture answers what was recorded.
func (t *timelining) picture(L *lua.LState) *timeline.Picture {
	t.Lock()
	r := t.recorder
	t.Unlock()
	if r == nil {
		L.RaiseError("timeline: nothing was recorded: timeline(true) begins")
	}
	return r.Picture()
}

// writeNew writes a new file.
func writeNew(path, text string) error {
	file, err := kernel.PrivateFile(path)
	var errno unix.Errno
	if errors.As(err, &errno) {
		return &kernel.DetailError{Errno: errno, Detail: kernel.Escape(path)}
	}
	defer file.Close()
	_, err = file.Write([]byte(text))
	return err
}
