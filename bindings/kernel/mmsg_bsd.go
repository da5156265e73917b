//go:build darwin || freebsd

package kernel

// batch is what sendmmsg and recvmmsg hand to Linux's kernel; there are no such calls here.
type batch struct{}
