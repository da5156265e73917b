package kernel

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// ThreadLimit answers how many threads the system lets the process have, 0 if it does not
// say: the user's limit on processes (RLIMIT_NPROC counts threads, getrlimit(2)), and that
// of the control group (pids.max).
func ThreadLimit() int {
	limit := 0
	lower := func(n uint64) {
		if n > 0 && n < 1<<31 && (limit == 0 || int(n) < limit) {
			limit = int(n)
		}
	}
	var r unix.Rlimit
	if unix.Getuid() != 0 && unix.Getrlimit(unix.RLIMIT_NPROC, &r) == nil {
		lower(r.Cur)
	}
	for _, file := range []string{"/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max", "/proc/sys/kernel/threads-max"} {
		text, err := os.ReadFile(file)
		if n, bad := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64); err == nil && bad == nil {
			lower(n)
		}
	}
	return limit
}
