//go:build race

package lualib

// swappable: the race detector would report the VM's plain reads of the table.
const swappable = false
