package kernel

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// crowd makes so many pairs of sockets. Of each second one something waits to be read; of each third
// one nothing more can be written. It answers all descriptors, and those that are ready.
func crowd(t *testing.T, pairs int) (all []int, readable, writable map[int]bool) {
	t.Helper()
	readable, writable = map[int]bool{}, map[int]bool{}
	for i := range pairs {
		a, b := pair(t, unix.SOCK_STREAM)
		all = append(all, a, b)
		if i%2 == 0 {
			_, _ = unix.Write(b, []byte("x"))
			readable[a] = true
		}
		if i%3 == 0 {
			fillSocket(t, a)
			readable[b] = true
		}
		writable[a], writable[b] = i%3 != 0, true
	}
	return all, readable, writable
}

// some are those of the descriptors that chance picks, in any order or in rising order, some of them twice.
func some(r *rand.Rand, all []int) (picked []int) {
	share := r.Float64()
	for _, fd := range all {
		if r.Float64() < share {
			picked = append(picked, fd)
		}
	}
	if len(picked) > 0 && r.IntN(2) == 0 {
		picked = append(picked, picked[r.IntN(len(picked))])
		r.Shuffle(len(picked), func(i, j int) { picked[i], picked[j] = picked[j], picked[i] })
	}
	return picked
}

func readyOf(fds []int, ready map[int]bool) (answer []int32) {
	for _, fd := range fds {
		if ready[fd] {
			answer = append(answer, int32(fd))
		}
	}
	return answer
}

// TestSelectAnswers: each set keeps what is ready of it, in the order in which it was given, whatever the sets
// of the call before were: fewer descriptors or more, lower or higher ones, none.
func TestSelectAnswers(t *testing.T) {
	for _, pairs := range []int{3, 60} { // where a look comes before the wait, and where none does
		all, readable, writable := crowd(t, pairs)
		task, r := newTask(t), rand.New(rand.NewPCG(1, 2))
		for range 300 {
			given := [3][]int{some(r, all), some(r, all), some(r, all)}
			wanted := [3][]int32{readyOf(given[0], readable), readyOf(given[1], writable)}
			absent := r.IntN(4) // one set that is not given; or none
			timeout := time.Duration(0)
			if absent != 1 && len(wanted[1]) > 0 {
				timeout = []time.Duration{0, time.Minute, -1}[r.IntN(3)]
			}
			err := run(task, Timed, func(f *Frame) error {
				for i := range given {
					f.Sets[i].given = false
					if i == absent {
						continue
					}
					f.Sets[i].Begin()
					for _, fd := range given[i] {
						f.Sets[i].Add(fd)
					}
				}
				return Select(f, timeout)
			})
			if err != nil {
				t.Fatal(err)
			}
			for i := range wanted {
				if i == absent {
					wanted[i] = nil
				}
				got := task.Frame.Sets[i].AppendReady(nil)
				if !slices.Equal(got, wanted[i]) {
					t.Fatalf("%s: %v of %v are ready, not %v", setNames[i], got, given[i], wanted[i])
				}
				slices.Sort(got)
				if n := task.Frame.Sets[i].Count(); n != len(slices.Compact(got)) {
					t.Fatalf("%s: %v are ready, and it counts %d", setNames[i], wanted[i], n)
				}
			}
		}
	}
}

// TestPollAnswers: poll over few descriptors and over many answers how many are ready, and their events.
func TestPollAnswers(t *testing.T) {
	for _, pairs := range []int{3, 60} {
		all, readable, writable := crowd(t, pairs)
		for _, timeout := range []time.Duration{0, time.Minute, -1} {
			task := newTask(t)
			err := run(task, Timed, func(f *Frame) error {
				f.Poll = f.Poll[:0]
				for _, fd := range all {
					f.Poll = append(f.Poll, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN | unix.POLLOUT})
				}
				return Poll(f, timeout)
			})
			if err != nil {
				t.Fatal(err)
			}
			ready := 0
			for _, p := range task.Frame.Poll {
				var wanted int16
				if readable[int(p.Fd)] {
					wanted |= unix.POLLIN
				}
				if writable[int(p.Fd)] {
					wanted |= unix.POLLOUT
				}
				if p.Revents != wanted {
					t.Errorf("%d: %#x, not %#x", p.Fd, p.Revents, wanted)
				}
				if wanted != 0 {
					ready++
				}
			}
			if n := task.Frame.Out[0].Int; n != int64(ready) {
				t.Errorf("it answers %d, and %d are ready", n, ready)
			}
		}
	}
}

// TestSelectNamesTheClosed: a descriptor that is not open is named with its set, whether the kernel's table
// of descriptors reaches that far or not.
func TestSelectNamesTheClosed(t *testing.T) {
	open, other := pair(t, unix.SOCK_STREAM)
	closed, err := unix.Dup(open)
	if err != nil {
		t.Fatal(err)
	}
	_ = unix.Close(closed)
	for _, bad := range []int{closed, -1, 900, 5000, 1<<20 - 1} {
		for i, name := range setNames {
			for _, timeout := range []time.Duration{0, -1} {
				err := run(newTask(t), Timed, func(f *Frame) error {
					for j := range f.Sets {
						f.Sets[j].Begin()
						f.Sets[j].Add(open)
					}
					f.Sets[i].Add(bad)
					f.Sets[i].Add(other)
					return Select(f, timeout)
				})
				var detail *DetailError
				want := fmt.Sprintf("descriptor %d in %s", bad, name)
				if !errors.As(err, &detail) || detail.Errno != unix.EBADF || detail.Detail != want {
					t.Errorf("answered %v, expected %s", err, want)
				}
			}
		}
	}
}

