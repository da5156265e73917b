//go:build race

package lualib

// ownLoops: the checks of pointers that the race detector brings refuse a window that is
// larger than the memory behind it.
const ownLoops = false
