package bindings

import (
	"fmt"
	"time"

	"sockrepl/bindings/inspect"
	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
)

// watch shows a descriptor again and again, until it is closed, Ctrl-C ends it, or it
// was looked at so often: in place on a terminal that can, else a line for each change.
func watch(env *Env, L *lua.LState, f *kernel.Frame) int {
	fd, times := int(f.Args[0].Int), f.Args[2]
	every := kernel.Duration(f.Args[1].Num)
	if !f.Args[1].Set {
		every = 500 * time.Millisecond
	}
	every = max(every, 10*time.Millisecond)
	w := watching{env: env, L: L, fd: fd}
	// Other threads have no terminal to themselves.
	if w.inPlace = env.self == env.family.main && env.Width() > 0 && !env.Dumb; w.inPlace {
		env.Echo(false) // an end of line that is typed would move what is there
		defer env.Echo(true)
	}
	for i := int64(0); ; i++ {
		rec, err := describe(f, fd)
		switch {
		case err != nil:
			return Refuse(L, "watch", err)
		case times.Set && i >= times.Int:
			return push(L, lua.LNumber(0))
		}
		w.show(rec)
		if err := env.Task.Pause("watch", every); err != nil {
			L.RaiseError("%s", err.Error())
		}
	}
}

// watching is what watch has shown last.
type watching struct {
	env     *Env
	L       *lua.LState
	fd      int
	inPlace bool   // on a terminal
	height  int    // of what is there
	size    [2]int // of the terminal then, columns and rows
	last    kernel.Record
}

func (w *watching) show(rec kernel.Record) {
	if w.inPlace {
		w.redraw(rec)
		return
	}
	if changes := inspect.Changes(w.last, rec); changes != "" {
		line := fmt.Sprintf("%s %d %s", time.Now().Format("15:04:05.000"), w.fd, changes)
		w.L.Push(w.L.GetGlobal("print"))
		w.L.Push(lua.LString(line))
		w.L.Call(1, 0)
	}
	w.last = rec
}

// howToEnd is below the picture, where there is room.
const howToEnd = "Ctrl-C ends it"

// redraw writes the picture over the one before: up to its first line, clear each line, and
// in the end what is below (ECMA-48: CUU, EL, ED). A screen that is cleared from its top is
// kept in the history by some terminals. The last row is the cursor's: a line more, and the
// first one would scroll out of reach. Where a terminal of another size has what was drawn nobody
// knows: it wraps lines, pushes some into its history, or takes some back. Then all that is on
// the screen is drawn over, from its top (CUP).
func (w *watching) redraw(rec kernel.Record) {
	width, rows := max(w.env.Width(), 1), max(w.env.Rows()-1, 1)
	size, text := [2]int{width, rows}, ""
	switch {
	case w.height > 0 && w.size != size:
		text = "\x1b[H"
	case w.height > 0:
		text = fmt.Sprintf("\x1b[%dA", w.height)
	}
	lines := inspect.PictureIn(rec, width, rows)
	for _, line := range lines {
		text += "\x1b[K" + line + "\n"
	}
	w.height, w.size = len(lines), size
	if w.height < rows && len(howToEnd) <= width {
		w.height++
		text += "\x1b[K" + w.env.Dim(howToEnd) + "\n"
	}
	_, _ = w.env.Aside.Write([]byte(text + "\x1b[J"))
}
