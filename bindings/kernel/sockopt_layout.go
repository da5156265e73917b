package kernel

import (
	"reflect"
	"strings"
)

// member is one field of a C structure of plain unsigned numbers.
type member struct {
	name         string
	offset, size int
}

// members lists the fields of a Go type that mirrors a C structure, their names as C
// has them: a prefix, and lower case. x/sys/unix has such types made from the headers.
func members(mirror any, prefix string) []member {
	t := reflect.TypeOf(mirror)
	var list []member
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" {
			continue
		}
		list = append(list, member{prefix + strings.ToLower(f.Name), int(f.Offset), int(f.Type.Size())})
	}
	return list
}

// decodeMembers takes those fields that the kernel filled in: an older one has a
// shorter structure.
func decodeMembers(b []byte, list []member) Record {
	r := make(Record, 0, len(list))
	for _, m := range list {
		if m.offset+m.size > len(b) {
			break
		}
		r = append(r, Field{m.name, decodeUnsigned(b[m.offset : m.offset+m.size])})
	}
	return r
}

// bits8 takes a bit field out of a byte.
func bits8(b []byte, offset, shift, width int) int64 {
	return int64(b[offset]>>shift) & (1<<width - 1)
}
