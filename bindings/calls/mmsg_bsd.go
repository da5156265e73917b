//go:build darwin || freebsd

package calls

// What only Linux's kernel has says so.
var mmsgCalls = []Call{
	{Name: "sendmmsg", Class: Transfer, Absent: "the system call is Linux's, FreeBSD has a loop by that name: use sendmsg"},
	{Name: "recvmmsg", Class: Transfer, Absent: "the system call is Linux's, FreeBSD has a loop by that name: use recvmsg"},
}
