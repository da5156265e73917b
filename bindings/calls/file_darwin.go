package calls

// What macOS lacks says so.
var fileMoreCalls = []Call{
	{Name: "dup3", Class: Descriptors, Absent: "macOS has no dup3: use dup2, then fcntl(fd, F_SETFD, FD_CLOEXEC)"},
	{Name: "pipe2", Class: Descriptors, Absent: "macOS has no pipe2: use pipe, then fcntl"},
	{Name: "sendfile", Class: Transfer, Absent: "macOS's sendfile takes other arguments: use read and send"},
	{Name: "splice", Class: Transfer, Absent: "splice is Linux's: use read and write"},
}
