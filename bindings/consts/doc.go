// Package consts knows C's constants by name and by value: AF_INET is 2, 2 among the AF_ names is AF_INET, 0x802 as the
// flags of open is O_RDWR|O_NONBLOCK. It is what Lua's globals, the trace, the completion and the error messages share.
//
// The values come from golang.org/x/sys/unix by reference (zconsts_*.go, written by gen.go); what that package lacks
// stands in extra*.go, each group with the header that it is from. Which names belong together is said once, in
// groups.go. Nothing here is built before it is asked for: a program that starts pays for the static tables only.
package consts

//go:generate go run gen.go
