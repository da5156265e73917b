//go:build darwin || freebsd

package calls

// What only Linux has says so.
var copyCalls = []Call{
	{Name: "sendfile", Class: Transfer, Absent: "this system's sendfile takes other arguments than Linux's: use read and send"},
	{Name: "splice", Class: Transfer, Absent: "splice is Linux's: use read and write"},
	{Name: "tee", Class: Transfer, Absent: "tee is Linux's: use read and write"},
	{Name: "memfd_create", Class: Descriptors, Absent: "memfd_create is Linux's: open a file, and unlink it"},
}
