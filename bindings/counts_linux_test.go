package bindings

import (
	"os/exec"
	"testing"

	"sockrepl/bindings/built"
)

// TestCountsTakeNoMemory: a count of what the kernel moves by itself is not asked of the
// memory's limit, which only the program sets.
func TestCountsTakeNoMemory(t *testing.T) {
	out, err := exec.Command(built.Program(t), "-e", `
		a, b = socketpair(AF_UNIX, SOCK_DGRAM, 0) r, w = pipe() r2, w2 = pipe() f = memfd_create("f")
		write(f, "x") write(w, "x")
		assert(sendfile(a, f, 0, 1e15) == 1) assert(recvmmsg(b, 10, 1e15, MSG_WAITFORONE) == 1)
		assert(tee(r, w2, 1e15) == 1) assert(splice(r, nil, a, nil, 1e15) == 1)`).CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
