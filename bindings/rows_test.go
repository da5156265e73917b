package bindings

import (
	"strings"
	"testing"

	"sockrepl/bindings/calls"
	"sockrepl/bindings/consts"
	"sockrepl/bindings/kernel"

	lua "github.com/yuin/gopher-lua"
)

// TestExamples runs each row's example in a fresh state: it must raise nothing and
// print what it says.
func TestExamples(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()) // for os.tmpname
	for _, c := range calls.All() {
		if c.Absent != "" || c.Class == calls.Shell {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			if c.Example == "" {
				t.Fatal("the row has no example")
			}
			L, printed := newState(t)
			if err := evaluate(L, c.Example); err != "" {
				t.Fatalf("%s\n%s", err, c.Example)
			}
			got := strings.Split(strings.TrimSuffix(printed(), "\n"), "\n")
			want := expectations(c.Example)
			if len(want) > 0 && strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("printed %q, not %q\n%s", got, want, c.Example)
			}
		})
	}
}

// TestScalar: a call that is given and answers numbers and bytes touches nothing of the frame
// that stands behind them, since the next such call does not empty it.
func TestScalar(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	scalar := &spreadWatch{t: t, ops: map[*kernel.Op]int{}}
	for _, c := range calls.All() {
		if c.Absent == "" && !c.Native && codecOf(c).scalar {
			scalar.ops[c.Op()] = 0
		}
	}
	kernel.Observe(scalar, nil)
	defer kernel.Observe(nil, scalar)
	for _, c := range calls.All() {
		if _, ok := scalar.ops[c.Op()]; ok {
			L, _ := newState(t)
			_ = evaluate(L, c.Example)
		}
	}
	for op, n := range scalar.ops {
		if n == 0 {
			t.Errorf("the example of %s does not call it", op.Name)
		}
	}
}

// spreadWatch complains where one of its calls leaves something behind the scalars, and counts
// them.
type spreadWatch struct {
	t   *testing.T
	ops map[*kernel.Op]int
}

func (*spreadWatch) Enter(*kernel.Event) {}
func (*spreadWatch) Wait(*kernel.Event)  {}
func (w *spreadWatch) Exit(e *kernel.Event) {
	if _, ok := w.ops[e.Op]; !ok {
		return
	}
	if w.ops[e.Op]++; spread(e.Frame) {
		w.t.Errorf("%s: the frame is spread", e.Op.Name)
	}
}

// spread tells whether anything stands behind the frame's scalars.
func spread(f *kernel.Frame) bool {
	for i := range f.Sets {
		if f.Sets[i].All() != nil {
			return true
		}
	}
	return f.Peer.Set || f.Addr.Len > 0 || f.From.Len > 0 ||
		len(f.Poll)+len(f.Iov)+len(f.Lens)+len(f.Ints[0])+len(f.Ints[1]) > 0
}

// good is a value of each kind that a decoder takes.
var good = map[*calls.Kind]string{
	calls.KindFD: "-1", calls.KindInt: "0", calls.KindLong: "0", calls.KindLimit: "0", calls.KindSize: "0", calls.KindCount: "0",
	calls.KindEnum: "0", calls.KindFlags: "0", calls.KindSock: "0",
	calls.KindSeconds: "0", calls.KindMillis: "0", calls.KindBytes: "''", calls.KindPath: "''",
	calls.KindAddr: "{}", calls.KindFDSet: "{}", calls.KindPollSet: "{}",
	calls.KindStrings: "{}", calls.KindSizes: "{}", calls.KindTable: "{}", calls.KindFilter: "{}", calls.KindAny: "0",
	calls.KindValue: "0", calls.KindFunc: "print",
	calls.KindThread: "thread(clock)", calls.KindMutex: "mutex()", calls.KindChannel: "channel.make()",
}

// wrong are values that a kind refuses.
func wrong(k *calls.Kind) []string {
	switch k {
	case calls.KindAny:
		return []string{"print"}
	case calls.KindValue:
		return nil
	case calls.KindFunc:
		return []string{"5", "'x'", "{}"}
	case calls.KindBytes, calls.KindPath:
		return []string{"5", "{}", "true", "print"}
	case calls.KindAddr:
		return []string{"5", "true", "print"}
	case calls.KindFDSet, calls.KindPollSet, calls.KindStrings, calls.KindSizes, calls.KindTable, calls.KindFilter:
		return []string{"'x'", "true", "print"}
	case calls.KindSeconds:
		return []string{"'5'", "{}", "true", "print"}
	}
	return []string{"1.5", "'5'", "{}", "true", "1e300", "0/0"}
}

