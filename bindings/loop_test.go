package bindings

import (
	"context"
	"errors"
	"strings"
	"testing"

	"sockrepl/bindings/lualib"
	"sockrepl/scripts"

	lua "github.com/yuin/gopher-lua"
)

// stepper is a context that is interrupted where it is asked for the last time, and from then on.
type stepper struct {
	context.Context
	left int
}

func (s *stepper) Done() <-chan struct{} {
	if s.left--; s.left > 0 {
		return nil
	}
	done := make(chan struct{})
	close(done)
	return done
}

func (s *stepper) Err() error { return errors.New("interrupted") }

// TestLoopInterrupted: at whichever of its steps Ctrl-C comes, the loop's next run goes on with all tasks
// but the one that ran; none of them is lost, none goes on twice, or before its time.
func TestLoopInterrupted(t *testing.T) {
	if raceDetector {
		t.Skip("there each instruction is a step, also between two that belong together")
	}
	L, env := NewState(Options{Embedded: scripts.FS})
	defer L.Close()
	runChunk(t, L, `
		loop, wrong = require "loop", {}
		loop.use "poll"
		loop.report = function(task, problem)
			if not tostring(problem):find "interrupted" then table.insert(wrong, tostring(problem)) end
		end
		function child() loop.sleep(0) return 7 end
		function parent()
			local ok, seven = loop.join(loop.spawn(child))
			if ok and seven ~= 7 then error "not the child's answer" end
		end
		function sleeper()
			local t = clock()
			loop.sleep(0.001)
			if clock() - t < 0.001 then error "woken before its time" end
		end
		function begin()
			loop.spawn(parent)
			loop.spawn(sleeper)
			loop.run()
		end`)
	steps := 0
	for whole := false; !whole; {
		steps++
		lualib.SetContext(L, &stepper{context.Background(), steps})
		lualib.Attention(true)
		err := L.CallByParam(lua.P{Fn: L.GetGlobal("begin"), Protect: true})
		lualib.Attention(false)
		lualib.SetContext(L, env.Task)
		whole = err == nil
		if runChunk(t, L, `loop.run() problem = table.remove(wrong)`); L.GetGlobal("problem") != lua.LNil {
			t.Errorf("interrupted at step %d, %v: %v", steps, err, L.GetGlobal("problem"))
		}
	}
	if steps < 100 {
		t.Errorf("%d steps are none of a loop", steps)
	}
}

func runChunk(t *testing.T, L *lua.LState, source string) {
	t.Helper()
	fn, err := L.Load(strings.NewReader(source), "t")
	if err != nil {
		t.Fatal(err)
	}
	lualib.Measure(fn.Proto)
	L.Push(fn)
	if err := L.PCall(0, 0, nil); err != nil {
		t.Fatal(err)
	}
}
