package consts

import "golang.org/x/sys/unix"

var extraSystem = append([]Const{
	{"AI_NUMERICSERV", 0x1000},
	{"AI_UNUSABLE", 0x10000000},
	{"NI_WITHSCOPEID", 0x20},
	{"NI_NUMERICSCOPE", 0x100},
	{"PF_SYSTEM", unix.AF_SYSTEM},
	{"PF_VSOCK", unix.AF_VSOCK},
}, extraBSD...)

// errnoTextMissing answers the texts of strerror that Go's table lacks.
func errnoTextMissing(int64) string { return "" }
