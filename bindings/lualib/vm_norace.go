//go:build !race

package lualib

// ownLoops: Lua code is run by the loop of vm.go.
const ownLoops = true
