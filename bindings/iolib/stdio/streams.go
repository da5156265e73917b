package stdio

import (
	"maps"
	"slices"
	"sync"
	"time"

	"sockrepl/bindings/kernel"

	"golang.org/x/sys/unix"
)

// Streams are the streams of one Lua state: what they share.
type Streams struct {
	Task *kernel.Task
	Room func(bytes int64) bool // may a value of so many bytes be made? nil: yes
	// Above is asked before a write to descriptor 1 or 2: true, it has written the data
	// itself, above a line that is open on the terminal. It may be nil.
	Above func(fd int, data string) bool
	frame kernel.Frame    // of the call being made; the task's own is the user's
	files map[int]*Stream // by their descriptors: those that are not closed

	mu      sync.Mutex
	holding map[*Stream]struct{} // those with bytes that are not written yet
}

// New makes the streams' common part.
func New(task *kernel.Task) *Streams {
	s := &Streams{Task: task, files: map[int]*Stream{}, holding: map[*Stream]struct{}{}}
	s.frame.Task = task
	return s
}

// The operations, as the gate and the note of an interrupt name them. Their arguments
// stand where those of read(2), write(2), open(2), close(2) and lseek(2) do.
var (
	opRead = kernel.Op{Name: "io.read", As: "read", Wait: kernel.Read, Do: func(f *kernel.Frame) error {
		return kernel.ReadFD(f, f.FD(0), f.Int(1))
	}}
	opOpen = kernel.Op{Name: "io.open", As: "open", Wait: kernel.Timed, Do: func(f *kernel.Frame) error {
		return kernel.Open(f, f.Str(0), f.Int(1), f.Int(2))
	}}
	opClose = kernel.Op{Name: "io.close", As: "close", Do: func(f *kernel.Frame) error {
		return kernel.Close(f, f.FD(0))
	}}
	opSeek = kernel.Op{Name: "seek", As: "lseek", Do: func(f *kernel.Frame) error {
		return kernel.Lseek(f, f.FD(0), f.Args[1].Int, f.Int(2))
	}}
	opPipe = kernel.Op{Name: "io.popen", As: "pipe", Do: func(f *kernel.Frame) error {
		return kernel.Pipe(f, unix.O_CLOEXEC)
	}}
)

// Print and Write are the operations that write: of print, and of io.write.
var (
	Print = kernel.Op{Name: "print", As: "write", Wait: kernel.Write, Do: writeFD}
	Write = kernel.Op{Name: "io.write", As: "write", Wait: kernel.Write, Do: writeFD}
)

func writeFD(f *kernel.Frame) error { return kernel.WriteFD(f, f.FD(0), f.Str(1)) }

// do makes a call with integer arguments. The answer is in s.frame.Out.
func (s *Streams) do(op *kernel.Op, args ...int) error {
	s.frame.Reset()
	for i, n := range args {
		s.frame.Args[i] = kernel.Value{Set: true, Int: int64(n)}
	}
	return s.Task.Do(op, &s.frame)
}

// stopped answers what the task has been told to stop for. A read that need not wait
// would go on without noticing, on /dev/zero for ever.
func (s *Streams) stopped() error {
	if s.Task.Done() == nil {
		return nil
	}
	return s.Task.Err()
}

// Reserve asks whether so many bytes may be allocated; few are not worth the question.
func (s *Streams) Reserve(bytes int) error {
	if bytes > 1<<16 && s.Room != nil && !s.Room(int64(bytes)) {
		return kernel.ErrMemory
	}
	return nil
}

// Flush writes what setvbuf holds back in any stream, as exit(3) does.
func (s *Streams) Flush() error {
	var first error
	for _, stream := range s.held() {
		if err := stream.Flush(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// patience is how long FlushFor waits for streams that are being written to.
const patience = 100 * time.Millisecond

// FlushFor is Flush for another task than the streams' own, which goes on meanwhile: a
// thread ends the process. What the own task is writing is left to it after a moment, since
// that may be blocked for ever.
func (s *Streams) FlushFor(task *kernel.Task) {
	f, deadline := &kernel.Frame{Task: task}, time.Now().Add(patience)
	for _, stream := range s.held() {
		free := stream.mu.TryLock()
		for ; !free && time.Now().Before(deadline); free = stream.mu.TryLock() {
			time.Sleep(time.Millisecond)
		}
		if free {
			_ = stream.flushTo(f, &Write, len(stream.out))
			stream.mu.Unlock()
		}
	}
}

// CloseAll closes all streams but the standard ones and those whose descriptors are kept. What they
// hold back is written, with two exceptions: where an interrupt ends that, and where the descriptor
// was closed under the stream, so that its number is another file's by now. The process of a popen
// goes on.
func (s *Streams) CloseAll(kept map[int]bool) {
	for _, stream := range append(slices.Collect(maps.Values(s.files)), s.held()...) {
		if stream.Standard || kept[stream.FD] || stream.Closed {
			continue
		}
		if stream.generation != kernel.Generation(stream.FD) || stream.Close() == kernel.ErrInterrupted {
			stream.forget()
		}
		if stream.HasChild() {
			go reap(stream.child)
		}
	}
}

// held answers the streams that hold bytes back.
func (s *Streams) held() []*Stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.holding))
}

// note takes down whether a stream holds bytes back. Its lock is held.
func (s *Streams) note(stream *Stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(stream.out) > 0 {
		s.holding[stream] = struct{}{}
	} else {
		delete(s.holding, stream)
	}
}
