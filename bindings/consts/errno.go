package consts

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// ErrnoName answers the name of an error number: "ECONNREFUSED".
func ErrnoName(e int64) (string, bool) { return NameOf("E", e) }

// ErrnoMessage writes an error number as the messages of the calls do: "ECONNREFUSED (Connection
// refused)". A number that has no name is written as its text alone.
func ErrnoMessage(e int64) string {
	if name, ok := ErrnoName(e); ok {
		return name + " (" + ErrnoText(e) + ")"
	}
	return ErrnoText(e)
}

// ErrnoText answers the text of an error number as C's strerror has it: "Connection refused", "Unknown error 9999". Go's
// table has the same words in small letters (compared with glibc's for every number).
func ErrnoText(e int64) string {
	if e == 0 {
		return "Success"
	}
	text := errnoTextMissing(e)
	if text == "" {
		text = unix.Errno(e).Error()
	}
	if strings.HasPrefix(text, "errno ") { // what Go says of a number that it does not know
		return "Unknown error " + strconv.FormatInt(e, 10)
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
