// Package docs holds the documentation. The reference follows from the rows of the
// calls.
package docs

//go:generate go run ./gen
