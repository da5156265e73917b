package kernel

import (
	"encoding/binary"
	"fmt"
	"math"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Socket filters: programs of classic BPF, struct sock_filter of
// include/uapi/linux/filter.h. setsockopt takes them behind a struct sock_fprog.
var shapeFilter = &Shape{
	Name: "filter", Expect: "array of instructions {code=, jt=, jf=, k=}",
	sizes: []int{maxInstructions}, unit: unix.SizeofSockFilter,
	decode: decodeFilter, encode: encodeFilter, pass: passFilter,
}

const maxInstructions = 4096 // BPF_MAXINSNS

func encodeFilter(v any) ([]byte, error) {
	list, ok := v.([]any)
	if r, isRecord := v.(Record); isRecord && len(r) == 0 {
		ok = true
	}
	if !ok {
		return nil, errShape
	}
	b := make([]byte, 0, len(list)*unix.SizeofSockFilter)
	for i, v := range list {
		one, err := encodeInstruction(v)
		if err != nil {
			return nil, fmt.Errorf("instruction %d: %w", i+1, err)
		}
		b = append(b, one...)
	}
	return b, nil
}

func encodeInstruction(v any) ([]byte, error) {
	r, err := readerOf(v, "instruction")
	if err != nil {
		return nil, fmt.Errorf("table {code=, jt=, jf=, k=} expected, got %s", TypeName(v))
	}
	b := binary.NativeEndian.AppendUint16(nil, uint16(r.needed("code", 0, math.MaxUint16)))
	b = append(b, byte(r.Range("jt", 0, 0, math.MaxUint8)), byte(r.Range("jf", 0, 0, math.MaxUint8)))
	return binary.NativeEndian.AppendUint32(b, uint32(r.Range("k", 0, math.MinInt32, math.MaxUint32))), r.Done()
}

func decodeFilter(b []byte) any {
	list := make([]any, 0, len(b)/unix.SizeofSockFilter)
	for ; len(b) >= unix.SizeofSockFilter; b = b[unix.SizeofSockFilter:] {
		list = append(list, Record{
			{"code", int64(binary.NativeEndian.Uint16(b))},
			{"jt", int64(b[2])},
			{"jf", int64(b[3])},
			{"k", int64(binary.NativeEndian.Uint32(b[4:]))},
		})
	}
	return list
}

// passFilter passes the instructions. The kernel refuses a program of none, or of too
// many (EINVAL).
func passFilter(fd, level, name int, b []byte) error {
	filter := make([]unix.SockFilter, len(b)/unix.SizeofSockFilter)
	for i := range filter {
		one := b[i*unix.SizeofSockFilter:]
		filter[i] = unix.SockFilter{
			Code: binary.NativeEndian.Uint16(one), Jt: one[2], Jf: one[3], K: binary.NativeEndian.Uint32(one[4:]),
		}
	}
	program := &unix.SockFprog{Len: uint16(len(filter)), Filter: unsafe.SliceData(filter)}
	err := setOption(fd, level, name, unsafe.Pointer(program), int(unsafe.Sizeof(*program)))
	runtime.KeepAlive(filter)
	return err
}
