package kernel

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"sockrepl/bindings/lazy"
)

// Record is a plain value with named fields, in order: what a Lua table of named
// fields becomes on its way in, and what becomes one on its way out. Values are
// int64, uint64, float64, string, bool, Record, []any and *Sockaddr.
type Record []Field

// Field is one named value of a Record.
type Field struct {
	Name  string
	Value any
}

// Get answers a field; nil if there is none.
func (r Record) Get(name string) any {
	for _, f := range r {
		if f.Name == name {
			return f.Value
		}
	}
	return nil
}

// Integer answers a field: its value where that is an integer, and whether it is there.
func (r Record) Integer(name string) (value int64, isInt, there bool) {
	v := r.Get(name)
	value, isInt = v.(int64)
	return value, isInt, v != nil
}

// Reader takes fields out of a Record and remembers the first that is not as
// expected, and which were asked for, so that a field that nobody knows is an error.
type Reader struct {
	rec   Record
	what  string // "address", "linger": what the record is, for the error
	asked []string
	err   error
	lacks bool // err is that a field is not there, which is perhaps there under a wrong name
}

// NewReader reads the record; what names it in errors.
func NewReader(rec Record, what string) *Reader { return &Reader{rec: rec, what: what} }

// readerOf is NewReader for a value that must be a table with named fields, else errShape; Lua's empty
// table may come as an array.
func readerOf(v any, what string) (*Reader, error) {
	switch t := v.(type) {
	case Record:
		return NewReader(t, what), nil
	case []any:
		if len(t) == 0 {
			return NewReader(nil, what), nil
		}
	}
	return nil, errShape
}

// Has tells whether the field is there.
func (r *Reader) Has(name string) bool { return r.get(name) != nil }

// Int answers an integer field, or the default.
func (r *Reader) Int(name string, or int64) int64 {
	if !r.Has(name) {
		return or
	}
	n, ok := AsInt(r.rec.Get(name))
	if !ok {
		r.failNumber(name, "integer", r.rec.Get(name))
	}
	return n
}

// Range answers an integer field that must lie between the bounds.
func (r *Reader) Range(name string, or, low, high int64) int64 {
	n := r.Int(name, or)
	if r.err == nil && (n < low || n > high) {
		r.err = fmt.Errorf("field '%s' of the %s: %d to %d expected, got %d", name, r.what, low, high, n)
	}
	return n
}

// needed answers an integer field that must be there, between the bounds.
func (r *Reader) needed(name string, low, high int64) int64 {
	if r.rec.Get(name) == nil {
		r.lacks = r.lacks || r.err == nil
		r.fail(name, "integer", nil)
	}
	return r.Range(name, 0, low, high)
}

// neededInt answers a C int that must be there.
func (r *Reader) neededInt(name string) int {
	return int(r.needed(name, math.MinInt32, math.MaxInt32))
}

// Num answers a number field, or the default.
func (r *Reader) Num(name string, or float64) float64 {
	switch v := r.get(name).(type) {
	case nil:
		return or
	case int64:
		return float64(v)
	case float64:
		return v
	default:
		r.failNumber(name, "number", v)
		return or
	}
}

// Str answers a string field, or the default.
func (r *Reader) Str(name string, or string) string {
	switch v := r.get(name).(type) {
	case nil:
		return or
	case string:
		return v
	default:
		r.fail(name, "string", v)
		return or
	}
}

// List answers a field that is an array.
func (r *Reader) List(name string) []any {
	switch v := r.get(name).(type) {
	case nil:
		return nil
	case []any:
		return v
	case Record:
		if len(v) == 0 {
			return nil
		}
	}
	r.fail(name, "array", r.rec.Get(name))
	return nil
}

func (r *Reader) get(name string) any {
	if !r.wasAsked(name) {
		r.asked = append(r.asked, name)
	}
	return r.rec.Get(name)
}

// Any answers a field as it is.
func (r *Reader) Any(name string) any { return r.get(name) }

func (r *Reader) fail(name, want string, got any) { r.wants(name, want, TypeName(got)) }

func (r *Reader) failNumber(name, want string, got any) {
	text := TypeName(got)
	if s, ok := got.(string); ok {
		text = Digits(s)
	}
	r.wants(name, want, text)
}

func (r *Reader) wants(name, want, got string) {
	if r.err == nil {
		r.err = fmt.Errorf("field '%s' of the %s: %s expected, got %s", name, r.what, want, got)
	}
}

// Done answers the first error, an unknown field among them.
func (r *Reader) Done() error {
	for _, f := range r.rec {
		if r.err != nil && !r.lacks {
			break
		}
		if !r.wasAsked(f.Name) {
			known := append([]string(nil), r.asked...)
			sort.Strings(known)
			r.err = fmt.Errorf("the %s has no field '%s' (it has %s)", r.what, f.Name, strings.Join(known, ", "))
			r.lacks = false
		}
	}
	return r.err
}

func (r *Reader) wasAsked(name string) bool {
	for _, a := range r.asked {
		if a == name {
			return true
		}
	}
	return false
}

// AsInt answers an integral value as an int64.
func AsInt(v any) (int64, bool) {
	switch n := v.(type) {
	case int64:
		return n, true
	case float64:
		if n == math.Trunc(n) && math.Abs(n) <= 1<<63-1024 {
			return int64(n), true
		}
	}
	return 0, false
}

// Digits names a text that stands where a number is expected: a word of the command line, say, is
// none to a call.
func Digits(s string) string {
	if len(s) <= mostDigits && numeral().MatchString(s) {
		return fmt.Sprintf("the string %q, of which tonumber makes a number", s)
	}
	return "string"
}

// mostDigits is how long a number may be that an error message shows.
const mostDigits = 40

// numeral is what tonumber takes, and C's strtod, less "inf" and "nan", which are words rather.
var numeral = lazy.Regexp(`^\s*[-+]?(0[xX][0-9a-fA-F]+|(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?)\s*$`)

// TypeName is Lua's name for a value's type; a number with a fraction is shown.
func TypeName(v any) string {
	switch n := v.(type) {
	case nil:
		return "nil"
	case bool:
		return "boolean"
	case string:
		return "string"
	case float64:
		return fmt.Sprint(n)
	case int64:
		return fmt.Sprint(n)
	}
	return "table"
}
