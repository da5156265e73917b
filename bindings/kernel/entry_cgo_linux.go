//go:build cgo

package kernel

// What the process does before all else, if it is built with cgo: see widenTable in own.go.
// The dynamic loader runs a constructor before Go's runtime begins.

/*
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#define TABLE_END 1064

__attribute__((constructor)) static void entry(void) {
	// A number beyond the soft limit can't be had: the limit becomes the hard one.
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	// If one of them is not to be had, what follows is asked of -1, and fails.
	int fd = eventfd(0, 0);
	int high = fcntl(fd, F_DUPFD_CLOEXEC, TABLE_END);
	close(high);
	close(fd);
}
*/
import "C"

const _ = uint(C.TABLE_END-tableEnd) | uint(tableEnd-C.TABLE_END) // they are the same
