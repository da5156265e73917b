//go:build darwin || freebsd

package kernel

// ThreadLimit answers how many threads the system lets the process have: 0, it does not say.
func ThreadLimit() int { return 0 }
