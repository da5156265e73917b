// Package docs holds the documentation. The reference follows from the rows of the
// calls; the guide is built in, to be read at the prompt.
package docs

import _ "embed"

//go:generate go run ./gen

// Guide is the lecture, typed: guide.md.
//
//go:embed guide.md
var Guide string
