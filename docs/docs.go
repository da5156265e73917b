// Package docs holds the documentation. The reference follows from the rows of the
// calls; the guide, the prompt's keys and the tables for those who come from C and Python are
// built in, for the prompt.
package docs

import _ "embed"

//go:generate go run ./gen

// Guide is the lecture, typed: guide.md.
//
//go:embed guide.md
var Guide string