// TestBadArguments generates, from each row, calls with too few, too many and wrong
// arguments. Each must raise "bad argument #n to 'name' (...)".
func TestBadArguments(t *testing.T) {
	L, _ := newState(t)
	for _, c := range calls.All() {
		if c.Absent != "" || c.Class == calls.Shell {
			continue
		}
		var args []string
		for i, p := range c.Params {
			for _, v := range wrong(p.Kind) {
				expectBad(t, L, c, i+1, append(append([]string{}, args...), v))
			}
			if !p.Optional {
				expectBad(t, L, c, i+1, args)
			}
			args = append(args, good[p.Kind])
		}
		n := len(args)
		if n > 0 && c.Params[n-1].Rest {
			continue
		}
		if n > 0 && c.Params[n-1].Kind == calls.KindAddr {
			args[n-1], args = "{}", append(args, "1")
			n++
		} else {
			args = append(args, "1")
			n++
		}
		expectBad(t, L, c, n, args)
	}
}

func expectBad(t *testing.T, L *lua.LState, c *calls.Call, arg int, args []string) {
	t.Helper()
	call := c.Name + "(" + strings.Join(args, ", ") + ")"
	if c.Name == "select" && len(args) > 0 && (strings.HasPrefix(args[0], "'") || strings.HasPrefix(args[0], "1")) {
		return // Lua's own select
	}
	got := evaluate(L, call)
	want := "bad argument #" + itoa(arg) + " to '" + c.Name + "' ("
	if !strings.Contains(got, want) {
		t.Errorf("%s: %q, expected %q", call, got, want)
	}
}

func itoa(n int) string { return string(rune('0' + n)) }

// TestKinds: each kind that a row uses has its decoder or encoder.
func TestKinds(t *testing.T) {
	for _, c := range calls.All() {
		for _, p := range c.Params {
			if decoders[p.Kind] == nil && formOf(p.Kind) == byFunction {
				t.Errorf("%s: parameter %s: kind %s has no decoder", c.Name, p.Name, p.Kind.Name)
			}
		}
		for _, r := range c.Answers {
			if c.Native {
				break // it makes its answers itself
			}
			if encoders[r.Kind] == nil {
				t.Errorf("%s: answer %s: kind %s has no encoder", c.Name, r.Name, r.Kind.Name)
			}
		}
	}
}

// TestRowsAreWhole: a row says what it is for.
func TestRowsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range calls.All() {
		if seen[c.Name] {
			t.Errorf("%s has two rows", c.Name)
		}
		seen[c.Name] = true
		if c.Absent == "" && (c.Doc == "" || !strings.HasSuffix(c.Doc, ".") || (c.Do == nil) != c.Native || c.Class == "") {
			t.Errorf("%s: the row is not whole", c.Name)
		}
		for _, e := range c.Errs {
			if _, ok := consts.ErrnoName(int64(e.Errno)); !ok || e.Cause == "" {
				t.Errorf("%s: error %v", c.Name, e)
			}
		}
	}
}

// TestGlobals: _G has Lua's library, the calls, the constants, and nothing else.
func TestGlobals(t *testing.T) {
	known := map[string]bool{"bit": true, "bit32": true, "_": true, "arg": true}
	plain := lua.NewState()
	defer plain.Close()
	plain.G.Global.ForEach(func(k, _ lua.LValue) { known[k.String()] = true })
	for _, c := range calls.All() {
		known[c.Name] = true
	}
	for _, c := range consts.All() {
		known[c.Name] = true
	}
	L, _ := newState(t)
	surplus := map[string]bool{}
	L.G.Global.ForEach(func(k, _ lua.LValue) {
		if !known[k.String()] {
			surplus[k.String()] = true
		}
	})
	if len(surplus) > 0 {
		t.Errorf("_G has %s", sortedNames(surplus))
	}
}

// TestBadDescriptor: every call on a descriptor that is not open answers nil, the
// message that names the call, and EBADF.
func TestBadDescriptor(t *testing.T) {
	L, _ := newState(t)
	for _, c := range calls.All() {
		if c.Absent != "" || len(c.Params) == 0 || c.Params[0].Kind != calls.KindFD {
			continue
		}
		args := []string{"-1"}
		for _, p := range c.Params[1:] {
			switch {
			case p.Kind == calls.KindFD:
				args = append(args, "-2") // dup3 refuses equal numbers first
			case p.Kind == calls.KindSize || p.Kind == calls.KindCount:
				args = append(args, "1") // a copy of nothing is no error
			case p.Name == "operation":
				args = append(args, "LOCK_UN") // flock refuses one that is none first
			case p.Name == "messages":
				args = append(args, "{}")
			case p.Name == "mask":
				args = append(args, "IN_CREATE") // inotify_add_watch refuses an empty one first
			default:
				args = append(args, good[p.Kind])
			}
		}
		source := "local r, m, e = " + c.Name + "(" + strings.Join(args, ", ") + `)
assert(r == nil and e == EBADF, tostring(m))
assert(m == "` + c.Name + `: EBADF (Bad file descriptor)", m)`
		if err := evaluate(L, source); err != "" {
			t.Errorf("%s: %s", c.Name, err)
		}
	}
}
