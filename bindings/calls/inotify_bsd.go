//go:build darwin || freebsd

package calls

// What only Linux has says so.
var inotifyCalls = []Call{
	{Name: "inotify_init1", Class: Readiness, Absent: "inotify is Linux's: use kevent with EVFILT_VNODE"},
	{Name: "inotify_add_watch", Class: Readiness, Absent: "inotify is Linux's: use kevent with EVFILT_VNODE"},
	{Name: "inotify_rm_watch", Class: Readiness, Absent: "inotify is Linux's: use kevent with EVFILT_VNODE"},
}

var pidfdCalls = []Call{
	{Name: "pidfd_open", Class: Process, Absent: "pidfd_open is Linux's: use kevent with EVFILT_PROC"},
}
