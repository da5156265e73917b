//go:build darwin || freebsd

package kernel

import "testing"

// attachAnyFilter: there are no socket filters here.
func attachAnyFilter(*testing.T, int) {}

// closeMade: no option makes a descriptor here.
func closeMade(testing.TB, int, int, int, any, error) {}
