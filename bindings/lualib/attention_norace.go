//go:build !race

package lualib

// swappable: the table of the instructions can be written to while states run.
const swappable = true
