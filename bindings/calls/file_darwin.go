package calls

// What macOS lacks says so.
var dup3Calls = []Call{
	{Name: "dup3", Class: Descriptors, Absent: "macOS has no dup3: use dup2, then fcntl(fd, F_SETFD, FD_CLOEXEC)"},
	{Name: "pipe2", Class: Descriptors, Absent: "macOS has no pipe2: use pipe, then fcntl"},
}
