package calls

import "golang.org/x/sys/unix"

// noInterface is if_nametoindex's error.
const noInterface = unix.ENODEV
