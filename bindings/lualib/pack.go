package lualib

import (
	"encoding/binary"
	"math"

	lua "github.com/yuin/gopher-lua"
)

// string.pack and its relatives as the manual of Lua 5.3 has them (6.4.2,
// lstrlib.c), except that a number holds 53 bits: an integer option takes a
// string of decimal digits too, and unpack answers one where a number would
// lose bits.

const (
	maxIntSize  = 16            // MAXINTSIZE
	maxAlign    = 8             // MAXALIGN
	maxPackSize = math.MaxInt32 // MAXSIZE of packsize's answer
)

type packKind uint8

const (
	packSigned packKind = iota
	packUnsigned
	packFloat
	packDouble
	packChars  // c[n]
	packString // s[n]
	packZero   // z
	packByte   // x
	packAlign  // X
	packNone
)

var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// packFormat reads a format string option by option.
type packFormat struct {
	Arguments
	fmt    string
	at     int
	little bool
	align  int
}

func newPackFormat(a Arguments) packFormat {
	return packFormat{Arguments: a, fmt: a.Str(1), little: littleEndian, align: 1}
}

// field is an option that takes space.
type field struct {
	kind packKind
	size int
	fill int // bytes of padding before it
}

// next is getdetails: the next option, with the padding that aligns it when
// total bytes stand before it.
func (p *packFormat) next(total int) field {
	kind, size := p.option()
	align := size
	if kind == packAlign {
		align = p.alignOf()
	}
	f := field{kind: kind, size: size}
	if align > 1 && kind != packChars {
		align = min(align, p.align)
		if align&(align-1) != 0 {
			p.Fail(1, "format asks for alignment not power of 2")
		}
		f.fill = (align - total&(align-1)) & (align - 1)
	}
	return f
}

// alignOf is the size of the option that follows an X; it is not used else.
func (p *packFormat) alignOf() int {
	if p.at == len(p.fmt) {
		p.Fail(1, "invalid next option for option 'X'")
	}
	kind, size := p.option()
	if kind == packChars || size == 0 {
		p.Fail(1, "invalid next option for option 'X'")
	}
	return size
}

func (p *packFormat) option() (packKind, int) {
	c := p.fmt[p.at]
	p.at++
	switch c {
	case 'b':
		return packSigned, 1
	case 'B':
		return packUnsigned, 1
	case 'h':
		return packSigned, 2
	case 'H':
		return packUnsigned, 2
	case 'i':
		return packSigned, p.intSize(4)
	case 'I':
		return packUnsigned, p.intSize(4)
	case 'l', 'j':
		return packSigned, 8
	case 'L', 'J', 'T':
		return packUnsigned, 8
	case 'f':
		return packFloat, 4
	case 'd', 'n':
		return packDouble, 8
	case 's':
		return packString, p.intSize(8)
	case 'c':
		return packChars, p.charsSize()
	case 'z':
		return packZero, 0
	case 'x':
		return packByte, 1
	case 'X':
		return packAlign, 0
	}
	p.control(c)
	return packNone, 0
}

// control is an option that sets how the others are read.
func (p *packFormat) control(c byte) {
	switch c {
	case ' ':
	case '<':
		p.little = true
	case '>':
		p.little = false
	case '=':
		p.little = littleEndian
	case '!':
		p.align = p.intSize(maxAlign)
	default:
		p.L.RaiseError("invalid format option '%c'", c)
	}
}

func (p *packFormat) number(otherwise int) int {
	if p.at == len(p.fmt) || !isDigit(p.fmt[p.at]) {
		return otherwise
	}
	n := 0
	for p.at < len(p.fmt) && isDigit(p.fmt[p.at]) && n <= (maxPackSize-9)/10 {
		n = n*10 + int(p.fmt[p.at]-'0')
		p.at++
	}
	return n
}

func (p *packFormat) intSize(otherwise int) int {
	n := p.number(otherwise)
	if n < 1 || n > maxIntSize {
		p.L.RaiseError("integral size (%d) out of limits [1,%d]", n, maxIntSize)
	}
	return n
}

func (p *packFormat) charsSize() int {
	n := p.number(-1)
	if n < 0 {
		p.L.RaiseError("missing size for format option 'c'")
	}
	return n
}

