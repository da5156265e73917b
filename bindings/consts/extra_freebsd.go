package consts

import "golang.org/x/sys/unix"

var extraSystem = append([]Const{
	{"AI_NUMERICSERV", 0x0008},
	{"NI_NUMERICSCOPE", 0x20},
	// <sys/filio.h>: _IOR('f', 119, int) and _IOR('f', 118, int), what is queued to send and the room for more.
	{"FIONWRITE", 0x40046677},
	{"FIONSPACE", 0x40046676},
}, extraBSD...)

// errnoTextMissing answers the texts of strerror that Go's table lacks.
func errnoTextMissing(e int64) string {
	if e == int64(unix.EINTEGRITY) {
		return "integrity check failed"
	}
	return ""
}