// TestSelectZero: descriptor 0 is one as any other: in a set alone, and beside a high one.
func TestSelectZero(t *testing.T) {
	a, b := pair(t, unix.SOCK_STREAM)
	_, _ = unix.Write(b, []byte("x"))
	high, err := unix.FcntlInt(uintptr(a), unix.F_DUPFD_CLOEXEC, ownBase+500)
	if err != nil {
		t.Skip(err)
	}
	defer unix.Close(high)
	stdin, err := unix.Dup(0)
	if err != nil {
		t.Skip(err)
	}
	defer unix.Close(stdin)
	makeZero := func(fd int) error {
		return run(newTask(t), Never, func(f *Frame) error { return Dup2(f, fd, 0) })
	}
	defer func() { _ = makeZero(stdin) }()
	if err := makeZero(a); err != nil {
		t.Fatal(err)
	}
	for _, fds := range [][]int32{{0}, {0, int32(high)}, {int32(high), 0}} {
		task := newTask(t)
		err := run(task, Timed, func(f *Frame) error {
			f.Sets[0].Begin()
			for _, fd := range fds {
				f.Sets[0].Add(int(fd))
			}
			return Select(f, 0)
		})
		if got := task.Frame.Sets[0].AppendReady(nil); err != nil || !slices.Equal(got, fds) {
			t.Errorf("%v: %v are ready, %v", fds, got, err)
		}
	}
}

// TestSelectForgets: what the call before was given is none of this one's: that it is ready ends no wait,
// and that it has been closed is no error.
func TestSelectForgets(t *testing.T) {
	idle, _ := pair(t, unix.SOCK_STREAM)
	writable, _ := pair(t, unix.SOCK_STREAM)
	task := newTask(t)
	watch := func(timeout time.Duration, sets ...[]int) {
		t.Helper()
		err := run(task, Timed, func(f *Frame) error {
			for i, fds := range sets {
				f.Sets[i].Begin()
				for _, fd := range fds {
					f.Sets[i].Add(fd)
				}
			}
			return Select(f, timeout)
		})
		if err != nil {
			t.Fatalf("%v: %v", sets, err)
		}
	}
	for range 2 {
		closed, err := unix.Dup(idle)
		if err != nil {
			t.Fatal(err)
		}
		watch(-1, []int{idle, closed}, []int{writable, closed}, []int{closed})
		_ = unix.Close(closed)
		begun := time.Now()
		watch(5*time.Millisecond, []int{idle})
		if took := time.Since(begun); took < 5*time.Millisecond {
			t.Errorf("it waited %v", took)
		}
		for i := range task.Frame.Sets {
			if n := task.Frame.Sets[i].Count(); n != 0 {
				t.Errorf("%s: %d are ready", setNames[i], n)
			}
		}
	}
}

// TestTimedEnds: nothing is ready, and the wait ends with its time: not before, and not much later. One of
// no time at all is a look, which is over at once: of the quickest of many the machine says nothing else.
func TestTimedEnds(t *testing.T) {
	var idle []int
	for range 40 {
		a, b := pair(t, unix.SOCK_STREAM)
		idle = append(idle, a, b)
	}
	addSet := func(f *Frame, fds []int) {
		f.Sets[0].Begin()
		for _, fd := range fds {
			f.Sets[0].Add(fd)
		}
	}
	addPoll := func(f *Frame, fds []int) {
		f.Poll = f.Poll[:0]
		for _, fd := range fds {
			f.Poll = append(f.Poll, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
		}
	}
	for name, do := range map[string]func(f *Frame, d time.Duration) error{
		"select of one":  func(f *Frame, d time.Duration) error { addSet(f, idle[:1]); return Select(f, d) },
		"select of many": func(f *Frame, d time.Duration) error { addSet(f, idle); return Select(f, d) },
		"select of none": func(f *Frame, d time.Duration) error { return Select(f, d) },
		"poll of one":    func(f *Frame, d time.Duration) error { addPoll(f, idle[:1]); return Poll(f, d) },
		"poll of many":   func(f *Frame, d time.Duration) error { addPoll(f, idle); return Poll(f, d) },
		"sleep":          Sleep,
	} {
		for _, d := range []time.Duration{0, 300 * time.Microsecond, time.Millisecond, 1300 * time.Microsecond, 5 * time.Millisecond} {
			task, least := newTask(t), time.Hour
			for range 10 {
				begun := time.Now()
				err := run(task, Timed, func(f *Frame) error { return do(f, d) })
				least = min(least, time.Since(begun))
				if err != nil || task.Frame.Out[0].Int != 0 || task.Frame.Sets[0].Count() != 0 {
					t.Errorf("%s, %v: answered %v, %d", name, d, err, task.Frame.Out[0].Int)
				}
			}
			if least < d || least > d+5*time.Second || d == 0 && least > 500*time.Microsecond {
				t.Errorf("%s, %v: it took %v", name, d, least)
			}
		}
	}
}