func packsize(L *lua.LState) int {
	p := newPackFormat(args(L, "packsize"))
	total := 0
	for p.at < len(p.fmt) {
		f := p.next(total)
		if f.kind == packString || f.kind == packZero {
			p.Fail(1, "variable-size format in packsize")
		}
		if total > maxPackSize-f.fill-f.size {
			p.Fail(1, "format result too large")
		}
		total += f.fill + f.size
	}
	L.Push(number(total))
	return 1
}

func (l *library) pack(L *lua.LState) int {
	p := packer{packFormat: newPackFormat(args(L, "pack")), l: l, arg: 1}
	p.out = p.space[:0]
	for p.at < len(p.fmt) {
		p.write(p.next(len(p.out)))
	}
	L.Push(lua.LString(p.out))
	return 1
}

type packer struct {
	packFormat
	l     *library
	arg   int
	out   []byte
	space [64]byte // most headers need no other
}

func (p *packer) write(f field) {
	p.out = repeated(p.out, 0, f.fill)
	switch f.kind {
	case packByte:
		p.out = append(p.out, 0)
		return
	case packAlign, packNone:
		return
	}
	p.arg++
	switch f.kind {
	case packSigned, packUnsigned:
		p.integer(f)
	case packFloat:
		p.bytes(uint64(math.Float32bits(float32(p.Num(p.arg)))), 4, 0)
	case packDouble:
		p.bytes(math.Float64bits(p.Num(p.arg)), 8, 0)
	case packChars:
		p.chars(f.size)
	case packString:
		p.counted(f.size)
	case packZero:
		p.terminated()
	}
}

// bytes is packint: the low size bytes of v; beyond eight, more.
func (p *packer) bytes(v uint64, size int, more byte) {
	start := len(p.out)
	p.out = repeated(p.out, more, size)
	b := p.out[start:]
	for i := range min(size, 8) {
		at := i
		if !p.little {
			at = size - 1 - i
		}
		b[at] = byte(v)
		v >>= 8
	}
}

func (p *packer) integer(f field) {
	v, negative := p.value()
	signed := f.kind == packSigned
	if f.size < 8 {
		bits := uint(f.size) * 8
		switch {
		case signed && (!negative && v >= 1<<(bits-1) || negative && v > 1<<(bits-1)):
			p.Fail(p.arg, "integer overflow")
		case !signed && (negative || v >= 1<<bits):
			p.Fail(p.arg, "unsigned overflow")
		}
	} else if f.size == 8 && signed && !negative && v >= 1<<63 {
		p.Fail(p.arg, "integer overflow")
	}
	more := byte(0)
	if negative {
		v, more = -v, 0xff
	}
	p.bytes(v, f.size, more)
}

// value answers the magnitude and the sign of an integer argument.
func (p *packer) value() (v uint64, negative bool) {
	if s, ok := p.L.Get(p.arg).(lua.LString); ok {
		if v, negative, ok := parseInteger(string(s)); ok {
			return v, negative
		}
	}
	f := p.Num(p.arg)
	v, negative, ok := splitInteger(f)
	if !ok || f != math.Trunc(f) {
		p.Fail(p.arg, "number has no integer representation")
	}
	return v, negative
}

func (p *packer) text(s string) {
	p.l.reserve(p.L, 2*(len(p.out)+len(s)))
	p.out = append(p.out, s...)
}

func (p *packer) chars(size int) {
	s := p.Str(p.arg)
	if len(s) > size {
		p.Fail(p.arg, "string longer than given size")
	}
	p.text(s)
	p.l.reserve(p.L, 2*(len(p.out)+size))
	p.out = repeated(p.out, 0, size-len(s))
}

func (p *packer) counted(size int) {
	s := p.Str(p.arg)
	if size < 8 && uint64(len(s)) >= 1<<(uint(size)*8) {
		p.Fail(p.arg, "string length does not fit in given size")
	}
	p.bytes(uint64(len(s)), size, 0)
	p.text(s)
}

func (p *packer) terminated() {
	s := p.Str(p.arg)
	for i := range len(s) {
		if s[i] == 0 {
			p.Fail(p.arg, "string contains zeros")
		}
	}
	p.text(s)
	p.out = append(p.out, 0)
}
