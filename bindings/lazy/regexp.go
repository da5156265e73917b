// Package lazy puts off what a program may do without: sockrepl starts, and runs a script, with
// hardly one of its regular expressions, and to compile them all took an eighth of the start
// (docs/performance.md).
package lazy

import (
	"regexp"
	"sync"
)

// Regexp answers a function that answers the compiled expression, which is made when it is first
// called. It panics then, as regexp.MustCompile does, if the text is none.
func Regexp(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
