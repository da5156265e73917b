//go:build darwin || freebsd

package kernel

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// offsetSource is where imr_sourceaddr stands in struct ip_mreq_source.
const offsetSource = 4

// optionFamily tells SOL_LOCAL from IPPROTO_IP: both are 0.
func optionFamily(fd, level int) int {
	if level == unix.SOL_LOCAL {
		if family, err := domainOf(fd); err == nil && family == unix.AF_UNIX {
			return unix.AF_UNIX
		}
	}
	return 0
}

// struct xucred is longer where a kernel has added to it; its ends are padding.
var shapeCred = fixed("credentials", "string of bytes", unix.SizeofXucred, decodeCred, encodeNothing)

// decodeCred makes a table of struct xucred, unix(4): the first group is the
// effective one.
func decodeCred(b []byte) any {
	const offsetGroups = 12
	if len(b) < offsetGroups+4 {
		return string(b)
	}
	n := min(int(binary.NativeEndian.Uint16(b[8:])), 16, (len(b)-offsetGroups)/4)
	groups := decodeNumbers(b[offsetGroups : offsetGroups+4*n])
	return Record{
		{"uid", int64(binary.NativeEndian.Uint32(b[4:]))},
		{"gid", int64(binary.NativeEndian.Uint32(b[offsetGroups:]))},
		{"groups", groups},
	}
}
